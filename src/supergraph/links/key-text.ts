import type { KeyPart } from './lookup.ts';
import { walk } from './template.ts';

/** A key as one text. Keys are compared as texts: what is 7 in one source is "7" in the other. */
export function keyText(key: unknown, parts: readonly KeyPart[]): string {
  const [only] = parts;
  if (parts.length === 1 && only?.key.length === 0) return valueText(key);
  return JSON.stringify(parts.map(part => partText(walk(key, part.key))));
}

/** The key that an item of a reply has, as `keyText` gives it. `at`: by part, where it stands. Undefined where the item has none. */
export function itemKeyText(
  item: unknown,
  parts: readonly KeyPart[],
  at: (part: KeyPart, index: number) => readonly string[],
): string | undefined {
  const [only] = parts;
  if (parts.length === 1 && only) {
    const value = walk(item, at(only, 0));
    if (isNone(value)) return undefined;
    return only.key.length === 0 ? valueText(value) : JSON.stringify([partText(value)]);
  }
  const values = parts.map((part, index) => walk(item, at(part, index)));
  if (values.some(value => value instanceof Error) || values.every(isNone)) return undefined;
  return JSON.stringify(values.map(partText));
}

/** What a part has no value of is null in the key and in the item. */
function partText(value: unknown): string | null {
  return value === null || value === undefined ? null : valueText(value);
}

function valueText(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function isNone(value: unknown): boolean {
  return value === null || value === undefined || value instanceof Error;
}
