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

/** The error under the wrappings of graphql-js and stitch: of several that were joined into one, the first. */
export function unwrapped(error: Error): Error {
  if (error instanceof GraphQLError && error.originalError) return unwrapped(error.originalError);
  if (error instanceof AggregateError && error.errors[0] instanceof Error) return unwrapped(error.errors[0]);
  return error;
}

/** What went wrong in the first place. */
export function originOf(error: Error): Error {
  const inner = unwrapped(error);
  return inner instanceof DelegatedFault ? inner.origin : inner;
}
