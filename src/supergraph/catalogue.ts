import {
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLNamedType,
  type GraphQLSchema,
  type GraphQLType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isScalarType,
  parseType,
  type TypeNode,
  visit,
} from 'graphql';
import type { Subschema } from '../adapter/adapter.ts';
import { executableSchema } from '../adapter/executable.ts';
import { scalarNames } from '../adapter/scalars.ts';
import { coordinate } from '../base/coordinate.ts';
import { rootFieldName } from '../source/root-field-name.ts';
import type { Source } from '../source/source.ts';
import type { Member } from './supergraph.ts';

/** A source with its own schema, which runs. Names in it are the source's own. */
export interface OpenMember {
  readonly name: string;
  readonly source: Source;
  readonly subschema: Subschema<unknown, unknown>;
  readonly schema: GraphQLSchema;
}

export interface TypeOwner {
  readonly member: OpenMember;
  readonly type: GraphQLNamedType;
}

export interface FieldOwner {
  readonly member: OpenMember;
  readonly typeName: string;
  readonly field: GraphQLField<unknown, unknown> | GraphQLInputField;
}

/** `isAlone`: what is validated as the supergraph's schema may be the source's own. */
export function openMember({ source, subschema }: Member, isAlone = false): OpenMember {
  return { name: source.name, source, subschema, schema: executableSchema(subschema, { assumeValid: !isAlone }) };
}

const rootNames: ReadonlySet<string> = new Set(['Query', 'Mutation', 'Subscription']);
const builtInScalars: ReadonlySet<string> = new Set(['Int', 'Float', 'String', 'Boolean', 'ID']);

export function isRoot(typeName: string): boolean {
  return rootNames.has(typeName);
}

/** Scalars that mean the same in every source, and so bear one name. */
export function isSharedScalar(typeName: string): boolean {
  return builtInScalars.has(typeName) || scalarNames.has(typeName);
}

/** The name a source's type has in the overlay: with the source's prefix. */
export function prefixedType(member: OpenMember, own: string): string {
  const keeps = isRoot(own) || own.startsWith('__') || (isSharedScalar(own) && !isOther(member, own));
  return keeps ? own : member.source.options.prefix + own;
}

/** Is it a type of the source's own that is called like a shared scalar? */
function isOther({ schema }: OpenMember, name: string): boolean {
  const type = schema.getType(name);
  return type !== undefined && !isScalarType(type);
}

/** The name a source's field has in the overlay: root fields are prefixed. */
export function prefixedField(member: OpenMember, ownType: string, own: string): string {
  return isRoot(ownType) ? rootFieldName(member.source.options.prefix, own) : own;
}

/** A type reference in the overlay's names. */
export function prefixedReference(member: OpenMember, type: GraphQLType): TypeNode {
  return visit(parseType(String(type), { noLocation: true }), {
    Name: node => ({ ...node, value: prefixedType(member, node.value) }),
  });
}

/** Does a call fill this root field? Placeholders of roots that would be empty have none. */
export function isCalled(member: OpenMember, ownType: string, own: string): boolean {
  return Object.hasOwn(member.subschema.blueprint.calls, coordinate(ownType, own));
}

/** What all sources bring, by the names of the overlay: after prefixes, before renames. */
export class Catalogue {
  readonly members: readonly OpenMember[];
  readonly types: ReadonlyMap<string, readonly TypeOwner[]>;
  readonly #fields = new Map<string, ReadonlyMap<string, readonly FieldOwner[]>>();

  constructor(members: readonly OpenMember[]) {
    const types = new Map<string, TypeOwner[]>();
    for (const member of members) {
      for (const type of Object.values(member.schema.getTypeMap())) {
        if (type.name.startsWith('__') || builtInScalars.has(type.name)) continue;
        append(types, prefixedType(member, type.name), { member, type });
      }
    }
    this.members = members;
    this.types = types;
  }

  /** Fields of an object, interface or input type: those of roots only where a call fills them. */
  fields(typeName: string): ReadonlyMap<string, readonly FieldOwner[]> {
    const known = this.#fields.get(typeName);
    if (known) return known;
    const fields = new Map<string, FieldOwner[]>();
    for (const { member, type } of this.types.get(typeName) ?? []) {
      if (!isObjectType(type) && !isInterfaceType(type) && !isInputObjectType(type)) continue;
      for (const field of Object.values(type.getFields())) {
        if (isRoot(type.name) && !isCalled(member, type.name, field.name)) continue;
        append(fields, prefixedField(member, type.name, field.name), { member, typeName: type.name, field });
      }
    }
    this.#fields.set(typeName, fields);
    return fields;
  }

  member(name: string): OpenMember | undefined {
    return this.members.find(member => member.name === name);
  }
}

export function append<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}
