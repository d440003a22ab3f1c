/** What was loaded: the document itself, and every file that it refers to, parsed once. */
export interface OpenApiDocument {
  readonly address: string;
  readonly version: '2.0' | '3.0' | '3.1' | '3.2';
  readonly root: Readonly<Record<string, unknown>>;
  /** By address; the document is among them. */
  readonly files: ReadonlyMap<string, unknown>;
  /** Addresses that references came to, by `referenceKey`. */
  readonly targets: ReadonlyMap<string, string>;
  /** References to files that could not be read, by `referenceKey`. */
  readonly unreadable: ReadonlySet<string>;
  /** Schemas with an `$id`, `$anchor` or `$dynamicAnchor` of their own, by `anchorKey`. */
  readonly anchors: ReadonlyMap<string, Located>;
  /** Every object that says something to Selvage (`x-selvage-*`). */
  readonly said: readonly Located[];
}

/** A part of a document and where it stands. */
export interface Located {
  readonly value: unknown;
  /** Of the file. */
  readonly address: string;
  /** JSON Pointer in the file (RFC 6901); the empty string is the whole of it. */
  readonly pointer: string;
}

/** `file` as it is written in the file at `address`. */
export function referenceKey(address: string, file: string): string {
  return `${address}\n${file}`;
}

/** An anchor in a file; an `$id`, which is global, has no address. */
export function anchorKey(address: string, anchor: string): string {
  return `${address}#${anchor}`;
}

/** RFC 6901, 3. */
export function pointerTo(pointer: string, key: string | number): string {
  const token = String(key);
  return `${pointer}/${/[~/]/.test(token) ? token.replaceAll('~', '~0').replaceAll('/', '~1') : token}`;
}
