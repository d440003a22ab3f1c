import {
  extendSchema,
  GraphQLEnumType,
  type GraphQLFieldConfigMap,
  GraphQLInputObjectType,
  GraphQLInterfaceType,
  type GraphQLNamedType,
  GraphQLObjectType,
  GraphQLScalarType,
  GraphQLSchema,
  type GraphQLType,
  GraphQLUnionType,
  isSpecifiedDirective,
} from 'graphql';
import { append } from '../catalogue.ts';
import { linkDefinitions } from '../links/link-definitions.ts';
import { isShownRoot, type Pieces, type SourceView } from '../source-view.ts';
import { isLanguages } from './is-languages.ts';
import { renamesNothing } from './name-table.ts';
import { nestedSchema } from './nested-schema.ts';
import { refer } from './refer.ts';
import { renamedSchema } from './renamed-schema.ts';

/**
 * One schema of all sources and links, in the client's names, of which nothing runs. Its rules are those of stitch, which makes the
 * same schema run (`stitch.ts`): what several sources bring is said by the last of them, at the place of the first.
 */
export function mergedSchema(pieces: Pieces, views: readonly SourceView[]): GraphQLSchema {
  const merged = nestedSchema(asItIs(views) ?? merge(views.map(inClientNames)), pieces.drafts);
  return pieces.links.length === 0 ? merged : extendSchema(merged, linkDefinitions(pieces));
}

/** The schema of the only source, where nothing of it is called, or left out, otherwise than there. */
function asItIs([view, ...others]: readonly SourceView[]): GraphQLSchema | undefined {
  if (!view || others.length > 0) return undefined;
  const { schema } = view.member;
  const isPlain = !schema.description && schema.getDirectives().every(isSpecifiedDirective);
  return isPlain && inClientNames(view) === schema ? schema : undefined;
}

function merge(schemas: readonly GraphQLSchema[]): GraphQLSchema {
  const merging = new Merging();
  for (const schema of schemas) merging.add(schema);
  return merging.schema();
}

/** The schema itself where clients call everything as the source does: a large one is not copied for nothing. */
function inClientNames({ member, table }: SourceView): GraphQLSchema {
  const { schema } = member;
  const isShown = (at: string) => isShownRoot(member, at);
  const roots = rootsOf(schema).map(root => ({ name: root.name, fields: Object.keys(root.getFields()) }));
  const isWhole = roots.every(({ name, fields }) => fields.every(field => isShown(`${name}.${field}`)));
  const isMoved = Object.keys(table.homes).length > 0; // then it is changed: see `nestedSchema`
  return isWhole && !isMoved && renamesNothing(table) ? schema : renamedSchema(schema, { table, isShown });
}

function rootsOf(schema: GraphQLSchema): GraphQLObjectType[] {
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  return roots.filter(root => root !== null && root !== undefined);
}

class Merging {
  #added = 0;
  readonly #candidates = new Map<string, GraphQLNamedType[]>();
  readonly #types = new Map<string, GraphQLNamedType>();

  add(schema: GraphQLSchema): void {
    this.#added += 1;
    for (const type of new Set<GraphQLNamedType>([...rootsOf(schema), ...Object.values(schema.getTypeMap())])) {
      if (!isLanguages(type)) append(this.#candidates, type.name, type);
    }
  }

  schema(): GraphQLSchema {
    for (const [name, candidates] of this.#candidates) {
      const [only] = candidates;
      this.#types.set(name, only && this.#added === 1 ? only : this.#merge(candidates));
    }
    return new GraphQLSchema({
      query: this.#root('Query'),
      mutation: this.#root('Mutation'),
      subscription: this.#root('Subscription'),
      types: [...this.#types.values()],
    });
  }

  #root(name: string): GraphQLObjectType | undefined {
    const type = this.#types.get(name);
    return type instanceof GraphQLObjectType ? type : undefined;
  }

  #merge(candidates: readonly GraphQLNamedType[]): GraphQLNamedType {
    const last = candidates.at(-1)!; // the list was begun with one
    if (last instanceof GraphQLObjectType) {
      const configs = alike(candidates, GraphQLObjectType).map(type => type.toConfig());
      return new GraphQLObjectType({
        ...last.toConfig(),
        interfaces: () => this.#each(configs.map(({ interfaces }) => interfaces)),
        fields: () => this.#fields(configs.map(({ fields }) => fields)),
      });
    }
    if (last instanceof GraphQLInterfaceType) {
      const configs = alike(candidates, GraphQLInterfaceType).map(type => type.toConfig());
      return new GraphQLInterfaceType({
        ...last.toConfig(),
        interfaces: () => this.#each(configs.map(({ interfaces }) => interfaces)),
        fields: () => this.#fields(configs.map(({ fields }) => fields)),
      });
    }
    if (last instanceof GraphQLInputObjectType) {
      const configs = alike(candidates, GraphQLInputObjectType).map(type => type.toConfig());
      return new GraphQLInputObjectType({
        ...last.toConfig(),
        fields: () => this.#referring(merged(configs.map(({ fields }) => fields))),
        isOneOf: configs.every(({ isOneOf }) => isOneOf),
      });
    }
    if (last instanceof GraphQLUnionType) {
      const configs = alike(candidates, GraphQLUnionType).map(type => type.toConfig());
      return new GraphQLUnionType({ ...last.toConfig(), types: () => this.#each(configs.map(({ types }) => types)) });
    }
    if (last instanceof GraphQLEnumType) {
      const configs = alike(candidates, GraphQLEnumType).map(type => type.toConfig());
      return new GraphQLEnumType({ ...last.toConfig(), values: merged(configs.map(({ values }) => values)) });
    }
    const [first = last] = alike(candidates, GraphQLScalarType);
    return first; // equal names of scalars are equal scalars
  }

  #fields(maps: readonly GraphQLFieldConfigMap<unknown, unknown>[]): GraphQLFieldConfigMap<unknown, unknown> {
    const fields = this.#referring(merged(maps));
    for (const field of Object.values(fields)) field.args = this.#referring(field.args ?? {});
    return fields;
  }

  #referring<T extends { readonly type: GraphQLType }>(configs: Readonly<Record<string, T>>): Record<string, T> {
    const entries = Object.entries(configs).map(([name, config]) => [
      name,
      { ...config, type: this.#refer(config.type) },
    ]);
    return Object.fromEntries(entries);
  }

  #each<T extends GraphQLNamedType>(lists: readonly (readonly T[])[]): T[] {
    return [...new Set(lists.flat().map(type => this.#refer(type)))];
  }

  #refer<T extends GraphQLType>(type: T): T {
    return refer(type, ({ name }) => this.#types.get(name));
  }
}

/** What the later say stands, where the first said it. */
function merged<T>(maps: readonly Readonly<Record<string, T>>[]): Record<string, T> {
  return Object.assign(Object.create(null), ...maps);
}

/** What `conflicts.ts` finds first; a schema in which it was overlooked is refused. */
function alike<T extends GraphQLNamedType>(
  candidates: readonly GraphQLNamedType[],
  kind: new (...args: never[]) => T,
): T[] {
  return candidates.map(type => {
    if (type instanceof kind) return type;
    throw new TypeError(`${type.name} is of different kinds in different sources.`);
  });
}
