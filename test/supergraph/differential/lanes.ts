import { type ExecutionResult, GraphQLError } from 'graphql';
import { shapeError } from '../../../src/edge/errors/error-shape.ts';
import type { Executed } from '../../../src/plan/run.ts';

/** An answer as clients see it, whichever lane gave it. */
export interface Shown {
  /** JSON text. */
  readonly data: string;
  readonly errors: readonly ShownError[];
}

interface ShownError {
  readonly path: readonly (string | number)[];
  readonly extensions: unknown;
}

export function ofReference({ data, errors = [] }: ExecutionResult): Shown {
  return { data: JSON.stringify(data), errors: errors.flatMap(shown) };
}

export function ofPlan({ data, faults }: Executed): Shown {
  const errors = faults.map(
    ({ error, path, nodes }) => new GraphQLError(error.message, { nodes, path, originalError: error }),
  );
  return { data, errors: errors.flatMap(shown) };
}

function shown(error: GraphQLError): ShownError[] {
  return shapeError(error, 'id').map(({ shown }) => ({ path: shown.path ?? [], extensions: shown.extensions }));
}

/**
 * Errors that two lanes must have in common: those that stand at their own null. Of errors that made a null above them, executors may
 * tell one or all (GraphQL October 2021, 6.4.4): of those it is told where the null is.
 */
export function essence({ data, errors }: Shown): string[] {
  const value: unknown = JSON.parse(data);
  const told = errors.map(({ path, extensions }) => {
    const place = nullAbove(value, path);
    return JSON.stringify(place.length < path.length ? { above: place } : { path, extensions });
  });
  const own = told.filter(text => !text.startsWith('{"above"'));
  return [...own, ...new Set(told.filter(text => text.startsWith('{"above"')))].sort();
}

/** The steps of a path that lead to something: down to the null that took what is below. */
export function nullAbove(data: unknown, path: readonly (string | number)[]): (string | number)[] {
  let at = data;
  const steps: (string | number)[] = [];
  for (const step of path) {
    if (at === null || typeof at !== 'object') break;
    at = (at as Readonly<Record<string, unknown>>)[step]; // an object, as was just seen
    steps.push(step);
  }
  return steps;
}
