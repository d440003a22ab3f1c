import { pascalName } from '../../../base/names.ts';

/** Keywords that are silent in a name, or said by one word, however they are used. */
const alone: ReadonlyMap<string, string> = new Map([
  ['items', 'Item'],
  ['additionalProperties', 'Value'],
  ['schema', ''],
]);

/** Keywords whose key says what is meant. */
const before: ReadonlyMap<string, (key: string) => string> = new Map([
  ...['properties', '$defs', 'definitions', 'dependentSchemas'].map(keyword => [keyword, pascalName] as const),
  ...['oneOf', 'anyOf', 'type'].map(keyword => [keyword, option] as const),
  ...['allOf', 'content'].map(keyword => [keyword, silence] as const),
  ['patternProperties', () => 'Value'] as const,
]);

function option(key: string): string {
  return /^\d+$/.test(key) ? `Option${Number(key) + 1}` : pascalName(key);
}

function silence(): string {
  return '';
}

/** A way into a document as a part of a name: the keys of properties, and what lists, maps and alternatives hold. */
export function spokenPlace(tokens: readonly string[]): string {
  let spoken = '';
  for (let index = 0; index < tokens.length; index++) {
    const token = tokens[index]!;
    const said = before.get(token);
    const key = tokens[index + 1];
    if (said && key !== undefined) {
      spoken += said(key);
      index += 1;
    } else spoken += alone.get(token) ?? pascalName(token);
  }
  return spoken;
}

/** The tokens of a JSON Pointer (RFC 6901, 4). */
export function tokensOf(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map(token => token.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** The last part of an address. */
export function fileOf(address: string): string {
  return address.split(/[\\/]/).at(-1)!;
}
