import {
  GraphQLEnumType,
  type GraphQLFieldConfig,
  type GraphQLFieldConfigArgumentMap,
  type GraphQLFieldConfigMap,
  GraphQLInputObjectType,
  type GraphQLInputType,
  GraphQLInterfaceType,
  type GraphQLNamedType,
  GraphQLObjectType,
  GraphQLScalarType,
  GraphQLSchema,
  type GraphQLType,
  GraphQLUnionType,
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isIntrospectionType,
  isListType,
  isSpecifiedScalarType,
} from 'graphql';
import { isRecord } from '../../base/json.ts';
import { isRoot } from '../catalogue.ts';
import { clientArgument, clientMember, clientType, type NameTable } from './name-table.ts';
import { refer } from './refer.ts';

interface Naming {
  readonly table: NameTable;
  /** Which root fields, by `Query.x` in the source's own names, are in the schema at all. */
  readonly isShown: (coordinate: string) => boolean;
  /** Is told of every name that is another: the client's coordinate, and the source's own name. */
  readonly note?: (coordinate: string, own: string) => void;
}

/** A source's schema under the client's names, without the root fields that are not shown. */
export function renamedSchema(schema: GraphQLSchema, naming: Naming): GraphQLSchema {
  const renaming = new SchemaRenaming(naming);
  const types = Object.values(schema.getTypeMap()).flatMap(type => renaming.add(type) ?? []);
  const { description, query, mutation, subscription } = schema.toConfig();
  return new GraphQLSchema({
    description,
    query: query && renaming.object(query),
    mutation: mutation && renaming.object(mutation),
    subscription: subscription && renaming.object(subscription),
    types,
    assumeValid: true, // the client's schema is validated
  });
}

class SchemaRenaming {
  readonly #naming: Naming;
  /** By the source's own names. */
  readonly #types = new Map<string, GraphQLNamedType>();

  constructor(naming: Naming) {
    this.#naming = naming;
  }

  /** Undefined: nothing of the type is shown, or it bears the same name everywhere. */
  add(type: GraphQLNamedType): GraphQLNamedType | undefined {
    if (isIntrospectionType(type) || isSpecifiedScalarType(type)) return undefined;
    const shown = this.#type(type);
    if (shown) this.#types.set(type.name, shown);
    return shown;
  }

  object({ name }: GraphQLObjectType): GraphQLObjectType | undefined {
    const type = this.#types.get(name);
    return type instanceof GraphQLObjectType ? type : undefined;
  }

  #type(type: GraphQLNamedType): GraphQLNamedType | undefined {
    const name = this.#note(type.name, clientType(this.#naming.table, type.name));
    const anew = { name, astNode: null, extensionASTNodes: [] };
    if (type instanceof GraphQLObjectType) {
      const config = type.toConfig();
      const own = Object.entries(config.fields).filter(([field]) => this.#isShown(type.name, field));
      if (own.length === 0) return undefined;
      const interfaces = () => config.interfaces.map(each => this.#refer(each));
      return new GraphQLObjectType({
        ...config,
        ...anew,
        interfaces,
        fields: () => this.#fields(type.name, name, own),
      });
    }
    if (type instanceof GraphQLInterfaceType) {
      const config = type.toConfig();
      const interfaces = () => config.interfaces.map(each => this.#refer(each));
      const fields = () => this.#fields(type.name, name, Object.entries(config.fields));
      return new GraphQLInterfaceType({ ...config, ...anew, interfaces, fields });
    }
    if (type instanceof GraphQLUnionType) {
      const config = type.toConfig();
      return new GraphQLUnionType({ ...config, ...anew, types: () => config.types.map(each => this.#refer(each)) });
    }
    if (type instanceof GraphQLScalarType) return new GraphQLScalarType({ ...type.toConfig(), ...anew });
    if (type instanceof GraphQLEnumType) {
      const config = type.toConfig();
      const values = Object.entries(config.values).map(([own, value]) => {
        const shown = this.#note(own, clientMember(this.#naming.table, type.name, own), name);
        return [shown, { ...value, value: shown, astNode: null }] as const;
      });
      return new GraphQLEnumType({ ...config, ...anew, values: Object.fromEntries(values) });
    }
    const config = type.toConfig();
    const fields = () =>
      Object.entries(config.fields).map(([own, field]) => {
        const shown = this.#note(own, clientMember(this.#naming.table, type.name, own), name);
        return [shown, this.#input(field)] as const;
      });
    return new GraphQLInputObjectType({ ...config, ...anew, fields: () => Object.fromEntries(fields()) });
  }

  #isShown(ownType: string, field: string): boolean {
    return !isRoot(ownType) || this.#naming.isShown(`${ownType}.${field}`);
  }

  #fields(
    ownType: string,
    typeName: string,
    fields: readonly (readonly [string, GraphQLFieldConfig<unknown, unknown>])[],
  ): GraphQLFieldConfigMap<unknown, unknown> {
    const { table, note } = this.#naming;
    const shown: GraphQLFieldConfigMap<unknown, unknown> = {};
    for (const [own, field] of fields) {
      if (!this.#isLeft(field.type)) continue;
      const name = this.#note(own, clientMember(table, ownType, own), typeName);
      const args: GraphQLFieldConfigArgumentMap = {};
      for (const [ownArgument, argument] of Object.entries(field.args ?? {})) {
        const argumentName = clientArgument(table, ownType, own, ownArgument);
        if (argumentName !== ownArgument) note?.(`${typeName}.${name}.${argumentName}`, ownArgument);
        args[argumentName] = this.#input(argument);
      }
      shown[name] = { ...field, type: this.#refer(field.type), args, astNode: null };
    }
    return shown;
  }

  /** A root type of which nothing is shown can be referred to further down. */
  #isLeft(type: GraphQLType): boolean {
    const { name } = getNamedType(type);
    return !isRoot(name) || this.#types.has(name);
  }

  #input<T extends { readonly type: GraphQLInputType; readonly defaultValue?: unknown }>(input: T): T {
    const defaultValue = this.#clientValue(input.type, input.defaultValue);
    return { ...input, type: this.#refer(input.type), astNode: null, defaultValue };
  }

  #refer<T extends GraphQLType>(type: T): T {
    return refer(type, ({ name }) => this.#types.get(name));
  }

  /** A default value, in the client's names. */
  #clientValue(type: GraphQLInputType, value: unknown): unknown {
    const { table } = this.#naming;
    const inner = getNullableType(type);
    if (value === null || value === undefined) return value;
    if (isListType(inner))
      return Array.isArray(value) ? value.map(item => this.#clientValue(inner.ofType, item)) : value;
    if (isEnumType(inner)) return clientMember(table, inner.name, String(value));
    if (!isInputObjectType(inner) || !isRecord(value)) return value;
    const fields = inner.getFields();
    return Object.fromEntries(
      Object.entries(value).map(([own, field]) => {
        const definition = fields[own];
        return [clientMember(table, inner.name, own), definition ? this.#clientValue(definition.type, field) : field];
      }),
    );
  }

  #note(own: string, shown: string, typeName?: string): string {
    if (own !== shown) this.#naming.note?.(typeName === undefined ? shown : `${typeName}.${shown}`, own);
    return shown;
  }
}
