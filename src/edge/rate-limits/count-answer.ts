import { isRecord, own } from '../../base/json.ts';
import { add, type Counts, none, raise, type Slot } from './counts.ts';

/** Where in an answer something is counted: by each concrete type that an object can have there, as far as it has any such. */
export type Answered = ReadonlyMap<string, AnsweredType>;

export interface AnsweredType {
  /** Response names of all fields of an object of this type. */
  readonly names: ReadonlySet<string>;
  /** Counted for each object. */
  readonly here: readonly Slot[];
  readonly fields: AnsweredField[];
}

interface AnsweredField {
  /** The response name. */
  readonly name: string;
  /** Counted for each value, a list's items each. */
  readonly slots: readonly Slot[];
  readonly below?: Answered;
}

/**
 * How often each slot is in the data of an answer. What type an object has is told by its response names; where several have the same, the
 * most of each counts.
 */
export function countAnswer(answered: Answered, value: unknown): Counts {
  if (Array.isArray(value)) return sumOf(value.map(item => countAnswer(answered, item)));
  if (!isRecord(value)) return none;
  const names = Object.keys(value);
  const candidates = [...answered.values()].filter(
    type => type.names.size === names.length && names.every(name => type.names.has(name)),
  );
  const counts = new Map<Slot, number>();
  for (const type of candidates) raise(counts, countObject(type, value));
  return counts;
}

function countObject({ here, fields }: AnsweredType, object: Readonly<Record<string, unknown>>): Counts {
  const counts = new Map<Slot, number>();
  for (const slot of here) add(counts, slot, 1);
  for (const { name, slots, below } of fields) {
    const value = own(object, name);
    for (const slot of slots) add(counts, slot, Math.max(1, itemsOf(value)));
    if (below) for (const [slot, count] of countAnswer(below, value)) add(counts, slot, count);
  }
  return counts;
}

function sumOf(all: readonly Counts[]): Counts {
  const counts = new Map<Slot, number>();
  for (const each of all) for (const [slot, count] of each) add(counts, slot, count);
  return counts;
}

function itemsOf(value: unknown): number {
  if (!Array.isArray(value)) return 1;
  return value.reduce<number>((sum, item) => sum + itemsOf(item), 0);
}
