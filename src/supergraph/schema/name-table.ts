import { isEnumType, isInputObjectType, isInterfaceType, isObjectType } from 'graphql';
import { type OpenMember, prefixedField, prefixedType } from '../catalogue.ts';
import { clientName, type Drafts } from '../drafts.ts';

/** How a client names what a source has, wherever the two differ: plain data, by the source's own names. */
export interface NameTable {
  readonly types: Readonly<Record<string, string>>;
  /** Fields, input fields and enum values, by `Type.member`. */
  readonly members: Readonly<Record<string, string>>;
  /** By `Type.field.argument`. */
  readonly arguments: Readonly<Record<string, string>>;
  /** The type of the namespace that clients find a query in, by `Query.field`. */
  readonly homes: Readonly<Record<string, string>>;
}

/** Prefixes first, then `@rename`: the overlay speaks of names that have their prefix. */
export function nameTable(member: OpenMember, drafts: Drafts): NameTable {
  const types: Record<string, string> = Object.create(null);
  const members: Record<string, string> = Object.create(null);
  const args: Record<string, string> = Object.create(null);
  const isRenamed = member.source.options.prefix !== '' || drafts.renames.size > 0;
  for (const type of isRenamed ? Object.values(member.schema.getTypeMap()) : []) {
    if (type.name.startsWith('__')) continue;
    const typeName = prefixedType(member, type.name);
    note(types, type.name, clientName(drafts, typeName, typeName), type.name);
    if (isEnumType(type)) {
      for (const { name } of type.getValues()) {
        note(members, `${type.name}.${name}`, clientName(drafts, `${typeName}.${name}`, name), name);
      }
    }
    if (!isObjectType(type) && !isInterfaceType(type) && !isInputObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      const prefixed = prefixedField(member, type.name, field.name);
      const coordinate = `${typeName}.${prefixed}`;
      note(members, `${type.name}.${field.name}`, clientName(drafts, coordinate, prefixed), field.name);
      if (!('args' in field)) continue;
      for (const { name } of field.args) {
        note(args, `${type.name}.${field.name}.${name}`, clientName(drafts, `${coordinate}.${name}`, name), name);
      }
    }
  }
  return { types, members, arguments: args, homes: homesOf(member, drafts) };
}

function homesOf(member: OpenMember, { namespaces: { homes } }: Drafts): Record<string, string> {
  const found: Record<string, string> = Object.create(null);
  for (const own of homes.size > 0 ? Object.keys(member.schema.getQueryType()?.getFields() ?? {}) : []) {
    const home = homes.get(`Query.${prefixedField(member, 'Query', own)}`);
    if (home !== undefined) found[`Query.${own}`] = home;
  }
  return found;
}

function note(table: Record<string, string>, key: string, name: string, own: string): void {
  if (name !== own) table[key] = name;
}

/** Do clients call everything as the source does? */
export function renamesNothing(table: NameTable): boolean {
  return [table.types, table.members, table.arguments].every(names => Object.keys(names).length === 0);
}

export function clientType(table: NameTable, own: string): string {
  return table.types[own] ?? own;
}

/** The client's name of the type that a member stands in. */
export function clientParent(table: NameTable, ownType: string, own: string): string {
  return table.homes[`${ownType}.${own}`] ?? clientType(table, ownType);
}

export function clientMember(table: NameTable, ownType: string, own: string): string {
  return table.members[`${ownType}.${own}`] ?? own;
}

export function clientArgument(table: NameTable, ownType: string, field: string, own: string): string {
  return table.arguments[`${ownType}.${field}.${own}`] ?? own;
}
