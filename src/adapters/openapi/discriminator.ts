import { isRecord, own } from '../../base/json.ts';
import type { Located } from './document.ts';
import type { NormalForm } from './normal-form.ts';
import { text } from './operation-parts.ts';
import { child, children } from './resolver.ts';
import type { Discriminator, Shape } from './shape.ts';

/** One of the types that a value may have. */
export interface Branch {
  readonly shape: Shape;
  readonly schema: Located;
  /** What a reference led to: a discriminator may name it. */
  readonly target: Located | undefined;
}

/** OpenAPI 3.2, 4.25: which property names the branch, and by which values. */
export function discriminatorOf(
  schema: Located,
  branches: readonly Branch[],
  normal: NormalForm,
): Discriminator | undefined {
  const written = child(schema, 'discriminator');
  const name = written?.value; // Swagger 2.0 has the property's name alone
  const property = isRecord(name) ? own(name, 'propertyName') : name;
  if (!written || typeof property !== 'string') return undefined;
  const mapping = new Map<string, string>();
  for (const branch of branches) {
    if (branch.shape.kind !== 'type' || !branch.target) continue;
    mapping.set(lastKey(branch.target), branch.shape.name); // the implicit value: the schema's own name
    const value = statedValue(branch.target);
    if (value !== undefined) mapping.set(value, branch.shape.name);
  }
  for (const entry of children(child(written, 'mapping'))) {
    if (typeof entry.value !== 'string') continue;
    const type = mapping.get(entry.value) ?? namedBy(entry.value, entry, branches, normal);
    if (type !== undefined) mapping.set(entry.key, type);
  }
  return { property, mapping: [...mapping] };
}

function namedBy(
  reference: string,
  from: Located,
  branches: readonly Branch[],
  normal: NormalForm,
): string | undefined {
  if (!/[#/.]/.test(reference)) return undefined;
  const here = { ...from, value: { $ref: reference } };
  const { schema } = normal.reduce(here);
  const branch = branches.find(candidate => candidate.schema.value === schema.value);
  return branch?.shape.kind === 'type' ? branch.shape.name : undefined;
}

/** Swagger 2.0 has no mapping; these extensions give a schema another value than its name. */
function statedValue({ value }: Located): string | undefined {
  return text(value, 'x-ms-discriminator-value') ?? text(value, 'x-discriminator-value');
}

function lastKey(target: Located): string {
  const last = target.pointer.split('/').at(-1) || target.address.split(/[\\/]/).at(-1)!;
  return last
    .replace(/\.(ya?ml|json)$/i, '')
    .replaceAll('~1', '/')
    .replaceAll('~0', '~');
}
