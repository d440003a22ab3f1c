import { isRecord, own } from '../base/json.ts';
import { listOf, typeNameOf } from './complete-value.ts';
import type { AbstractOutput, Answers, ObjectOutput, Output, OutputField, Plan, Step } from './plan.ts';
import { rootParent } from './plan.ts';

/** How many items the lists of a value have, those in items too. */
type Count = (value: unknown) => number;

const none: Count = () => 0;
const known = new WeakMap<Output, Count>();

/** Items of lists that a step came to itself, for all its parents: told from lengths, where no list is within a list. */
export function stepItems(step: Step, answers: Answers | undefined): number {
  const count = countOf(step.output);
  if (count === none || !answers) return 0;
  let sum = 0;
  for (const value of answers.values()) sum += count(value);
  return sum;
}

/** Items of the lists of one value that is all its own: no step is asked for anything in it. */
export function itemsIn(output: Output, value: unknown): number {
  return countOf(output)(value);
}

function countOf(output: Output): Count {
  const before = known.get(output);
  if (before) return before;
  const count = make(output);
  known.set(output, count);
  return count;
}

function make(output: Output): Count {
  switch (output.kind) {
    case 'leaf':
      return none;
    case 'list':
      return list(countOf(output.of));
    case 'abstract':
      return abstract(output);
    case 'object':
      return object(output);
  }
}

function list(inner: Count): Count {
  return value => {
    const items = value === null || value instanceof Error ? undefined : listOf(value);
    if (!items) return 0;
    if (inner === none) return items.length;
    let sum = items.length;
    for (const item of items) sum += inner(item);
    return sum;
  };
}

function object({ fields }: ObjectOutput): Count {
  const counts = fields.flatMap(({ from, output }) => {
    const count = from.kind === 'property' ? countOf(output) : none;
    return from.kind === 'property' && count !== none ? [{ key: from.key, count }] : [];
  });
  if (counts.length === 0) return none;
  return value => {
    if (!isRecord(value)) return 0;
    let sum = 0;
    for (const { key, count } of counts) sum += count(own(value, key));
    return sum;
  };
}

function abstract({ branches }: AbstractOutput): Count {
  const counts = new Map([...branches].map(([name, output]) => [name, countOf(output)]));
  if ([...counts.values()].every(count => count === none)) return none;
  return value => counts.get(typeNameOf(value))?.(value) ?? 0;
}

const repeating = new WeakMap<Plan, boolean>();

/**
 * Can what one step came to stand in several places of the answer, with more below it, or are there items that no step came to? Then there are
 * more items in the answer than came.
 */
export function repeats(plan: Plan): boolean {
  const before = repeating.get(plan);
  if (before !== undefined) return before;
  const further = plan.operation === 'mutation' ? [] : plan.stages.filter(({ level }) => level > 1);
  const isRepeated = further.some(({ steps }) =>
    steps.some(id => {
      const step = plan.steps[id];
      return step !== undefined && step.kind !== 'root' && countOf(step.output) !== none;
    }),
  );
  const found = isRepeated || hasCannedItems(plan);
  repeating.set(plan, found);
  return found;
}

function hasCannedItems({ root, steps }: Plan): boolean {
  const outputs = new Set<Output>([root, ...steps.map(({ output }) => output)]);
  for (const output of outputs) {
    if (output.kind === 'list') outputs.add(output.of);
    if (output.kind === 'abstract') for (const branch of output.branches.values()) outputs.add(branch);
    if (output.kind !== 'object') continue;
    for (const { from, output: below } of output.fields) {
      if (from.kind !== 'canned') outputs.add(below);
      else if ('text' in from.answer ? from.answer.items > 0 : countOf(below) !== none) return true;
    }
  }
  return false;
}

/** Items of all lists as they will stand in the answer: what stands in several places counts in each, and is counted once. */
export function itemsOf(plan: Plan, answers: readonly Answers[]): number {
  return new InAnswer(plan, answers).value(plan.root, rootParent);
}

class InAnswer {
  readonly #plan: Plan;
  readonly #answers: readonly Answers[];
  readonly #known = new Map<Output, Map<unknown, number>>();

  constructor(plan: Plan, answers: readonly Answers[]) {
    this.#plan = plan;
    this.#answers = answers;
  }

  value(output: Output, value: unknown): number {
    if (output.kind === 'leaf' || value === null || value === undefined || value instanceof Error) return 0;
    const counts = this.#known.get(output) ?? new Map<unknown, number>();
    this.#known.set(output, counts);
    const before = counts.get(value);
    if (before !== undefined) return before;
    const count = this.#count(output, value);
    counts.set(value, count);
    return count;
  }

  #count(output: Output, value: unknown): number {
    if (output.kind === 'list') {
      const items = listOf(value) ?? [];
      return items.reduce<number>((sum, item) => sum + this.value(output.of, item), items.length);
    }
    if (output.kind === 'abstract') {
      const branch = output.branches.get(typeNameOf(value));
      return branch ? this.value(branch, value) : 0;
    }
    if (output.kind === 'leaf') return 0;
    return output.fields.reduce((sum, field) => sum + this.#field(field, value), 0);
  }

  #field({ from, output, responseKey }: OutputField, parent: unknown): number {
    switch (from.kind) {
      case 'typename':
        return 0;
      case 'namespace':
        return this.value(output, parent);
      case 'canned':
        if ('text' in from.answer) return from.answer.items;
        return 'error' in from.answer ? 0 : this.value(output, this.#answers[from.answer.answered]?.get(rootParent));
      case 'property':
        return isRecord(parent) ? this.value(output, own(parent, from.key)) : 0;
      case 'step':
        return this.value(output, this.#answers[from.step]?.get(parent));
      case 'joined': {
        const part = this.#plan.steps[from.step]?.output;
        const inPart =
          part?.kind === 'object' ? part.fields.find(field => field.responseKey === responseKey) : undefined;
        return inPart && inPart.from.kind !== 'joined' ? this.#field(inPart, this.#answers[from.step]?.get(parent)) : 0;
      }
    }
  }
}
