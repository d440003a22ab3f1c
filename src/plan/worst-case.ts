import { lookupOf } from './lookup-of.ts';
import type { Output, Plan, Step } from './plan.ts';

/**
 * By step id: how many calls it can cause at most; of a subscription, for each event, which itself is no call. Infinity: as many as the
 * answers before it have objects. The halves of a batch that fails for a key that is not there are not counted.
 */
export function worstCase({ operation, root, steps, stages }: Plan): readonly number[] {
  const parents = new Array<number>(steps.length).fill(0);
  const fed = (output: Output, times: number) => {
    for (const [step, count] of feedsOf(output)) parents[step] = (parents[step] ?? 0) + count * times;
  };
  for (const step of root.feeds) parents[step] = 1;
  const calls = new Array<number>(steps.length).fill(0);
  for (const { steps: members } of stages) {
    for (const id of members) {
      const step = steps[id];
      if (!step) continue;
      const wishes = step.kind === 'root' ? 1 : (parents[id] ?? 0);
      calls[id] = step.kind === 'root' && operation === 'subscription' ? 0 : callsFor(step, wishes);
      if (wishes > 0) fed(step.output, wishes);
    }
  }
  return calls;
}

function callsFor(step: Step, wishes: number): number {
  if (step.kind === 'root') return 1;
  const lookup = lookupOf(step);
  if (!lookup.batch) return wishes;
  // A list of keys is as long as the parent has it.
  const keys = step.kind === 'link' && step.output.kind === 'list' && !lookup.batch.grouped ? Infinity : wishes;
  return Math.ceil(keys / lookup.batch.max);
}

const known = new WeakMap<Output, ReadonlyMap<number, number>>();

/** How many parents one value of an output has for each step. */
function feedsOf(output: Output): ReadonlyMap<number, number> {
  const before = known.get(output);
  if (before) return before;
  const feeds = new Map<number, number>();
  const add = (below: Output, times: number) => {
    for (const [step, count] of feedsOf(below)) feeds.set(step, (feeds.get(step) ?? 0) + count * times);
  };
  if (output.kind === 'list') add(output.of, Infinity);
  if (output.kind === 'abstract') {
    for (const branch of output.branches.values()) {
      for (const [step, count] of feedsOf(branch)) feeds.set(step, Math.max(feeds.get(step) ?? 0, count));
    }
  }
  if (output.kind === 'object') {
    for (const step of output.feeds) feeds.set(step, 1);
    for (const { from, output: below } of output.fields) if (from.kind === 'property') add(below, 1);
  }
  known.set(output, feeds);
  return feeds;
}
