/** A directive at an element of the supergraph that says something of it, and changes no shape. Plain data. */
export interface Annotation {
  /** Without `@`. */
  readonly directive: string;
  /** Coerced by the directive's definition, its defaults filled in. */
  readonly args: Readonly<Record<string, unknown>>;
  /** Where it is written, for diagnostics: the address, then the coordinate there. */
  readonly at: readonly string[];
}

/**
 * By element in the client's names, hidden ones among them: `Type`, `Type.field`, `Type.field.argument`, `Input.field`, or `schema`. What
 * several places say of one element stands here in turn: all of it holds.
 */
export type Annotations = ReadonlyMap<string, readonly Annotation[]>;

export const schemaElement = 'schema';
