import { MapperKind, mapSchema } from '@graphql-tools/utils';
import {
  GraphQLBoolean,
  GraphQLEnumType,
  type GraphQLFieldConfigMap,
  GraphQLInputObjectType,
  type GraphQLInputType,
  GraphQLInterfaceType,
  type GraphQLNamedType,
  GraphQLObjectType,
  GraphQLSchema,
  GraphQLUnionType,
  getNamedType,
  getNullableType,
  isAbstractType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isNonNullType,
  isObjectType,
  isSpecifiedScalarType,
} from 'graphql';
import { GatewayError } from '../base/error.ts';
import { isRequired } from './coerce.ts';
import { located } from './located.ts';
import { defaultMergedResolver } from './read-field.ts';
import type { Report } from './report.ts';
import { isReserved } from './reserved-names.ts';

interface ClientView {
  /** Left out: `Type`, `Type.member`, `Type.field.argument`, in the client's names. */
  readonly hidden: ReadonlySet<string>;
  /**
   * Fields of merged types that may be missing, since a source may not know the object: nullable, unless an interface
   * promises them.
   */
  readonly optional: ReadonlySet<string>;
  /** The client's name of a concrete type, from a plain value of an abstract type. */
  readonly typeNameOf: (abstractType: string, value: unknown) => string | undefined;
}

/**
 * What clients see of the stitched schema: without what is hidden and what cannot be reached. Links still read what is
 * hidden.
 */
export function clientSchema(stitched: GraphQLSchema, view: ClientView, report: Report): GraphQLSchema {
  const shown = new Shown(stitched, view, report);
  const schema = mapSchema(stitched, {
    [MapperKind.TYPE]: type =>
      isIntrospectionType(type) || isSpecifiedScalarType(type) ? undefined : shown.type(type),
  });
  const query =
    schema.getQueryType() ??
    (schema.getMutationType() && new GraphQLObjectType({ name: 'Query', fields: placeholder }));
  // What was stitched is not validated yet.
  return new GraphQLSchema({ ...schema.toConfig(), query, assumeValid: false });
}

/** A schema must have a query (GraphQL October 2021, 3.3.1), also where there is nothing to do but mutations. */
const placeholder: GraphQLFieldConfigMap<unknown, unknown> = {
  _empty: { type: GraphQLBoolean, description: 'Always null: there is no query.', resolve: () => null },
};

class Shown {
  readonly #schema: GraphQLSchema;
  readonly #view: ClientView;
  readonly #report: Report;
  readonly #reachable: ReadonlySet<string>;

  constructor(schema: GraphQLSchema, view: ClientView, report: Report) {
    this.#schema = schema;
    this.#view = view;
    this.#report = report;
    this.#reachable = this.#reach();
  }

  type(type: GraphQLNamedType): GraphQLNamedType | null {
    if (!this.#reachable.has(type.name)) return null;
    if (type instanceof GraphQLObjectType) {
      const config = type.toConfig();
      const interfaces = config.interfaces.filter(({ name }) => this.#reachable.has(name));
      return new GraphQLObjectType({
        ...config,
        interfaces,
        fields: this.#fields(type.name, config.fields, interfaces),
      });
    }
    if (type instanceof GraphQLInterfaceType) {
      const config = type.toConfig();
      const interfaces = config.interfaces.filter(({ name }) => this.#reachable.has(name));
      const fields = this.#fields(type.name, config.fields);
      return new GraphQLInterfaceType({ ...config, interfaces, fields, resolveType: this.#resolveType(type.name) });
    }
    if (type instanceof GraphQLUnionType) {
      const config = type.toConfig();
      const types = config.types.filter(({ name }) => this.#reachable.has(name));
      if (types.length === 0) this.#empty(type.name);
      return new GraphQLUnionType({ ...config, types, resolveType: this.#resolveType(type.name) });
    }
    if (type instanceof GraphQLEnumType) return this.#enum(type);
    if (type instanceof GraphQLInputObjectType) {
      const config = type.toConfig();
      const fields = this.#inputs(type.name, config.fields);
      if (Object.keys(fields).length === 0) this.#empty(type.name);
      return new GraphQLInputObjectType({ ...config, fields });
    }
    return type;
  }

  #fields(
    typeName: string,
    fields: GraphQLFieldConfigMap<unknown, unknown>,
    interfaces: readonly GraphQLInterfaceType[] = [],
  ): GraphQLFieldConfigMap<unknown, unknown> {
    const shown: GraphQLFieldConfigMap<unknown, unknown> = {};
    for (const [name, field] of Object.entries(fields)) {
      if (!this.#isShown(`${typeName}.${name}`, field.type)) continue;
      const plain = !field.resolve || field.resolve.name === defaultMergedResolver.name;
      const promised = interfaces.some(type => isNonNullType(type.getFields()[name]?.type));
      const optional = this.#view.optional.has(`${typeName}.${name}`) && isNonNullType(field.type) && !promised;
      shown[name] = {
        ...field,
        type: optional ? getNullableType(field.type) : field.type,
        args: this.#inputs(`${typeName}.${name}`, field.args ?? {}),
        resolve: plain || !field.resolve ? defaultMergedResolver : located(field.resolve),
      };
    }
    if (Object.keys(shown).length > 0) return shown;
    if (typeName === this.#schema.getQueryType()?.name && this.#schema.getMutationType()) return placeholder;
    this.#empty(typeName);
    return shown;
  }

  #inputs<T extends { readonly type: GraphQLInputType; readonly defaultValue?: unknown }>(
    owner: string,
    inputs: Readonly<Record<string, T>>,
  ): Record<string, T> {
    const shown: Record<string, T> = {};
    for (const [name, input] of Object.entries(inputs)) {
      const coordinate = `${owner}.${name}`;
      if (this.#isShown(coordinate, input.type)) shown[name] = input;
      else if (isRequired(input)) {
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

  #resolveType(abstractType: string) {
    return (value: unknown): string => {
      const name = this.#view.typeNameOf(abstractType, value);
      if (name !== undefined && this.#reachable.has(name)) return name;
      throw new GatewayError('UPSTREAM_MALFORMED', 'The backend answered with an object of an unknown kind.');
    };
  }

  #isShown(coordinate: string, type: Parameters<typeof getNamedType>[0]): boolean {
    const named = type ? getNamedType(type) : undefined;
    const name = coordinate.slice(coordinate.lastIndexOf('.') + 1);
    return !isReserved(name) && !this.#view.hidden.has(coordinate) && !(named && this.#view.hidden.has(named.name));
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
    while (open.length > 0) {
      const type = open.pop();
      if (!type || reached.has(type.name) || this.#view.hidden.has(type.name) || isReserved(type.name)) continue;
      reached.add(type.name);
      if (isAbstractType(type)) open.push(...this.#schema.getPossibleTypes(type));
      if (isObjectType(type) || isInterfaceType(type)) {
        open.push(...type.getInterfaces());
        for (const field of Object.values(type.getFields())) {
          if (!this.#isShown(`${type.name}.${field.name}`, field.type)) continue;
          open.push(getNamedType(field.type));
          for (const arg of field.args) {
            if (this.#isShown(`${type.name}.${field.name}.${arg.name}`, arg.type)) open.push(getNamedType(arg.type));
          }
        }
      }
      if (isInputObjectType(type)) {
        for (const field of Object.values(type.getFields())) {
          if (this.#isShown(`${type.name}.${field.name}`, field.type)) open.push(getNamedType(field.type));
        }
      }
    }
    return reached;
  }
}
