import type { Round } from './measure.ts';

/** A row of the result: medians over the rounds, ratios to the hand-written server in the same run. */
export interface Row extends Round {
  readonly workload: string;
  readonly system: string;
  readonly lane: string | null;
  readonly rpsRatio: number;
  readonly cpuRatio: number;
  /** Did queries share executions? */
  readonly coalesced: boolean;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** For people, and for the README. */
export function table(rows: readonly Row[]): string {
  const lines = rows.map(row => {
    const name = row.coalesced ? `${row.system} (coalesced)` : row.system;
    const cells = [
      row.workload.toUpperCase(),
      name,
      row.cpuRatio.toFixed(2),
      row.rpsRatio.toFixed(2),
      String(Math.round(row.cpuMicros)),
      `${row.p50.toFixed(1)} / ${row.p99.toFixed(1)}`,
      String(Math.round(row.rssMb)),
      row.callsPerRequest.toFixed(2),
    ];
    return `| ${cells.join(' | ')} |`;
  });
  return [
    '| workload | system | CPU, x hand-written | throughput, x hand-written | CPU µs | p50 / p99 ms | RSS MB | calls per request |',
    '|---|---|---|---|---|---|---|---|',
    ...lines,
  ].join('\n');
}
