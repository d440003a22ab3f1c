import type { Answers, Plan } from '../plan.ts';
import { generated } from './code-generation.ts';
import { writerSource } from './source.ts';

/** JSON text of `data`. Undefined: something is unusual, and the completer must say what. */
export type Writer = (answers: readonly Answers[]) => string | undefined;

const writers = new WeakMap<Plan, Writer | null>();

/**
 * Generated code that writes a plan's answer without building it: right about what it writes, and silent about everything unusual.
 * Generated once for a plan. Undefined where the process may generate no code, or the plan needs the completer anyway.
 */
export function writerOf(plan: Plan): Writer | undefined {
  let writer = writers.get(plan);
  if (writer === undefined) {
    const source = writerSource(plan);
    // The cast is sound: it is what the body of a `WriterSource` returns.
    writer = (source && (generated(source.body, source.given) as Writer | undefined)) ?? null;
    writers.set(plan, writer);
  }
  return writer ?? undefined;
}
