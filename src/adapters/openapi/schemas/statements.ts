import { isRecord, own } from '../../../base/json.ts';
import type { Located } from '../document/document.ts';
import { child, children } from '../document/resolver.ts';
import { isOurs } from '../document/said.ts';

/** Keywords that decide which values a schema allows. Without any of them it only annotates. */
const structural: ReadonlySet<string> = new Set([
  'type',
  'properties',
  'additionalProperties',
  'patternProperties',
  'items',
  'prefixItems',
  'enum',
  'const',
  'format',
  'oneOf',
  'anyOf',
  'allOf',
  '$ref',
  '$dynamicRef',
  '$recursiveRef',
  'contentEncoding',
]);

export function isStructural(value: unknown): boolean {
  return isRecord(value) && says(value, []);
}

/** Keywords that demand nothing. What is nullable beside them is told by itself. */
const annotations: ReadonlySet<string> = new Set([
  ...['title', 'description', 'examples', 'example', 'deprecated', 'readOnly', 'writeOnly'],
  ...['$comment', 'externalDocs', 'xml', 'default', 'nullable'],
  ...['$id', 'id', '$schema', '$anchor', '$dynamicAnchor', '$recursiveAnchor', '$defs', 'definitions', '$vocabulary'],
]);

/** Does the schema allow whatever there is? One that says `nullable` and no more is meant to allow null. */
export function allowsAnything(value: unknown): boolean {
  if (!isRecord(value)) return value === true;
  return (
    !isNullable(value) && Object.keys(value).every(keyword => annotations.has(keyword) || keyword.startsWith('x-'))
  );
}

/** What holds for values of some kind only, where it names properties (JSON Schema 2020-12, 10.2.2). */
export function conditionalsOf(schema: Located): Located[] {
  if (!isRecord(schema.value)) return [];
  const parts = [child(schema, 'then'), child(schema, 'else'), ...children(child(schema, 'dependentSchemas'))];
  return parts.filter(part => part !== undefined).filter(({ value }) => namesProperties(value));
}

export function namesProperties(value: unknown): value is Readonly<Record<string, unknown>> {
  return isRecord(value) && isRecord(value['properties']);
}

function isConditional(keyword: string, value: unknown): boolean {
  if (keyword === 'then' || keyword === 'else') return namesProperties(value);
  return keyword === 'dependentSchemas' && isRecord(value) && Object.values(value).some(namesProperties);
}

export function hasBranches(value: unknown): boolean {
  return isRecord(value) && (Object.hasOwn(value, 'oneOf') || Object.hasOwn(value, 'anyOf'));
}

export function requiredOf(value: unknown): string[] {
  const required = isRecord(value) ? own(value, 'required') : undefined;
  return Array.isArray(required) ? required.filter(name => typeof name === 'string') : [];
}

/** Swagger 2.0 `x-nullable`, 3.0 `nullable`, 3.1 `type` and `enum`, and a `null` branch. */
export function isNullable(value: unknown): boolean {
  if (!isRecord(value)) return false;
  if (value['nullable'] === true || value['x-nullable'] === true || isNull(value)) return true;
  if (Array.isArray(value['type']) && value['type'].includes('null')) return true;
  if (Array.isArray(value['enum']) && value['enum'].includes(null)) return true;
  return [value['oneOf'], value['anyOf']].some(list => Array.isArray(list) && list.some(isNull));
}

/** Does the schema allow nothing but null? So is meant what says `nullable` and no more. */
export function isNull(value: unknown): boolean {
  if (!isRecord(value)) return false;
  if ((value['nullable'] === true || value['x-nullable'] === true) && !isStructural(value)) return true;
  const type = Array.isArray(value['type']) && value['type'].length === 1 ? value['type'][0] : value['type'];
  if (type === 'null') return true;
  if (Object.hasOwn(value, 'const')) return value['const'] === null;
  return Array.isArray(value['enum']) && value['enum'].length === 1 && value['enum'][0] === null;
}

/** Has the schema structural keywords beside these? A `type` beside a wrapper counts only where it cannot be the wrapped one's. */
export function says(value: Readonly<Record<string, unknown>>, except: readonly string[]): boolean {
  return (
    Object.keys(value).some(
      keyword => (structural.has(keyword) && !except.includes(keyword)) || isConditional(keyword, value[keyword]),
    ) || requiredOf(value).length > 0
  );
}

/** Does nothing beside `oneOf` and `anyOf` restrict what a branch allows, but that it is an object? */
export function leavesOpen(value: unknown): boolean {
  return isRecord(value) && !says(value, ['oneOf', 'anyOf', 'type']) && (own(value, 'type') ?? 'object') === 'object';
}

/** A branch such as `{ required: [a] }`, which restricts and adds no type. */
export function onlyRequires(value: unknown): boolean {
  return (
    isRecord(value) &&
    !Object.keys(value).some(keyword => keyword !== 'type' && structural.has(keyword)) &&
    requiredOf(value).length > 0
  );
}

/** A schema's type, and all that does not decide which values it allows. What it says to Selvage, it says by itself. */
export function annotationsOf(value: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(value).filter(([keyword]) => keyword === 'type' || !(structural.has(keyword) || isOurs(keyword))),
  );
}

/** The one schema that `allOf` has where nothing else is said of which values are allowed. */
export function wrappedBy(schema: Located): Located | undefined {
  if (!isRecord(schema.value) || says(schema.value, ['allOf', 'type'])) return undefined;
  const speaking = children(child(schema, 'allOf')).filter(({ value }) => isStructural(value) && !isNull(value));
  return speaking.length === 1 && !onlyRequires(speaking[0]!.value) ? speaking[0] : undefined;
}
