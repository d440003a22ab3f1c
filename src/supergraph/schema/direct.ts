import {
  type GraphQLNamedType,
  type GraphQLType,
  getNamedType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isUnionType,
} from 'graphql';
import { append, isRoot, type OpenMember } from '../catalogue.ts';
import type { NameTable } from './name-table.ts';

/**
 * Where a source's own values can be read as they are, without delegation: the source is not told selections, and
 * nothing that can be reached from the value is merged with another source, has hidden enum values, or has fields, enum
 * values or input fields under other names.
 */
export class DirectReach {
  readonly #member: OpenMember;
  readonly #table: NameTable;
  readonly #barred: ReadonlySet<string>;

  /** `merged`: the source's own types that other sources contribute to, or of which something must not leave. */
  constructor(member: OpenMember, table: NameTable, merged: Iterable<string>) {
    this.#member = member;
    this.#table = table;
    const renamed = Object.keys(table.members).map(coordinate => coordinate.split('.')[0] ?? '');
    this.#barred = reaching(member, [...merged, ...renamed.filter(typeName => !isRoot(typeName))]);
  }

  value(type: GraphQLType): boolean {
    return !this.#member.subschema.selective && !this.#barred.has(getNamedType(type).name);
  }

  rootField(rootType: string, fieldName: string): boolean {
    const root = this.#member.schema.getType(rootType);
    const field = isObjectType(root) ? root.getFields()[fieldName] : undefined;
    if (!field || !this.value(field.type)) return false;
    return field.args.every(
      ({ name, type }) => this.value(type) && this.#table.arguments[`${rootType}.${fieldName}.${name}`] === undefined,
    );
  }
}

/** The types from which one of these can be reached, and these. */
function reaching(member: OpenMember, seeds: readonly string[]): ReadonlySet<string> {
  const reached = new Set<string>();
  if (seeds.length === 0) return reached;
  const back = new Map<string, string[]>();
  for (const type of Object.values(member.schema.getTypeMap())) {
    for (const target of targets(type, member)) append(back, target, type.name);
  }
  const open = [...seeds];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (reached.has(name)) continue;
    reached.add(name);
    open.push(...(back.get(name) ?? []));
  }
  return reached;
}

function targets(type: GraphQLNamedType, member: OpenMember): string[] {
  if (isUnionType(type)) return type.getTypes().map(({ name }) => name);
  if (!isObjectType(type) && !isInterfaceType(type) && !isInputObjectType(type)) return [];
  const fields = Object.values<{ type: GraphQLType }>(type.getFields()).map(field => getNamedType(field.type).name);
  if (!isInterfaceType(type)) return fields;
  return [...fields, ...member.schema.getPossibleTypes(type).map(({ name }) => name)];
}
