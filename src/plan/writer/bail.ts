/**
 * Thrown where a value is not what the writer was generated for: a null where none may be, a wrong type, an Error. No Error itself, for
 * nobody reads a stack of it.
 */
export const bail: unique symbol = Symbol('left to the completer');
