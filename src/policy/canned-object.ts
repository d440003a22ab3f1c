/** An object that a field is answered with by nobody's asking: its own properties are its fields, and `__typename`; in the client's names. */
export class CannedObject {
  readonly [field: string]: unknown;

  constructor(typeName: string, fields: Iterable<readonly [name: string, value: unknown]>) {
    Object.assign(this, Object.fromEntries(fields), { __typename: typeName });
    Object.freeze(this);
  }
}
