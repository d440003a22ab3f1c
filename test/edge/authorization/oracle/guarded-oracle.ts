import { defaultFieldResolver, type GraphQLField, type GraphQLObjectType, type GraphQLSchema } from 'graphql';
import { refusedAccess } from '../../../../src/base/refused-access.ts';
import { oracle } from '../../../supergraph/differential/oracle.ts';
import { rootName, shownName } from '../../../supergraph/differential/overlay.ts';
import type { Entity, LinkPlan, World } from '../../../supergraph/differential/world.ts';
import type { Judge } from './judge.ts';

interface Row {
  readonly source: number;
}

type Guard = (judge: Judge, parent: unknown, args: Readonly<Record<string, unknown>>) => boolean;

/** One schema over the world's data, whose every field asks the judge before it resolves: the answer as it should be. */
export function guardedOracle(world: World, judge: () => Judge): GraphQLSchema {
  const schema = oracle(world, () => {});
  const query = schema.getQueryType()!;
  for (const [source, call, entity] of callsOf(world)) {
    guard(query, rootName(world, source, call), (judge, _parent, args) => judge.mayRoot(source, call, args));
    if (call.startsWith('wrap') && entity) {
      const tag = call.slice('wrap'.length);
      guard(object(schema, `PWrap${tag}`), 'items', judge => judge.mayWrapped(tag, entity.name));
    }
  }
  for (const [source] of world.sources.entries()) {
    const inner = object(schema, shownName(world, `PInner${source}`));
    for (const name of ['a', 'b', 'ref']) {
      guard(inner, shownName(world, `PInner${source}.${name}`), judge => judge.mayInner(source, name));
    }
  }
  for (const entity of world.entities) {
    const type = object(schema, shownName(world, entity.name));
    for (const { name } of entity.fields) {
      if (world.hidden.has(`${entity.name}.${name}`)) continue;
      guard(type, shownName(world, `${entity.name}.${name}`), (judge, parent) => {
        return judge.mayEntityField(entity, name) && mayReach(judge, entity, name, parent);
      });
    }
  }
  for (const link of world.links)
    guard(link.on ? object(schema, shownName(world, link.on.name)) : query, link.name, ofLink(link));
  return schema;

  function guard(type: GraphQLObjectType, name: string, may: Guard): void {
    const field: GraphQLField<unknown, unknown> | undefined = type.getFields()[name];
    if (!field) return;
    const { resolve = defaultFieldResolver } = field;
    field.resolve = (parent, args, context, info) => {
      if (!may(judge(), parent, args)) throw refusedAccess;
      return resolve(parent, args, context, info);
    };
  }
}

function ofLink(link: LinkPlan): Guard {
  const { on, key } = link;
  return (judge, parent, args) => judge.mayLink(link, args) && (!on || mayReach(judge, on, key[0] ?? '', parent));
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
