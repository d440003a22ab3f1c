/** A file as a client sends it beside its operation; in the variables it stands where null does on the wire. */
export class FileValue {
  readonly bytes: Buffer;
  readonly name: string;
  readonly type: string;

  constructor(bytes: Buffer, name = 'ü "1".bin', type = 'application/x-round-trip') {
    this.bytes = bytes;
    this.name = name;
    this.type = type;
  }
}

/** The files in variables, by the ways to them, and the variables with null in their places. */
export function withoutFiles(variables: unknown): {
  readonly files: ReadonlyMap<string, FileValue>;
  readonly rest: unknown;
} {
  const files = new Map<string, FileValue>();
  const walk = (value: unknown, way: string): unknown => {
    if (value instanceof FileValue) {
      files.set(way, value);
      return null;
    }
    if (Array.isArray(value)) return value.map((item, index) => walk(item, `${way}.${index}`));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, walk(member, `${way}.${key}`)]));
  };
  return { rest: walk(variables, 'variables'), files };
}
