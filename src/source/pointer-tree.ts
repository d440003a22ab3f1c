/** JSON Pointers (RFC 6901) as a tree of their tokens, so that a text is gone through once for all of them. */
export interface PointerTree {
  /** The pointer that ends here, if one does. */
  pointer?: string;
  readonly inner: Map<string, PointerTree>;
}

/** Longer pointers are none that a person follows. */
const mostTokens = 500;

export function pointerTree(pointers: Iterable<string>): PointerTree {
  const root: PointerTree = { inner: new Map() };
  for (const pointer of pointers) {
    const tokens = pointer.split('/').slice(1);
    if (tokens.length > mostTokens) continue;
    let here = root;
    for (const token of tokens) {
      const key = token.replaceAll('~1', '/').replaceAll('~0', '~');
      const next = here.inner.get(key) ?? { inner: new Map() };
      here.inner.set(key, next);
      here = next;
    }
    here.pointer = pointer;
  }
  return root;
}
