import type { Miss, Tally } from './trip.ts';
import { unmakeable } from './unmakeable.ts';

/** Why a miss is none of the adapter's: what the proof itself, or the document, gets wrong, or what is decided so. */
export interface Explanation {
  readonly document: RegExp;
  readonly operation?: RegExp;
  readonly reason: RegExp;
  readonly why: string;
}

/** One document's row. */
export interface Row {
  readonly operations: number;
  readonly requests: number;
  readonly parameters: number;
  readonly bodies: number;
  readonly answers: number;
  /** Of streams. */
  readonly events: number;
  readonly scalars: number;
  /** Requests that HTTP cannot carry, which were refused. */
  readonly refused: number;
  /** Requests and answers with a value of several branches of a `oneOf`: the document has no other. */
  readonly overlapping: number;
  /** Requests and answers of which there is no valid value. */
  readonly impossible: number;
  /** Requests and answers of which no valid value was found. */
  readonly notMade: number;
  readonly explained: number;
  readonly misses: number;
}

export function rowOf(document: string, tally: Tally, explanations: readonly Explanation[]): Row {
  const unexplained = unexplainedOf(document, tally, explanations);
  return {
    operations: tally.operations,
    requests: tally.requests,
    parameters: tally.parameters,
    bodies: tally.bodies,
    answers: tally.answers,
    events: tally.events,
    scalars: tally.scalars,
    refused: sum(tally.refused),
    overlapping: tally.overlapping,
    impossible: tally.notMade.length - notMadeOf(document, tally).length,
    notMade: notMadeOf(document, tally).length,
    explained: tally.misses.length - unexplained.length,
    misses: unexplained.length,
  };
}

export function unexplainedOf(document: string, { misses }: Tally, explanations: readonly Explanation[]): Miss[] {
  return misses.filter(
    miss =>
      !explanations.some(
        each =>
          each.document.test(document) &&
          (each.operation === undefined || each.operation.test(miss.operation)) &&
          each.reason.test(`${miss.what}: ${miss.reason}`),
      ),
  );
}

/** Those of which nobody has shown that there is no value. */
export function notMadeOf(document: string, { notMade }: Tally): Tally['notMade'] {
  return notMade.filter(
    ({ operation }) => !unmakeable.some(each => each.document.test(document) && each.operation.test(operation)),
  );
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}
