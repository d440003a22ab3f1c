import type { Located } from './document.ts';

/** What is made of a part of the document, made once. What an alias puts in another place, too, is another part there. */
export function oncePerPlace<T>(make: (part: Located) => T): (part: Located) => T {
  const made = new Map<unknown, { readonly at: Located; readonly of: T }>();
  return part => {
    const known = made.get(part.value);
    if (known && known.at.pointer === part.pointer && known.at.address === part.address) return known.of;
    const of = make(part);
    if (typeof part.value === 'object' && part.value !== null) made.set(part.value, { at: part, of });
    return of;
  };
}
