import { defaultFieldResolver, type GraphQLField, type GraphQLObjectType, type GraphQLSchema } from 'graphql';
import { refusedAccess } from '../../../../src/base/refused-access.ts';
import { oracle } from '../../../supergraph/differential/oracle.ts';
import { rootName, shownName } from '../../../supergraph/differential/overlay.ts';
import type { Entity, World } from '../../../supergraph/differential/world.ts';
import { CannedRow, type CannedWorld } from './canned.ts';
import type { Judge } from './judge.ts';

interface Row {
  readonly source: number;
}

type Guard = (judge: Judge, args: Readonly<Record<string, unknown>>) => boolean;

/** Can the field of this object be come to? */
type Reach = (judge: Judge, parent: unknown) => boolean;

/** One schema over the world's data, whose every field asks the judge before it resolves: the answer as it should be. */
export function guardedOracle(world: World, canned: CannedWorld, judge: () => Judge): GraphQLSchema {
  const schema = oracle(world, () => {});
  const query = schema.getQueryType()!;
  for (const [source, call, entity] of callsOf(world)) {
    const name = rootName(world, source, call);
    guard(query, name, `Query.${name}`, (judge, args) => judge.mayRoot(source, call, args));
    if (call.startsWith('wrap') && entity) {
      const tag = call.slice('wrap'.length);
      guard(object(schema, `PWrap${tag}`), 'items', `PWrap${tag}.items`, judge => judge.mayWrapped(tag, entity.name));
    }
  }
  for (const [source] of world.sources.entries()) {
    const inner = object(schema, shownName(world, `PInner${source}`));
    for (const name of ['a', 'b', 'ref']) {
      const at = `PInner${source}.${name}`;
      guard(inner, shownName(world, at), at, judge => judge.mayInner(source, name));
    }
  }
  for (const entity of world.entities) {
    const type = object(schema, shownName(world, entity.name));
    for (const { name } of entity.fields) {
      const at = `${entity.name}.${name}`;
      if (world.hidden.has(at)) continue;
      const may: Guard = judge => judge.mayEntityField(entity, name);
      guard(type, shownName(world, at), at, may, (judge, parent) => mayReach(judge, entity, name, parent));
    }
  }
  for (const link of world.links) {
    const { on, key, name } = link;
    const type = on ? object(schema, shownName(world, on.name)) : query;
    const reach: Reach = (judge, parent) => !on || mayReach(judge, on, key[0] ?? '', parent);
    guard(type, name, `${on?.name ?? 'Query'}.${name}`, (judge, args) => judge.mayLink(link, args), reach);
  }
  return schema;

  function guard(type: GraphQLObjectType, name: string, at: string, may: Guard, reach: Reach = () => true): void {
    const field: GraphQLField<unknown, unknown> | undefined = type.getFields()[name];
    if (!field) return;
    const { resolve = defaultFieldResolver } = field;
    field.resolve = (parent, args, context, info) => {
      const asking = judge();
      if (!may(asking, args)) throw refusedAccess;
      if (parent instanceof CannedRow) return parent[name] ?? null;
      const said = canned.get(at);
      if (said && asking.holds(said.when, args)) return said.value;
      if (!reach(asking, parent)) throw refusedAccess;
      return resolve(parent, args, context, info);
    };
  }
}

/** Where an object's own source has not the field, it must be looked up in one that has. */
function mayReach(judge: Judge, entity: Entity, name: string, parent: unknown): boolean {
  const { source } = parent as Row; // every parent of an entity's field is one
  const { sources } = entity.fields.find(field => field.name === name)!;
  return sources.includes(source) || judge.mayRoute(entity, sources[0]!);
}

function object(schema: GraphQLSchema, name: string): GraphQLObjectType {
  return schema.getType(name) as GraphQLObjectType; // the oracle writes all of them
}

function callsOf(world: World): (readonly [source: number, call: string, entity?: Entity])[] {
  const ofSources = world.sources.flatMap((_, source) =>
    ['idle', 'nodes', 'any'].map(word => [source, `${word}${source}`] as const),
  );
  const ofEntities = world.entities.flatMap(entity =>
    entity.sources.flatMap(source =>
      ['all', 'many', 'wrap', 'one', 'owned'].map(
        word => [source, `${word}${entity.index}s${source}`, entity] as const,
      ),
    ),
  );
  return [...ofSources, ...ofEntities];
}
