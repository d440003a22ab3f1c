/** gRPC: how the document's messages are told in GraphQL, and whether they may change. */
export interface GrpcSchemaOptions {
  /**
   * A oneof in an answer: its members as fields of their own, beside `<oneof>Case` (`FLAT`), or one field that is a union of one type for each
   * member (`UNION`). Default `FLAT`.
   */
  readonly oneofs: 'FLAT' | 'UNION';
  /** A request's mask of what is to be read: an argument (`ARGUMENT`), or, where a client gives none, what is selected (`FROM_SELECTION`). Default `ARGUMENT`. */
  readonly fieldMask: 'ARGUMENT' | 'FROM_SELECTION';
  /** Are extensions fields (`ext_<name>`)? Default: their values are passed over. */
  readonly extensions: boolean;
  /** NaN and the infinities: an error where they stand (`ERROR`), or a text of the scalar `Double`, which floats are then (`TEXT`). Default `ERROR`. */
  readonly nonFinite: 'ERROR' | 'TEXT';
  /** The digest of what the server may say of itself, `sha256-…`: a server that says something else is refused. Default: whatever it says first. */
  readonly pin?: string;
}

export const defaultGrpcSchemaOptions: GrpcSchemaOptions = {
  oneofs: 'FLAT',
  fieldMask: 'ARGUMENT',
  extensions: false,
  nonFinite: 'ERROR',
};
