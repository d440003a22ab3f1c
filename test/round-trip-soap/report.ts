import { explainedMisses, explainedSchemas, explanationOf } from './explanations.ts';
import type { Tally } from './requests.ts';

/** One document's row. */
export interface Row {
  readonly operations: number;
  /** That arrived at the backend. */
  readonly requests: number;
  /** That xmllint finds valid. */
  readonly valid: number;
  /** That xmllint cannot look at, which is explained. */
  readonly notValidated: number;
  readonly explained: number;
  /** What nothing explains: an error. */
  readonly misses: number;
}

export function rowOf(document: string, tally: Tally): Row {
  const misses = unexplainedOf(document, tally).length;
  const unlooked = Object.values(tally.notValidated).reduce((sum, count) => sum + count, 0);
  const { operations, requests, valid } = tally;
  const explained = tally.misses.filter(
    ({ reason }) => explanationOf(explainedMisses, document, reason) !== undefined,
  ).length;
  return { operations, requests, valid, notValidated: unlooked, explained, misses };
}

/** `operation: reason` of what nothing explains. */
export function unexplainedOf(document: string, tally: Tally): string[] {
  return [
    ...tally.misses
      .filter(({ reason }) => explanationOf(explainedMisses, document, reason) === undefined)
      .map(({ operation, reason }) => `${document} ${operation}: ${reason}`),
    ...Object.keys(tally.notValidated)
      .filter(reason => explanationOf(explainedSchemas, document, reason) === undefined)
      .map(reason => `${document}: ${reason}`),
  ];
}

export function totalOf(rows: Iterable<Row>): Row {
  const total = { operations: 0, requests: 0, valid: 0, notValidated: 0, explained: 0, misses: 0 };
  for (const row of rows) for (const key of Object.keys(total) as (keyof Row)[]) total[key] += row[key]; // its keys
  return total;
}
