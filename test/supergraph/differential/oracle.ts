import { makeExecutableSchema } from '@graphql-tools/schema';
import { type GraphQLResolveInfo, GraphQLScalarType, type GraphQLSchema } from 'graphql';
import { GatewayError } from '../../../src/base/error.ts';
import { owned, peer } from './backend.ts';
import { linkType, rootName, shownName } from './overlay.ts';
import {
  allIds,
  broken,
  callOfLink,
  colours,
  type Entity,
  entitiesOf,
  type LinkPlan,
  reply,
  type World,
} from './world.ts';

/** An object of an entity, and the source that it was read from. */
interface Row {
  readonly entity: Entity;
  readonly source: number;
  readonly id: string;
}

/** Is told each question that a source must be asked: of which call, at which place, and for which key. */
type Told = (call: string, place: string, key: string, max: number) => void;

type Resolver = (parent: unknown, args: Record<string, unknown>, context: unknown, info: GraphQLResolveInfo) => unknown;

/**
 * The same API by graphql-js alone: one schema, written down in the client's names, whose resolvers read the data. Knows nothing of how a
 * supergraph is composed. `lenient`: nothing is non-null, so every error that could be reported is.
 */
export function oracle(world: World, told: Told, lenient = false): GraphQLSchema {
  const queries: Record<string, Resolver> = {};
  const types: Record<string, Record<string, Resolver>> = {};
  const sdl: string[] = ['scalar Int64'];
  const rootFields: string[] = [];
  const shown = (text: string) => text.replace(/\bP\w+/g, name => shownName(world, name));
  const type = (text: string) => (lenient ? shown(text).replaceAll('!', '') : shown(text));
  const root = (
    source: number,
    call: string,
    args: string,
    result: string,
    run: (args: Record<string, unknown>) => unknown,
  ) => {
    const name = rootName(world, source, call);
    rootFields.push(`${name}${shown(args)}: ${type(result)}`);
    queries[name] = (_parent, given, _context, info) => {
      told(call, placeOf(info), JSON.stringify(given), 1);
      return run(given);
    };
  };

  for (const [source] of world.sources.entries()) {
    root(source, `idle${source}`, '', 'Int', () => 7);
    const rich = entitiesOf(world, source);
    if (rich.length > 0) {
      const each = () => rich.flatMap(entity => rowsOf(entity, source, ['1', '2', '3']));
      root(source, `nodes${source}`, '', `[PNode${source}]`, each);
      root(source, `any${source}`, '', `[PAny${source}]`, each);
      const label = shownName(world, `PNode${source}.nm${source}`);
      sdl.push(`interface ${shownName(world, `PNode${source}`)} { ${label}: String }`);
      sdl.push(`union PAny${source} = ${rich.map(entity => shownName(world, entity.name)).join(' | ')}`);
    }
    sdl.push(
      `type ${shownName(world, `PInner${source}`)} { a: String ${shownName(world, `PInner${source}.b`)}: ${type('Int!')} ref: String }`,
    );
    types[shownName(world, `PInner${source}`)] = {
      a: parent => plain((parent as { a: unknown }).a),
      [shownName(world, `PInner${source}.b`)]: parent => plain((parent as { b: unknown }).b),
      ref: parent => (parent as { ref: unknown }).ref,
    };
    const values = colours.filter(colour => !world.hidden.has(`PColour${source}.${colour}`));
    sdl.push(
      `enum PColour${source} { ${values.map(value => shownName(world, `PColour${source}.${value}`)).join(' ')} }`,
    );
  }

  for (const entity of world.entities) {
    for (const source of entity.sources) {
      const tag = `${entity.index}s${source}`;
      const key = entity.keyType;
      const bulk = (asked: unknown) => {
        if (entity.down.has(source)) throw broken;
        return rowsOf(entity, source, (asked as unknown[]).map(String));
      };
      sdl.push(
        `input PIn${tag} { ids: [${key}] note: String }`,
        `type PWrap${tag} { items: ${type(`[${entity.name}]`)} }`,
      );
      const all = () => rowsOf(entity, source, allIds());
      if (entity.allType === '[]') root(source, `all${tag}`, '', `[${entity.name}]`, all);
      else root(source, `all${tag}`, '', `[[${entity.name}!]!]`, () => [all(), []]);
      root(source, `many${tag}`, `(ids: [${key}!]!)`, `[${entity.name}]`, ({ ids }) => bulk(ids));
      root(source, `wrap${tag}`, `(input: PIn${tag})`, `PWrap${tag}`, ({ input }) => ({
        items: bulk((input as { ids?: unknown } | undefined)?.ids ?? []),
      }));
      root(source, `one${tag}`, `(id: ${key}!)`, entity.name, ({ id }) => {
        const row = entity.known.get(source)!.has(String(id)) ? found(entity, source, String(id)) : undefined;
        if (!row && entity.order !== 'asked') throw new GatewayError('NOT_FOUND', 'none');
        return row ?? null;
      });
      if (entity.fields.some(field => field.name === `owner${source}`)) {
        root(source, `owned${tag}`, '(owners: [String!]!)', `[${entity.name}]`, ({ owners }) =>
          rowsOf(entity, source, owned(entity, source, owners as string[])),
        );
      }
    }
    objectType(entity);
  }
  for (const link of world.links.filter(({ on }) => on === undefined)) {
    rootFields.push(`${link.name}(id: ${link.target.keyType}!): ${shown(link.target.name)}`);
    queries[link.name] = (_parent, args, _context, info) => follow(link, args['id'], info);
  }

  const resolvers: Record<string, object> = { Query: queries, ...types };
  resolvers['Int64'] = new GraphQLScalarType({ name: 'Int64', serialize: String, parseValue: String });
  const typeNames = { __resolveType: (row: Row) => shownName(world, row.entity.name) };
  for (const [source] of world.sources.entries()) {
    if (entitiesOf(world, source).length === 0) continue;
    resolvers[shownName(world, `PNode${source}`)] = typeNames;
    resolvers[`PAny${source}`] = typeNames;
  }
  return makeExecutableSchema({ typeDefs: [`type Query { ${rootFields.join('\n')} }`, ...sdl].join('\n'), resolvers });

  function objectType(entity: Entity): void {
    const fields: string[] = [];
    const resolvers: Record<string, Resolver> = {};
    for (const field of entity.fields) {
      const coordinate = `${entity.name}.${field.name}`;
      if (world.hidden.has(coordinate)) continue;
      const name = shownName(world, coordinate);
      const promised = entity.sources.every(source => field.sources.includes(source));
      const selective = world.sources[field.sources[0]!]!.selective;
      const args = field.name.startsWith('shout') && selective ? '(upper: Boolean = false)' : '';
      fields.push(`${name}${args}: ${type(promised ? field.type : field.type.replace(/!$/, ''))}`);
      resolvers[name] = (row, given, _context, info) => {
        const value = read(row as Row, field.name, parentPlace(info));
        return given['upper'] === true && typeof value === 'string'
          ? value.toUpperCase()
          : outer(field.type, value, row as Row, field.name);
      };
    }
    for (const link of world.links.filter(({ on }) => on === entity)) {
      fields.push(`${link.name}: ${shown(linkType(link))}`);
      resolvers[link.name] = (row, _args, _context, info) => {
        const key = link.key.reduce<unknown>((at, step, index) => {
          return index === 0
            ? read(row as Row, step, parentPlace(info))
            : plain((at as Record<string, unknown> | null)?.[step]);
        }, undefined);
        return follow(link, key, info);
      };
    }
    const nodes = entity.sources
      .filter(source => entitiesOf(world, source).includes(entity))
      .map(source => shownName(world, `PNode${source}`));
    sdl.push(`type ${shownName(world, entity.name)} implements ${nodes.join(' & ')} { ${fields.join('\n')} }`);
    types[shownName(world, entity.name)] = resolvers;
  }

  /** A field's value in the source that has it: the one the row came from, else the one it must be looked up in. */
  function read({ entity, source, id }: Row, name: string, place: string): unknown {
    const field = entity.fields.find(field => field.name === name)!;
    const owner = field.sources.includes(source) ? source : field.sources[0]!;
    if (owner !== source) {
      told(`many${entity.index}s${owner}`, `${place} ${entity.name}`, id, 100);
      if (entity.down.has(owner)) throw broken;
      if (!entity.known.get(owner)!.has(id)) return null;
      if (entity.failing.get(owner)!.has(id)) throw broken;
    }
    const value = plain(entity.rows.get(id)![name]);
    if (value === null && field.type.endsWith('!')) throw new TypeError('null in a field that is not nullable');
    return value;
  }

  /** As the client gets it. */
  function outer(fieldType: string, value: unknown, { entity, source }: Row, name: string): unknown {
    const field = entity.fields.find(field => field.name === name)!;
    const owner = field.sources.includes(source) ? source : field.sources[0]!;
    if (Array.isArray(value) && name.startsWith('peers'))
      return value.map(id => row(entity, owner, peer(entity, owner, id as string)));
    if (!fieldType.startsWith('PColour') || value === null) return value;
    if (world.hidden.has(`${fieldType}.${String(value)}`)) throw broken;
    return shownName(world, `${fieldType}.${String(value)}`);
  }

  function follow(link: LinkPlan, key: unknown, info: GraphQLResolveInfo): unknown {
    const { target, source, how, missing, max } = link;
    const tag = `${target.index}s${source}`;
    const call = callOfLink[how] + tag;
    const none = () => {
      if (missing === 'ERROR') throw new GatewayError('NOT_FOUND', 'none');
      return null;
    };
    if (key === null || key === undefined) return none();
    const look = (id: string) => {
      told(call, `${placeOf(info)} ${link.name}`, id, call.startsWith('one') ? 1 : max);
      if (!call.startsWith('one') && target.down.has(source)) throw broken;
      return target.known.get(source)!.has(id) ? found(target, source, id) : none();
    };
    if (how === 'owned') {
      told(call, `${placeOf(info)} ${link.name}`, String(key), max);
      const rows = rowsOf(target, source, owned(target, source, [String(key)]));
      return rows.filter(row => row !== null);
    }
    if (how !== 'list') return look(String(key));
    return (key as (string | null)[]).map(one => (one === null ? null : attempt(() => look(one))));
  }

  function rowsOf(entity: Entity, source: number, asked: readonly string[]): unknown[] {
    return reply(entity, source, asked).map(id => row(entity, source, id));
  }
}

function found(entity: Entity, source: number, id: string): Row {
  if (entity.failing.get(source)!.has(id)) throw broken;
  return { entity, source, id };
}

function row(entity: Entity, source: number, id: string | Error | null): unknown {
  return typeof id === 'string' ? { entity, source, id } : id;
}

function plain(value: unknown): unknown {
  if (value instanceof Error) throw value;
  return value;
}

function attempt(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    return error;
  }
}

/** The path without indices: what can be asked together. */
function placeOf({ path }: GraphQLResolveInfo): string {
  const steps: (string | number)[] = [];
  for (let at: typeof path | undefined = path; at; at = at.prev) if (typeof at.key === 'string') steps.unshift(at.key);
  return steps.join('.');
}

function parentPlace(info: GraphQLResolveInfo): string {
  return placeOf(info).replace(/\.?[^.]*$/, '');
}
