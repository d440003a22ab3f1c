import { type GraphQLOutputType, isObjectType } from 'graphql';
import type { CallName } from '../../adapter/upstream-error.ts';
import { coordinate } from '../../base/coordinate.ts';
import type { Lookup } from '../../supergraph/links/lookup.ts';
import { holes } from '../../supergraph/links/template.ts';
import type { EntityOrigin, LinkOrigin, Origins } from '../../supergraph/origins.ts';
import type { SelectedField } from './collect.ts';
import { fieldPlace } from './field-place.ts';
import type { PlacedEntity, PlacedHole, PlacedLink, PlacedRoot, PlacedStep } from './placed.ts';
import { Unplannable } from './unplannable.ts';

/** The call of a root field, and what the source itself says that it gives. */
export function rootStep(
  origins: Origins,
  clientType: string,
  selected: SelectedField,
): { readonly step: PlacedRoot; readonly ownType: GraphQLOutputType } {
  const { name } = selected.definition;
  const found = origins.rootField(clientType, name);
  if (!found) throw new Unplannable('unreachable-field', `No source gives ${clientType}.${name}.`);
  const { origin, rootType, field } = found;
  const root = origin.member.schema.getType(rootType);
  const definition = isObjectType(root) ? root.getFields()[field] : undefined;
  if (!definition) throw new TypeError(`${origin.member.name} has no ${rootType}.${field}.`);
  const blame = origin.readsRootField(rootType, field)
    ? {}
    : { blame: { source: origin.member.name, operation: field } };
  const step: PlacedRoot = {
    kind: 'root',
    origin,
    at: coordinate(rootType, field),
    ...blame,
    turn: 0,
    after: [],
    field: fieldPlace(selected, args => origin.ownArguments(rootType, name, args)),
  };
  return { step, ownType: definition.type };
}

/** `parent`: undefined on a root type. `read`: where the parent has what the link reads. */
export function linkStep(
  link: LinkOrigin,
  selected: SelectedField,
  turn: number,
  parent: PlacedStep | undefined,
  read: ReadonlyMap<string, PlacedHole>,
): PlacedLink {
  const { lookup } = link.plan;
  const own = new Map(holesOf(link).map(path => [path.join('.'), read.get(path.join('.')) ?? { path }] as const));
  const steps = [...own.values()].flatMap(({ step }) => step ?? []);
  const after = [...new Set([...(parent ? [parent] : []), ...steps])];
  return {
    kind: 'link',
    origin: link.origin,
    at: lookup.at,
    ...(link.direct ? {} : { blame: blameOf(lookup) }),
    turn,
    after,
    link,
    field: fieldPlace(selected, args => link.ownArguments(args)),
    holes: own,
  };
}

export function entityStep(entity: EntityOrigin, turn: number, parent: PlacedStep, key: PlacedHole): PlacedEntity {
  const { lookup } = entity.plan;
  return {
    kind: 'entity',
    origin: entity.origin,
    at: lookup.at,
    blame: blameOf(lookup),
    turn,
    after: [parent],
    entity,
    key,
  };
}

/** What a link reads of its parent. */
export function holesOf({ plan }: LinkOrigin): readonly (readonly string[])[] {
  return [...(plan.key ? [plan.key] : []), ...plan.args.values()].flatMap(template => holes(template, 'parent'));
}

function blameOf({ member, at }: Lookup): CallName {
  return { source: member.name, operation: at.slice('Query.'.length) };
}
