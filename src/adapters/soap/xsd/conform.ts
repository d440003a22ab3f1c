import { leavesWithin, type Types } from '../model/fields.ts';
import type { AttributeField, ComplexType, LeafField, TypeKey } from '../model/model.ts';
import type { Draft } from './content.ts';
import type { TypeCompiler } from './type-compiler.ts';

/**
 * GraphQL demands of a type every field of its interfaces, with the same type (October 2021, 3.6, IsValidImplementation); a restriction
 * in XSD may narrow or drop them. So what descends from an interface keeps its base's fields; what is written is still narrow.
 */
export function conform(compiler: TypeCompiler): void {
  const done = new Set<TypeKey>();
  const types = Object.fromEntries(compiler.types) as Types; // drafts are models that may still change
  const visit = (key: TypeKey): boolean => {
    const type = compiler.types.get(key);
    if (type?.kind !== 'complex') return false;
    const base = type.base === undefined ? undefined : compiler.types.get(type.base);
    const demanded = type.base !== undefined && base?.kind === 'complex' && visit(type.base);
    if (demanded && !done.has(key)) keepFields(compiler, type, base as ComplexType, types); // `demanded` says so
    done.add(key);
    return demanded || type.interface !== undefined;
  };
  for (const key of [...compiler.types.keys()]) visit(key);
}

function keepFields(compiler: TypeCompiler, type: Draft<ComplexType>, base: ComplexType, types: Types): void {
  const own = leavesWithin(types, type);
  const absent: LeafField[] = [];
  for (const field of [...leavesWithin(types, base), ...base.absent]) {
    if (own.includes(field)) continue;
    const twins = own.filter(leaf => sameElement(leaf, field));
    for (const twin of twins) Object.assign(twin, { field: field.field }, shapeOf(compiler, twin, field));
    if (twins.length === 0) absent.push(field);
  }
  if (base.value !== undefined) type.value = narrowed(compiler, type.value ?? base.value, base.value);
  const attributes = new Map(type.attributes.map(attribute => [attribute.field, attribute] as const));
  for (const inherited of base.attributes) {
    const twin = attributes.get(inherited.field);
    if (!twin) absent.push(withoutValue(inherited));
    else {
      const required = twin.required || inherited.required;
      attributes.set(twin.field, { ...twin, required, type: narrowed(compiler, twin.type, inherited.type) });
    }
  }
  type.absent = absent;
  type.attributes = [...attributes.values()];
}

/** A field may be there where the interface's may not (October 2021, 3.6.1, IsValidImplementationFieldType). */
function shapeOf(compiler: TypeCompiler, own: LeafField, field: LeafField): object {
  if (own.kind !== 'element' || field.kind !== 'element') return {};
  return {
    type: narrowed(compiler, own.type, field.type),
    list: field.list,
    optional: own.optional && field.optional,
    nillable: own.nillable && field.nillable,
  };
}

/** A simple type that is its base's in GraphQL, and in what may be written its own. */
function narrowed(compiler: TypeCompiler, own: TypeKey, inherited: TypeKey): TypeKey {
  const type = compiler.types.get(own);
  const base = compiler.types.get(inherited);
  if (own === inherited || type?.kind !== 'simple' || base?.kind !== 'simple') return inherited;
  if (base.values || type.list !== base.list) return inherited;
  if (!type.values && type.primitive === base.primitive) return own;
  return compiler.define(`${own} as ${inherited}`, { ...base, members: [type] });
}

/** An attribute that a restriction prohibits. */
function withoutValue({ field, namespace, local, type }: AttributeField): LeafField {
  const never = { min: 0, max: 1, list: false, optional: true, nillable: true } as const;
  return { kind: 'element', field, namespace, local, type, ...never };
}

function sameElement(a: LeafField, b: LeafField): boolean {
  if (a.kind !== 'element' || b.kind !== 'element') return a.kind === b.kind && a.field === b.field;
  return a.local === b.local && a.namespace === b.namespace;
}
