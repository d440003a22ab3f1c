import {
  GraphQLBoolean,
  type GraphQLField,
  type GraphQLInterfaceType,
  type GraphQLNamedType,
  GraphQLObjectType,
  GraphQLSchema,
  getNamedType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  isUnionType,
} from 'graphql';
import { coordinate } from '../../base/coordinate.ts';
import type { AccessRule } from '../../policy/access-rule.ts';
import type { AccessTable } from '../../supergraph/access/access-table.ts';
import { Report } from '../../supergraph/report.ts';
import { clientSchema } from '../../supergraph/schema/client-schema.ts';

type Fielded = GraphQLObjectType | GraphQLInterfaceType;

/**
 * The schema of one caller: what he may use under some arguments, and what is left of the types around it. A field of an interface is in it
 * if he may use it on every type that he sees; a type of which he may use nothing, an interface or a union without types, and what gives
 * one of those are not.
 */
export function visibleSchema(
  schema: GraphQLSchema,
  { fields }: AccessTable,
  may: (rule: AccessRule) => boolean,
): GraphQLSchema {
  const hidden = new Hiding(schema, at => {
    const rule = fields.get(at);
    return rule === undefined || may(rule);
  }).hidden();
  const isShown = (type: GraphQLObjectType | null | undefined) =>
    Object.keys(type?.getFields() ?? {}).some(field => !hidden.has(coordinate(type?.name ?? '', field)));
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  if (!roots.some(isShown)) return nothing;
  return clientSchema(schema, { hidden, optional: new Set() }, new Report());
}

/** A schema must have a query (GraphQL October 2021, 3.3.1). */
const nothing = new GraphQLSchema({
  query: new GraphQLObjectType({
    name: 'Query',
    fields: { _empty: { type: GraphQLBoolean, description: 'Always null: there is no query.' } },
  }),
});

class Hiding {
  readonly #schema: GraphQLSchema;
  readonly #mayUse: (at: ReturnType<typeof coordinate>) => boolean;
  readonly #hidden = new Set<string>();

  constructor(schema: GraphQLSchema, mayUse: (at: ReturnType<typeof coordinate>) => boolean) {
    this.#schema = schema;
    this.#mayUse = mayUse;
  }

  /** `Type` and `Type.field`. Only grows, so it ends. */
  hidden(): ReadonlySet<string> {
    const types = Object.values(this.#schema.getTypeMap()).filter(type => !isIntrospectionType(type));
    for (let before = -1; before < this.#hidden.size; ) {
      before = this.#hidden.size;
      for (const type of types)
        if (isObjectType(type)) this.#fielded(type, field => this.#mayUse(coordinate(type.name, field)));
      for (const type of types) if (isInterfaceType(type)) this.#interface(type);
      for (const type of types)
        if (isUnionType(type) && !type.getTypes().some(each => this.#isShown(each))) this.#hide(type);
    }
    return this.#hidden;
  }

  #interface(type: GraphQLInterfaceType): void {
    const { objects, interfaces } = this.#schema.getImplementations(type);
    const heirs = [...objects, ...interfaces].filter(each => this.#isShown(each));
    if (!objects.some(each => this.#isShown(each))) this.#hide(type);
    this.#fielded(type, field => heirs.every(({ name }) => !this.#hidden.has(coordinate(name, field))));
  }

  #fielded(type: Fielded, shows: (field: string) => boolean): void {
    const fields: GraphQLField<unknown, unknown>[] = Object.values(type.getFields());
    const left = fields.filter(field => {
      const at = coordinate(type.name, field.name);
      if (shows(field.name) && this.#isShown(getNamedType(field.type))) return !this.#hidden.has(at);
      this.#hidden.add(at);
      return false;
    });
    if (left.length === 0 && type !== this.#schema.getQueryType()) this.#hide(type);
  }

  #hide({ name }: GraphQLNamedType): void {
    this.#hidden.add(name);
  }

  #isShown({ name }: GraphQLNamedType): boolean {
    return !this.#hidden.has(name);
  }
}
