import type { Located } from '../document/document.ts';
import { keywordsOf, type NormalForm } from '../schemas/normal-form.ts';
import { typesOf } from '../schemas/scalar-shapes.ts';

/** The types of JSON that the values of a schema may have, in any of its alternatives, but null; empty where the document leaves them open. */
export function possibleTypes(schema: Located, normal: NormalForm): ReadonlySet<string> {
  const found = new Set<string>();
  const met = new Set<unknown>();
  const waiting = [schema];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { schema: here } = normal.reduce(next);
    if (met.has(here.value)) continue;
    met.add(here.value);
    const written = keywordsOf(here);
    const keywords = Object.hasOwn(written, 'allOf') || Object.hasOwn(written, '$ref') ? joined(here, normal) : written;
    const branches = normal.alternatives({ ...here, value: keywords });
    const isSettled = Object.hasOwn(written, 'type') || Object.hasOwn(keywords, 'properties') || branches.length < 2;
    if (!isSettled) waiting.push(...branches);
    else for (const type of typesOf(keywords)) found.add(type);
  }
  return found;
}

/** What `allOf` and a reference with keywords beside it come to. */
function joined(schema: Located, normal: NormalForm): Readonly<Record<string, unknown>> {
  const { properties, additional, keywords } = normal.flatten(schema);
  return properties.size > 0 || additional ? { properties } : keywords;
}
