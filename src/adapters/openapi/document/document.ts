/** What was loaded: the document itself, and every file that it refers to, parsed once. */
export interface OpenApiDocument {
  readonly address: string;
  readonly version: '2.0' | '3.0' | '3.1' | '3.2';
  readonly root: Readonly<Record<string, unknown>>;
  /** By address; the document is among them. */
  readonly files: ReadonlyMap<string, unknown>;
  /** By address and pointer: the parts of files that have a URI of their own. */
  readonly resources: ReadonlyMap<string, ReadonlyMap<string, Resource>>;
  /** What references lead to that name more than a fragment, by `referenceKey`. */
  readonly targets: ReadonlyMap<string, Located>;
  /** References to files that could not be read, by `referenceKey`. */
  readonly unreadable: ReadonlySet<string>;
  /** Schemas with an `$anchor` or `$dynamicAnchor`, by `referenceKey` of their resource and that. */
  readonly anchors: ReadonlyMap<string, Located>;
  /** Every object that says something to Selvage (`x-selvage-*`). */
  readonly said: readonly Located[];
  /** Every schema with a `$dynamicAnchor` or a `$dynamicRef`. */
  readonly dynamic: readonly Located[];
}

/** A part of a document and where it stands. */
export interface Located {
  readonly value: unknown;
  /** Of the file. */
  readonly address: string;
  /** JSON Pointer in the file (RFC 6901); the empty string is the whole of it. */
  readonly pointer: string;
}

/**
 * A file, or a part of one that has a URI of its own (`$id`: JSON Schema 2020-12, 8.2.1; `$self`: OpenAPI 3.2, 4.1.1). The references in
 * it are relative to that, and their fragments are its own.
 */
export interface Resource extends Located {
  readonly uri: string;
}

/** What is said in a resource: a reference without its fragment, or an anchor. */
export function referenceKey({ address, pointer }: Located, said: string): string {
  return `${address}#${pointer}\n${said}`;
}

/** The innermost of the resources of its file that a part stands in; undefined where that is the file. */
export function resourceAround(
  resources: OpenApiDocument['resources'],
  { address, pointer }: Located,
): Resource | undefined {
  const inFile = resources.get(address);
  if (!inFile) return undefined;
  for (const outer of pointersAround(pointer)) {
    const found = inFile.get(outer);
    if (found) return found;
  }
  return undefined;
}

/** The pointer itself and those of all that is around it, from the innermost to the whole file's. */
export function* pointersAround(pointer: string): Generator<string, void> {
  for (let end = pointer.length; end > 0; end = pointer.lastIndexOf('/', end - 1)) yield pointer.slice(0, end);
  yield '';
}

/** Is the place the other one, or in it? Both are of one file. */
export function isWithin(pointer: string, outer: string): boolean {
  return pointer === outer || pointer.startsWith(`${outer}/`);
}

/** RFC 6901, 3. */
export function pointerTo(pointer: string, key: string | number): string {
  const token = String(key);
  const isPlain = !token.includes('~') && !token.includes('/');
  return `${pointer}/${isPlain ? token : token.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}
