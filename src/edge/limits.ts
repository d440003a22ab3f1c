/** What one request may cost. Every limit is checked before what it protects runs. */
export interface Limits {
  /** Bytes of a request's body. */
  readonly body: number;
  /** Bytes of an operation's document. */
  readonly document: number;
  /** Tokens of a document. */
  readonly tokens: number;
  /** Levels of nested fields, fragments expanded. */
  readonly depth: number;
  /** Fields of an operation, fragments expanded. */
  readonly expandedFields: number;
  /** Requests to backends that one operation may cause; items that share a request are one (`Subschema.itemsPerRequest`). */
  readonly backendCalls: number;
}

export const defaultLimits: Limits = {
  body: 1024 * 1024,
  document: 64 * 1024,
  tokens: 5_000,
  depth: 15,
  expandedFields: 5_000,
  backendCalls: 500,
};
