import { isRecord, own } from '../../../base/json.ts';
import type { Discriminator, Shape } from '../call/shape.ts';
import type { Located } from '../document/document.ts';
import { text } from '../document/operation-parts.ts';
import { child, children } from '../document/resolver.ts';
import { additionalOf } from './lay-over.ts';
import { keywordsOf, type NormalForm } from './normal-form.ts';
import { valuesOf } from './scalar-shapes.ts';
import { allowsAnything, requiredOf } from './statements.ts';

/** One of the types that a value may have. */
export interface Branch {
  readonly shape: Shape;
  readonly schema: Located;
  /** What a reference led to: a discriminator may name it. */
  readonly target: Located | undefined;
  /** The alternatives within the alternatives that it is one of, if they have a discriminator of their own. */
  readonly within?: Located | undefined;
}

/** The discriminators of alternatives within alternatives, each with the branches that it tells apart. */
export function innerDiscriminators(
  branches: readonly Branch[],
  normal: NormalForm,
): readonly (readonly [Discriminator, readonly Branch[]])[] {
  const groups = new Map<unknown, { readonly schema: Located; readonly branches: Branch[] }>();
  for (const branch of branches) {
    if (!branch.within) continue;
    const group = groups.get(branch.within.value) ?? { schema: branch.within, branches: [] };
    groups.set(branch.within.value, group);
    group.branches.push(branch);
  }
  return [...groups.values()].flatMap(({ schema, branches: inner }) => {
    const discriminator = discriminatorOf(schema, inner, normal);
    return discriminator ? [[discriminator, inner] as const] : [];
  });
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
  const implicit = new Map<string, string>();
  for (const branch of branches) {
    if (branch.shape.kind !== 'type' || !branch.target) continue;
    const value = statedValue(branch.target);
    if (value !== undefined) implicit.set(value, branch.shape.name);
    implicit.set(lastKey(branch.target), branch.shape.name); // the schema's own name
  }
  const bySchema = new Map([...branches].reverse().map(branch => [branch.schema.value, branch])); // of equal ones the first
  const typeOf = (reference: Located) =>
    typeof reference.value === 'string'
      ? (implicit.get(reference.value) ?? namedBy(reference.value, reference, bySchema, normal))
      : undefined;
  const mapping = new Map<string, string>();
  for (const entry of children(child(written, 'mapping'))) {
    const type = typeOf(entry);
    if (type !== undefined) mapping.set(entry.key, type);
  }
  for (const [value, type] of implicit) if (!mapping.has(value)) mapping.set(value, type);
  const fallback = child(written, 'defaultMapping');
  const otherwise = fallback && typeOf(fallback);
  return { property, mapping: [...mapping], ...(otherwise === undefined ? {} : { otherwise }) };
}

/**
 * Does a discriminator tell branches apart of which each says by itself what the whole says of objects: its properties, what of them is
 * required, and what else may stand there? Then the whole adds nothing to them. One that leads back to the whole is no type without it.
 */
export function tellsBranches(schema: Located, branches: readonly Located[], normal: NormalForm): boolean {
  if (child(schema, 'discriminator') === undefined) return false;
  const names = children(child(schema, 'properties')).map(({ key }) => key);
  const needed = requiredOf(schema.value);
  const rest = additionalOf(schema);
  const isWhole = (branch: Located) => {
    const { properties, required, additional } = normal.flatten(normal.reduce(branch).schema);
    return (
      names.every(name => properties.has(name)) &&
      needed.every(name => required.has(name)) &&
      saysAsMuch(additional, rest)
    );
  };
  return branches.every(isWhole) && !leadsBack(schema, branches, normal);
}

/** Has a branch a statement of its own on further properties, which leaves no type unsaid, where the whole has one? */
function saysAsMuch(branch: Located | undefined, whole: Located | undefined): boolean {
  if (whole === undefined || whole.value === false) return true;
  return branch !== undefined && (allowsAnything(whole.value) || !allowsAnything(branch.value));
}

/** Is the schema among the alternatives of its branches, or of theirs? */
function leadsBack(schema: Located, branches: readonly Located[], normal: NormalForm): boolean {
  const met = new Map<unknown, Located>();
  const meet = (alternatives: readonly Located[]) => {
    for (const each of alternatives.map(located => normal.reduce(located).schema)) met.set(each.value, each);
  };
  meet(branches);
  met.delete(schema.value); // which is none of its own branches
  for (const [value, branch] of met) {
    if (value === schema.value) return true;
    meet(normal.alternatives(branch)); // a Map goes on with what is added
  }
  return false;
}

/** What the writer of an input puts into the property, by the branch: the first value that names its type and that its own schema allows. */
export function valuesNaming(
  { property, mapping }: Discriminator,
  branches: readonly Branch[],
  normal: NormalForm,
): Map<Branch, string> {
  const named = new Map<string, string[]>();
  for (const [value, type] of mapping) {
    const known = named.get(type);
    if (known) known.push(value);
    else named.set(type, [value]);
  }
  const values = branches.map(branch => {
    const own = branch.shape.kind === 'type' ? (named.get(branch.shape.name) ?? []) : [];
    return [branch, valueNaming(property, own, branch.schema, normal)] as const;
  });
  return new Map(values.flatMap(([branch, value]) => (value === undefined ? [] : [[branch, value] as const])));
}

function valueNaming(
  property: string,
  named: readonly string[],
  schema: Located,
  normal: NormalForm,
): string | undefined {
  const written = normal.flatten(schema).properties.get(property);
  const allowed = written && valuesOf(keywordsOf(normal.reduce(written).schema))?.map(String);
  if (!allowed) return named[0];
  return named.find(value => allowed.includes(value)) ?? (allowed.length === 1 ? allowed[0] : named[0]);
}

function namedBy(
  reference: string,
  from: Located,
  bySchema: ReadonlyMap<unknown, Branch>,
  normal: NormalForm,
): string | undefined {
  if (!/[#/.]/.test(reference)) return undefined;
  const here = { ...from, value: { $ref: reference } };
  const { schema } = normal.reduce(here);
  const branch = bySchema.get(schema.value);
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
