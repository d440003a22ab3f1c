import { cpuMicrosOf, measure, measuredCore, rssMbOf } from './measure.ts';
import { openLoad } from './open-load.ts';
import { median } from './report.ts';
import type { Stage } from './stage.ts';
import { ownSystems } from './systems.ts';
import { workloads } from './workload.ts';

/** What a gateway does under much more than it can. */
export interface Overload {
  readonly name: string;
  readonly title: string;
}

export const overloads: readonly Overload[] = [
  {
    name: 'overload',
    title: 'W2 at ten times the rate that the gateway can serve, of which it takes 8 at once',
  },
];

/** Medians over the rounds; milliseconds. */
export interface OverloadRow {
  readonly workload: string;
  readonly system: string;
  /** Requests a second that are answered in a closed loop. */
  readonly capacity: number;
  readonly offered: number;
  /** What is answered well under the load, as a part of the capacity. */
  readonly goodput: number;
  /** The same of what a second of the gateway's own CPU time brings: other processes have no part in it. */
  readonly goodputOfCpu: number;
  /** CPU of the gateway for each refusal, in microseconds: what is left of its time under the load. */
  readonly refusalMicros: number;
  /** Of what is answered well: at half the capacity, and under the load. */
  readonly p99Unloaded: number;
  readonly p99: number;
  readonly p99Refused: number;
  /** At half the capacity again, within seconds after it. */
  readonly p99After: number;
  /** Of the gateway before the first load of ten times and after the last. */
  readonly rssMbBefore: number;
  readonly rssMbAfter: number;
  /** Offers that found no connection free, as a part of all. */
  readonly unsent: number;
}

const factor = 10;
/** As many as are taken at once: that is what can be served, and leaves time to refuse the others. */
const admitted = 8;
const connections = 400;
/** Runs before the first that counts: code is compiled in them. */
const warming = 3;

/** Capacity, half of it and ten times it, one after the other in each round and in one process. */
export async function playOverload(
  { name }: Overload,
  stage: Stage,
  { rounds, seconds }: { readonly rounds: number; readonly seconds: number },
  tell: (line: string) => void,
): Promise<OverloadRow> {
  const system = ownSystems.find(each => each.name === 'selvage-admitting')!;
  const w2 = workloads.find(each => each.name === 'w2')!;
  const playing = await stage.start(system, w2.set, { core: measuredCore });
  const all: Omit<OverloadRow, 'workload' | 'system' | 'rssMbBefore' | 'rssMbAfter'>[] = [];
  let rssMbBefore = Number.NaN;
  let rssMbAfter = Number.NaN;
  try {
    await playing.mustAnswer(w2);
    const { url, pid, headers } = playing;
    const target = { url, headers, query: w2.query };
    const peak = () => measure({ url, pid, headers, folder: stage.folder }, w2, seconds, () => stage.calls(), admitted);
    for (let warm = 0; warm < warming; warm += 1) await peak();
    rssMbBefore = rssMbOf(pid);
    for (let round = 1; round <= rounds; round += 1) {
      const { rps: capacity, cpuMicros } = await peak();
      const calm = await openLoad(target, capacity / 2, seconds, connections);
      const before = cpuMicrosOf(pid);
      const stormy = await openLoad(target, capacity * factor, seconds, connections);
      const spent = cpuMicrosOf(pid) - before;
      const recovered = await openLoad(target, capacity / 2, seconds, connections);
      const useful = stormy.well.length * cpuMicros;
      const offered = stormy.well.length + stormy.refused.length + stormy.wrong + stormy.unsent;
      if (calm.wrong + stormy.wrong > 0) throw new Error(`${name}: ${calm.wrong + stormy.wrong} answers went wrong.`);
      const done = {
        capacity,
        offered: offered / seconds,
        goodput: stormy.well.length / seconds / capacity,
        goodputOfCpu: useful / spent,
        refusalMicros: (spent - useful) / stormy.refused.length,
        p99Unloaded: ninetyNinth(calm.well),
        p99: ninetyNinth(stormy.well),
        p99Refused: ninetyNinth(stormy.refused),
        p99After: ninetyNinth(recovered.well),
        unsent: stormy.unsent / offered,
      };
      all.push(done);
      const figures = `${Math.round(capacity)}/s can be served, goodput ${done.goodput.toFixed(2)} (${done.goodputOfCpu.toFixed(2)} of CPU, ${Math.round(done.refusalMicros)} µs a refusal)`;
      tell(
        `${name}, round ${round} of ${rounds}: ${figures}, p99 ${done.p99Unloaded.toFixed(1)} -> ${done.p99.toFixed(1)} -> ${done.p99After.toFixed(1)} ms`,
      );
    }
    rssMbAfter = rssMbOf(pid);
  } finally {
    await playing.stop();
  }
  const of = (field: keyof (typeof all)[number]) => median(all.map(each => each[field]));
  return {
    workload: name,
    system: system.name,
    capacity: of('capacity'),
    offered: of('offered'),
    goodput: of('goodput'),
    goodputOfCpu: of('goodputOfCpu'),
    refusalMicros: of('refusalMicros'),
    p99Unloaded: of('p99Unloaded'),
    p99: of('p99'),
    p99Refused: of('p99Refused'),
    p99After: of('p99After'),
    rssMbBefore,
    rssMbAfter,
    unsent: of('unsent'),
  };
}

function ninetyNinth(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * 0.99))] ?? Number.NaN;
}

export function overloadTable(rows: readonly OverloadRow[]): string {
  if (rows.length === 0) return '';
  const lines = rows.map(row => {
    const cells = [
      row.workload.toUpperCase(),
      row.system,
      String(Math.round(row.capacity)),
      String(Math.round(row.offered)),
      `${row.goodput.toFixed(2)} / ${row.goodputOfCpu.toFixed(2)}`,
      String(Math.round(row.refusalMicros)),
      `${row.p99Unloaded.toFixed(1)} / ${row.p99.toFixed(1)} / ${row.p99After.toFixed(1)}`,
      row.p99Refused.toFixed(1),
      `${Math.round(row.rssMbBefore)} / ${Math.round(row.rssMbAfter)}`,
    ];
    return `| ${cells.join(' | ')} |`;
  });
  return [
    '| under overload | system | can serve /s | is offered /s | goodput, x what it can: by the clock / by its CPU | CPU µs of a refusal | p99 ms at half / under it / at half again | p99 ms of refusals | RSS MB before / after |',
    '|---|---|---|---|---|---|---|---|---|',
    ...lines,
  ].join('\n');
}
