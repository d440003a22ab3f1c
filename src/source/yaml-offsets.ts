import { CST, Parser } from 'yaml';
import type { PointerTree } from './pointer-tree.ts';

/** Where the keys, and the items of lists, stand in a YAML text that pointers name. What stands behind an alias has no offset. */
export function yamlOffsets(text: string, tree: PointerTree): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const token of new Parser().parse(text)) {
    if (token.type === 'document') note(token.value, tree, found);
    if (token.type === 'document') break; // one document is read
  }
  return found;
}

function note(token: CST.Token | undefined, tree: PointerTree, found: Map<string, number>): void {
  if (!token || !CST.isCollection(token)) return;
  const isMap =
    token.type === 'block-map' || (token.type === 'flow-collection' && token.start.type === 'flow-map-start');
  let index = 0;
  for (const { key, value } of token.items) {
    const at = isMap ? key : (value ?? key);
    if (!at) continue;
    const inner = tree.inner.get(isMap ? textOf(key) : String(index));
    index += 1;
    if (!inner) continue;
    if (inner.pointer !== undefined && !found.has(inner.pointer)) found.set(inner.pointer, at.offset);
    note(value ?? undefined, inner, found);
  }
}

function textOf(key: CST.Token | null | undefined): string {
  return CST.resolveAsScalar(key)?.value ?? '';
}
