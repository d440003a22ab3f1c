import {
  GraphQLBoolean,
  GraphQLEnumType,
  type GraphQLFieldConfig,
  type GraphQLFieldConfigMap,
  type GraphQLFieldResolver,
  GraphQLInputObjectType,
  type GraphQLInputType,
  GraphQLInterfaceType,
  type GraphQLNamedType,
  GraphQLObjectType,
  GraphQLSchema,
  type GraphQLType,
  GraphQLUnionType,
  getNamedType,
  getNullableType,
  isAbstractType,
  isInputObjectType,
  isInterfaceType,
  isNonNullType,
  isObjectType,
  isUnionType,
} from 'graphql';
import { GatewayError } from '../../base/error.ts';
import { isRequired } from '../links/coerce.ts';
import type { Report } from '../report.ts';
import { isCannedName, isReserved } from '../reserved-names.ts';
import { isLanguages } from './is-languages.ts';
import { refer } from './refer.ts';

export interface ClientView {
  /** Left out: `Type`, `Type.member`, `Type.field.argument`, in the client's names. */
  readonly hidden: ReadonlySet<string>;
  /**
   * Fields of merged types that may be missing, since a source may not know the object: nullable, unless an interface
   * promises them.
   */
  readonly optional: ReadonlySet<string>;
  /** Absent: nothing runs. */
  readonly running?: Running;
}

/** How the fields and abstract types of a stitched schema are resolved for clients. */
export interface Running {
  readonly resolver: (
    stitched: GraphQLFieldResolver<unknown, unknown> | null | undefined,
    typeName: string,
    fieldName: string,
  ) => GraphQLFieldResolver<unknown, unknown>;
  /** The client's name of a concrete type, from a plain or delegated value of an abstract type. */
  readonly typeNameOf: (abstractType: string, value: unknown) => string | undefined;
  /** Fields of the query type beside those that clients see. */
  readonly beside: GraphQLFieldConfigMap<unknown, unknown>;
}

/**
 * What clients see of the schema of all sources: without what is hidden and what cannot be reached. Links still read
 * what is hidden. Where nothing is hidden, and nothing is resolved otherwise, it is of the types of `whole` themselves: a large schema is not
 * copied for nothing.
 */
export function clientSchema(whole: GraphQLSchema, view: ClientView, report: Report): GraphQLSchema {
  const shown = new Shown(whole, view, report);
  return shown.isAsItIs ? shown.reached() : shown.schema();
}

/** A schema must have a query (GraphQL October 2021, 3.3.1), also where there are but mutations and subscriptions. */
const placeholder: GraphQLFieldConfigMap<unknown, unknown> = {
  _empty: { type: GraphQLBoolean, description: 'Always null: there is no query.', resolve: () => null },
};

class Shown {
  readonly #schema: GraphQLSchema;
  readonly #view: ClientView;
  readonly #report: Report;
  readonly #reachable: ReadonlySet<string>;
  /** Is a member of what is reached left out? */
  #leavesOut = false;
  readonly #types = new Map<string, GraphQLNamedType>();

  constructor(schema: GraphQLSchema, view: ClientView, report: Report) {
    this.#schema = schema;
    this.#view = view;
    this.#report = report;
    this.#reachable = this.#reach();
  }

  /** Are all types that are reached for clients as they are? */
  get isAsItIs(): boolean {
    const { hidden, optional, running } = this.#view;
    if (running || hidden.size > 0 || optional.size > 0 || this.#leavesOut || !this.#schema.getQueryType())
      return false;
    return this.#reached.every(type => isLanguages(type) || isFilled(type));
  }

  /** The schema of the types that are reached, as they are: the same one, where these are all. */
  reached(): GraphQLSchema {
    const types = Object.values(this.#schema.getTypeMap());
    if (types.every(type => isLanguages(type) || this.#reachable.has(type.name))) return this.#schema;
    const config = this.#schema.toConfig();
    return new GraphQLSchema({
      ...config,
      types: this.#reached.filter(type => !isLanguages(type)),
      assumeValid: false,
    });
  }

  get #reached(): GraphQLNamedType[] {
    return Object.values(this.#schema.getTypeMap()).filter(type => this.#reachable.has(type.name));
  }

  schema(): GraphQLSchema {
    const config = this.#schema.toConfig();
    for (const type of config.types) {
      if (!isLanguages(type) && this.#reachable.has(type.name)) this.#types.set(type.name, this.#type(type));
    }
    const mutation = this.#root(config.mutation);
    const subscription = this.#root(config.subscription);
    const other = mutation ?? subscription;
    const query = this.#root(config.query) ?? (other && new GraphQLObjectType({ name: 'Query', fields: placeholder }));
    return new GraphQLSchema({
      ...config,
      query,
      mutation,
      subscription,
      types: [...this.#types.values()],
      assumeValid: false, // the whole schema is not validated yet
    });
  }

  #root(type: GraphQLObjectType | null | undefined): GraphQLObjectType | undefined {
    const shown = type && this.#types.get(type.name);
    return shown instanceof GraphQLObjectType ? shown : undefined;
  }

  #refer<T extends GraphQLType>(type: T): T {
    return refer(type, ({ name }) => this.#types.get(name));
  }

  #type(type: GraphQLNamedType): GraphQLNamedType {
    if (type instanceof GraphQLObjectType) {
      const config = type.toConfig();
      const promises = config.interfaces.filter(({ name }) => this.#reachable.has(name));
      const interfaces = () => promises.map(each => this.#refer(each));
      const fields = () => this.#fields(type.name, config.fields, promises);
      return new GraphQLObjectType({ ...config, interfaces, fields });
    }
    if (type instanceof GraphQLInterfaceType) {
      const config = type.toConfig();
      const promises = config.interfaces.filter(({ name }) => this.#reachable.has(name));
      const interfaces = () => promises.map(each => this.#refer(each));
      const fields = () => this.#fields(type.name, config.fields);
      return new GraphQLInterfaceType({ ...config, interfaces, fields, resolveType: this.#resolveType(type.name) });
    }
    if (type instanceof GraphQLUnionType) {
      const config = type.toConfig();
      const shown = config.types.filter(({ name }) => this.#reachable.has(name));
      if (shown.length === 0) this.#empty(type.name);
      const types = () => shown.map(each => this.#refer(each));
      return new GraphQLUnionType({ ...config, types, resolveType: this.#resolveType(type.name) });
    }
    if (type instanceof GraphQLEnumType) return this.#enum(type);
    if (type instanceof GraphQLInputObjectType) {
      const config = type.toConfig();
      const fields = () => {
        const shown = this.#inputs(type.name, config.fields);
        if (Object.keys(shown).length === 0) this.#empty(type.name);
        return shown;
      };
      return new GraphQLInputObjectType({ ...config, fields });
    }
    return type;
  }

  #fields(
    typeName: string,
    fields: GraphQLFieldConfigMap<unknown, unknown>,
    interfaces: readonly GraphQLInterfaceType[] = [],
  ): GraphQLFieldConfigMap<unknown, unknown> {
    const { running } = this.#view;
    const shown: GraphQLFieldConfigMap<unknown, unknown> = {};
    for (const [name, field] of Object.entries(fields)) {
      if (!this.#isShown(typeName, name, field.type)) continue;
      const promised = interfaces.some(type => isNonNullType(type.getFields()[name]?.type));
      const optional = this.#view.optional.has(`${typeName}.${name}`) && isNonNullType(field.type) && !promised;
      shown[name] = {
        ...field,
        type: this.#refer(optional ? getNullableType(field.type) : field.type),
        args: this.#inputs(`${typeName}.${name}`, field.args ?? {}),
        ...(running ? { resolve: running.resolver(this.#resolverOf(typeName, field), typeName, name) } : {}),
      };
    }
    if (running && typeName === this.#schema.getQueryType()?.name) Object.assign(shown, running.beside);
    if (Object.keys(shown).length > 0) return shown;
    const other = this.#schema.getMutationType() ?? this.#schema.getSubscriptionType();
    if (typeName === this.#schema.getQueryType()?.name && other) return placeholder;
    this.#empty(typeName);
    return shown;
  }

  /** Stitch gives a stream's field what opens it instead, by which each of its events is read here. */
  #resolverOf(typeName: string, { resolve, subscribe }: GraphQLFieldConfig<unknown, unknown>) {
    return typeName === this.#schema.getSubscriptionType()?.name ? subscribe : resolve;
  }

  #inputs<T extends { readonly type: GraphQLInputType; readonly defaultValue?: unknown }>(
    owner: string,
    inputs: Readonly<Record<string, T>>,
  ): Record<string, T> {
    const shown: Record<string, T> = {};
    for (const [name, input] of Object.entries(inputs)) {
      if (this.#isShown(owner, name, input.type)) shown[name] = { ...input, type: this.#refer(input.type) };
      else if (isRequired(input)) {
        const coordinate = `${owner}.${name}`;
        const message = `${coordinate} is required, so it cannot be hidden: nobody could use what needs it.`;
        this.#report.error('DIRECTIVE_INVALID', message, [coordinate], 'Hide the field that takes it.');
      }
    }
    return shown;
  }

  #enum(type: GraphQLEnumType): GraphQLEnumType {
    const config = type.toConfig();
    const values = Object.entries(config.values).filter(([name]) => !this.#view.hidden.has(`${type.name}.${name}`));
    if (values.length === Object.keys(config.values).length) return type;
    if (values.length === 0) this.#empty(type.name);
    return new GraphQLEnumType({ ...config, values: Object.fromEntries(values) });
  }

  #resolveType(abstractType: string): ((value: unknown) => string) | undefined {
    const { running } = this.#view;
    if (!running) return undefined;
    return value => {
      const name = running.typeNameOf(abstractType, value);
      if (name !== undefined && this.#reachable.has(name)) return name;
      throw new GatewayError('UPSTREAM_MALFORMED', 'The backend answered with an object of an unknown kind.');
    };
  }

  /** `owner`: the coordinate of what has a member of the name. */
  #isShown(owner: string, name: string, type: GraphQLType): boolean {
    if (isReserved(name)) return this.#view.running !== undefined && isCannedName(name);
    const { hidden } = this.#view;
    return hidden.size === 0 || !(hidden.has(`${owner}.${name}`) || hidden.has(getNamedType(type).name));
  }

  #empty(typeName: string): void {
    const message = `Nothing is left of ${typeName} when its hidden parts are left out.`;
    this.#report.error('SCHEMA_INVALID', message, [typeName], 'Hide the type itself.');
  }

  /** The types that a client can come to from the roots. */
  #reach(): ReadonlySet<string> {
    const reached = new Set<string>();
    const open: (GraphQLNamedType | null | undefined)[] = [
      this.#schema.getQueryType(),
      this.#schema.getMutationType(),
      this.#schema.getSubscriptionType(),
    ];
    const enter = (owner: string, { name, type }: { readonly name: string; readonly type: GraphQLType }) => {
      const isShown = this.#isShown(owner, name, type);
      if (isShown) open.push(getNamedType(type));
      else this.#leavesOut = true;
      return isShown;
    };
    while (open.length > 0) {
      const type = open.pop();
      if (!type || reached.has(type.name) || this.#view.hidden.has(type.name) || isReserved(type.name)) continue;
      reached.add(type.name);
      if (isAbstractType(type)) open.push(...this.#schema.getPossibleTypes(type));
      if (isObjectType(type) || isInterfaceType(type)) {
        open.push(...type.getInterfaces());
        for (const field of Object.values(type.getFields())) {
          if (enter(type.name, field)) for (const arg of field.args) enter(`${type.name}.${field.name}`, arg);
        }
      }
      if (isInputObjectType(type)) for (const field of Object.values(type.getFields())) enter(type.name, field);
    }
    return reached;
  }
}

/** Has the type all that it must have? */
function isFilled(type: GraphQLNamedType): boolean {
  if (isUnionType(type)) return type.getTypes().length > 0;
  if (!isObjectType(type) && !isInterfaceType(type) && !isInputObjectType(type)) return true;
  for (const _ in type.getFields()) return true;
  return false;
}
