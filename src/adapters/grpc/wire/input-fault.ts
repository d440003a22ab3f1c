/** An argument's value that cannot be written: thrown inside the encoder only, and answered as BAD_USER_INPUT with the way to it. */
export class InputFault extends Error {
  readonly path: (string | number)[] = [];
}

/** Does what `run` does, and notes where a fault lies. */
export function within<T>(step: string | number, run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw at(step, error);
  }
}

/** The same error; a fault of the input notes that it lies there. */
export function at(step: string | number, error: unknown): unknown {
  if (error instanceof InputFault) error.path.unshift(step);
  return error;
}
