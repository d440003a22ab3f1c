import { GraphQLError } from 'graphql';

/**
 * An error of a delegated operation: what it was, and the steps from the null that it left in the answer down to where
 * it arose.
 */
export class DelegatedFault extends Error {
  readonly origin: Error;
  readonly tail: readonly (string | number)[];

  constructor(origin: Error, tail: readonly (string | number)[]) {
    super(origin.message, { cause: origin });
    this.origin = origin;
    this.tail = tail;
  }
}

/** The error under the wrappings of graphql-js and stitch: of several that were joined into one, the last, for it made the null. */
export function unwrapped(error: Error): Error {
  if (error instanceof GraphQLError && error.originalError) return unwrapped(error.originalError);
  const last: unknown = error instanceof AggregateError ? error.errors.at(-1) : undefined;
  return last instanceof Error ? unwrapped(last) : error;
}

/** What went wrong in the first place. */
export function originOf(error: Error): Error {
  const inner = unwrapped(error);
  return inner instanceof DelegatedFault ? inner.origin : inner;
}
