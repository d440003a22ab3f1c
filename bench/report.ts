import type { Round } from './measure.ts';
import type { Series } from './rounds.ts';

/** A row of the result: medians over the rounds; ratios to the workload's base in the same round, of which the median, too. */
export interface Row extends Omit<Round, 'requests'> {
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
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle)] ?? Number.NaN)) / 2;
}

export function rowsOf(series: readonly Series[]): readonly Row[] {
  return series.map(({ workload, system, rounds }) => {
    const base = series.find(each => each.workload === workload && each.system.name === workload.base)?.rounds ?? [];
    const of = (field: keyof Round) => median(rounds.map(round => round[field]));
    const callsPerRequest = of('callsPerRequest');
    return {
      workload: workload.name,
      system: system.name,
      lane: system.lane,
      rps: of('rps'),
      p50: of('p50'),
      p99: of('p99'),
      cpuMicros: of('cpuMicros'),
      rssMb: of('rssMb'),
      rpsRatio: medianRatio(rounds, base, 'rps'),
      cpuRatio: medianRatio(rounds, base, 'cpuMicros'),
      callsPerRequest,
      coalesced: callsPerRequest < workload.calls * 0.99,
    };
  });
}

/** Round by round, so that what slows a machine for a while slows both sides. */
export function medianRatio(rounds: readonly Round[], base: readonly Round[], field: 'rps' | 'cpuMicros'): number {
  const pairs = rounds.slice(0, base.length);
  return median(pairs.map((round, index) => round[field] / (base[index]?.[field] ?? Number.NaN)));
}

/** For people, and for the README. */
export function table(rows: readonly Row[]): string {
  const lines = rows.map(row => {
    const name = row.coalesced ? `${row.system} (coalesced)` : row.system;
    const cells = [
      row.workload.toUpperCase(),
      name,
      ratio(row.cpuRatio),
      ratio(row.rpsRatio),
      String(Math.round(row.cpuMicros)),
      `${row.p50.toFixed(1)} / ${row.p99.toFixed(1)}`,
      String(Math.round(row.rssMb)),
      row.callsPerRequest.toFixed(2),
    ];
    return `| ${cells.join(' | ')} |`;
  });
  return [
    '| workload | system | CPU, x base | throughput, x base | CPU µs | p50 / p99 ms | RSS MB | calls per request |',
    '|---|---|---|---|---|---|---|---|',
    ...lines,
  ].join('\n');
}

/** Of cold starts p50 is the median, p99 the slowest. */
export function coldTable(rows: readonly Row[]): string {
  if (rows.length === 0) return '';
  const lines = rows.map(row => {
    const cells = [row.workload.toUpperCase(), row.system, row.p50, row.p99, row.cpuMicros / 1_000, row.rssMb];
    return `| ${cells.map(cell => (typeof cell === 'number' ? String(Math.round(cell)) : cell)).join(' | ')} |`;
  });
  return [
    '| start of a process | system | ms to the first answer | ms, the slowest | CPU ms till then | RSS MB then |',
    '|---|---|---|---|---|---|',
    ...lines,
  ].join('\n');
}

const ratio = (value: number) => (Number.isNaN(value) ? '–' : value.toFixed(2));
