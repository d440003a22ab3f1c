import {
  type GraphQLArgument,
  type GraphQLInputField,
  type GraphQLInputType,
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isObjectType,
  Kind,
  type ValueNode,
} from 'graphql';
import { isRecord } from '../../base/json.ts';
import { isCalled, isRoot, type OpenMember } from '../catalogue.ts';
import { clientArgument, clientMember, clientType, type NameTable } from './name-table.ts';

/** A name table read the other way round: what a source itself calls the things that clients name. */
export class OwnNames {
  readonly #member: OpenMember;
  readonly #table: NameTable;
  readonly #types = new Map<string, string>();
  readonly #members = new Map<string, ReadonlyMap<string, string>>();

  constructor(member: OpenMember, table: NameTable) {
    this.#member = member;
    this.#table = table;
    for (const own of Object.keys(member.schema.getTypeMap())) {
      if (!own.startsWith('__')) this.#types.set(clientType(table, own), own);
    }
  }

  type(client: string): string | undefined {
    return this.#types.get(client);
  }

  /** A field, an input field or an enum value of one of the source's types. */
  memberOf(ownType: string, client: string): string | undefined {
    let members = this.#members.get(ownType);
    if (!members) {
      members = new Map(this.#ownMembers(ownType).map(own => [clientMember(this.#table, ownType, own), own] as const));
      this.#members.set(ownType, members);
    }
    return members.get(client);
  }

  /**
   * Arguments that were coerced by the client's schema. `withDefaults`: what clients cannot give (it is hidden from them) has the
   * source's own default value.
   */
  values(
    inputs: readonly (GraphQLArgument | GraphQLInputField)[],
    clientName: (own: string) => string,
    given: Readonly<Record<string, unknown>>,
    withDefaults: boolean,
  ): Record<string, unknown> {
    const values: Record<string, unknown> = Object.create(null);
    for (const { name, type, defaultValue } of inputs) {
      const client = clientName(name);
      if (Object.hasOwn(given, client)) values[name] = this.value(type, given[client], withDefaults);
      else if (withDefaults && defaultValue !== undefined) values[name] = defaultValue;
    }
    return values;
  }

  /** The same of one value, of an input type of the source. */
  value(type: GraphQLInputType, value: unknown, withDefaults = false): unknown {
    const inner = getNullableType(type);
    if (value === null || value === undefined) return value;
    if (isListType(inner)) {
      const item = (one: unknown) => this.value(inner.ofType, one, withDefaults);
      return Array.isArray(value) ? value.map(item) : item(value);
    }
    if (isEnumType(inner)) return this.memberOf(inner.name, String(value)) ?? value;
    if (!isInputObjectType(inner) || !isRecord(value)) return value;
    const clientName = (own: string) => clientMember(this.#table, inner.name, own);
    return this.values(Object.values(inner.getFields()), clientName, value, withDefaults);
  }

  /** The same of what a client wrote as a literal; variables stay. */
  literal(type: GraphQLInputType, node: ValueNode): ValueNode {
    const inner = getNullableType(type);
    if (node.kind === Kind.LIST) {
      const item = isListType(inner) ? inner.ofType : inner;
      return { ...node, values: node.values.map(value => this.literal(item, value)) };
    }
    const named = getNamedType(inner);
    if (node.kind === Kind.ENUM && isEnumType(named)) {
      return { ...node, value: this.memberOf(named.name, node.value) ?? node.value };
    }
    if (node.kind !== Kind.OBJECT || !isInputObjectType(named)) return node;
    const fields = node.fields.map(field => {
      const own = this.memberOf(named.name, field.name.value) ?? field.name.value;
      const fieldType = named.getFields()[own]?.type;
      const value = fieldType ? this.literal(fieldType, field.value) : field.value;
      return { ...field, name: { kind: Kind.NAME, value: own } as const, value };
    });
    return { ...node, fields };
  }

  /** The source's argument that clients call so. */
  argument(ownType: string, ownField: string, client: string): GraphQLArgument | undefined {
    const type = this.#member.schema.getType(ownType);
    const field = isObjectType(type) || isInterfaceType(type) ? type.getFields()[ownField] : undefined;
    return field?.args.find(({ name }) => clientArgument(this.#table, ownType, ownField, name) === client);
  }

  #ownMembers(ownType: string): readonly string[] {
    const type = this.#member.schema.getType(ownType);
    if (isEnumType(type)) return type.getValues().map(({ name }) => name);
    if (isInputObjectType(type)) return Object.keys(type.getFields());
    if (!isObjectType(type) && !isInterfaceType(type)) return [];
    const fields = Object.keys(type.getFields());
    return isRoot(ownType) ? fields.filter(field => isCalled(this.#member, ownType, field)) : fields;
  }
}
