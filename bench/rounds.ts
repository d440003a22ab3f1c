import { measure, measuredCore, type Round } from './measure.ts';
import type { Stage } from './stage.ts';
import type { System } from './systems.ts';
import type { Workload } from './workload.ts';

/** What a system did on a workload, round by round. */
export interface Series {
  readonly workload: Workload;
  readonly system: System;
  readonly rounds: readonly Round[];
}

/** What V8 needs to compile what is hot; a busy machine takes longer to get there. */
const warmRequests = 5_000;
const warmSeconds = 2;
/** Fewer say nothing: who answers so few is given more time. */
const leastRequests = 100;

/**
 * All systems on all workloads, interleaved: every round has each of them once, in a fresh process, in an order that turns from round to
 * round. Who fails is told, and is measured no more.
 */
export async function playRounds(
  stage: Stage,
  pairs: readonly (readonly [Workload, System])[],
  { rounds, seconds }: { readonly rounds: number; readonly seconds: number },
  tell: (line: string) => void,
): Promise<{ readonly series: readonly Series[]; readonly failures: readonly string[] }> {
  const all = pairs.map(([workload, system]) => ({ workload, system, rounds: [] as Round[], failure: '' }));
  for (let index = 0; index < rounds; index += 1) {
    for (const each of index % 2 === 0 ? all : all.toReversed()) {
      if (each.failure !== '') continue;
      const { workload, system } = each;
      try {
        const done = await playRound(stage, workload, system, seconds);
        each.rounds.push(done);
        const figures = `${Math.round(done.cpuMicros)} µs CPU, ${Math.round(done.rps)} requests/s`;
        tell(`round ${index + 1} of ${rounds}: ${workload.name} ${system.name}: ${figures}`);
      } catch (error) {
        each.failure = `${workload.name} ${system.name}: ${error instanceof Error ? error.message : error}`;
        tell(each.failure);
      }
    }
  }
  return {
    series: all.filter(each => each.rounds.length > 0),
    failures: all.map(each => each.failure).filter(Boolean),
  };
}

/** A fresh process, compared with what is expected, warmed, and measured. */
async function playRound(stage: Stage, workload: Workload, system: System, seconds: number): Promise<Round> {
  const playing = await stage.start(system, workload.set, { core: measuredCore });
  try {
    await playing.mustAnswer(workload);
    const { url, pid, headers } = playing;
    const place = { url, pid, headers, folder: stage.folder };
    const calls = () => stage.calls();
    let warmed = 0;
    for (let pass = 0; pass < 4 && warmed < warmRequests; pass += 1)
      warmed += (await measure(place, workload, warmSeconds, calls)).requests;
    const round = await measure(place, workload, seconds, calls);
    return round.requests < leastRequests ? await measure(place, workload, seconds * 8, calls) : round;
  } finally {
    await playing.stop();
  }
}
