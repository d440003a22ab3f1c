import { type GraphQLNamedType, getNamedType, isInterfaceType, isObjectType } from 'graphql';
import type { EntityOrigin, MemberOrigin } from '../../supergraph/origins.ts';
import type { Selected } from './collect.ts';
import { Unplannable } from './unplannable.ts';

/** A field of a merged object that its own source does not have. */
export interface Wanted {
  /** For the operator. */
  readonly coordinate: string;
  /** Absent: a leaf, or nothing of it is the client's wish. */
  readonly below?: Selected | undefined;
  ownField(origin: MemberOrigin): string | undefined;
}

/**
 * Which sources are looked up for which fields. The rules are those of stitch's delegation plan, so that both lanes ask the same
 * calls: what one source alone has is asked there; else a source that is asked anyway, or the one that has most of what is wanted
 * below; and a source of which another that is asked has everything is not asked at all.
 */
export function chooseSources<W extends Wanted>(
  typeName: string,
  wanted: readonly W[],
  entities: readonly EntityOrigin[],
): ReadonlyMap<EntityOrigin, readonly W[]> {
  const chosen = new Map<EntityOrigin, W[]>();
  for (const want of wanted) {
    const able = entities.filter(({ origin }) => want.ownField(origin) !== undefined);
    const entity = able.find(candidate => chosen.has(candidate) && able.length > 1) ?? fullest(able, want, typeName);
    if (!entity) throw new Unplannable('unreachable-field', `No source gives ${want.coordinate} of that object.`);
    const before = chosen.get(entity);
    if (before) before.push(want);
    else chosen.set(entity, [want]);
  }
  dropCovered(chosen, typeName);
  return chosen;
}

function fullest(able: readonly EntityOrigin[], want: Wanted, typeName: string): EntityOrigin | undefined {
  let best = able[0];
  if (able.length < 2 || !want.below) return best;
  let least = Number.POSITIVE_INFINITY;
  for (const entity of able) {
    const lacks = missing(entity.origin, typeName, want);
    if (lacks < least) [best, least] = [entity, lacks];
  }
  return best;
}

function dropCovered<W extends Wanted>(chosen: Map<EntityOrigin, W[]>, typeName: string): void {
  for (const [entity, wanted] of [...chosen]) {
    for (const [other, theirs] of chosen) {
      if (other === entity || wanted.some(want => missing(other.origin, typeName, want) > 0)) continue;
      theirs.push(...wanted);
      chosen.delete(entity);
      break;
    }
  }
}

/** How many of the fields that are wanted at and below a field a source does not have itself. */
function missing(origin: MemberOrigin, typeName: string, want: Wanted): number {
  const field = want.ownField(origin);
  const ownType = origin.ownType(typeName);
  const type = ownType === undefined ? undefined : origin.member.schema.getType(ownType);
  if (field === undefined || !isObjectType(type)) return 1;
  const below = type.getFields()[field]?.type;
  return want.below && below ? missingBelow(origin, getNamedType(below), want.below) : 0;
}

const counted = new WeakMap<Selected, WeakMap<MemberOrigin, number>>();

function missingBelow(origin: MemberOrigin, type: GraphQLNamedType, selected: Selected): number {
  const known = counted.get(selected)?.get(origin);
  if (known !== undefined) return known;
  let count = 0;
  for (const [clientType, fields] of selected) {
    const own = isObjectType(type) ? type : ownObject(origin, clientType);
    if (!own) continue;
    for (const { definition, below } of fields) {
      if (definition.name.startsWith('__')) continue;
      const ownField = origin.ownField(clientType, definition.name);
      const ownFieldType = ownField === undefined ? undefined : own.getFields()[ownField]?.type;
      if (!ownFieldType) count += 1;
      else if (below) count += missingBelow(origin, getNamedType(ownFieldType), below);
    }
  }
  const byOrigin = counted.get(selected) ?? new WeakMap<MemberOrigin, number>();
  byOrigin.set(origin, count);
  counted.set(selected, byOrigin);
  return count;
}

function ownObject(origin: MemberOrigin, clientType: string) {
  const own = origin.ownType(clientType);
  const type = own === undefined ? undefined : origin.member.schema.getType(own);
  return isObjectType(type) || isInterfaceType(type) ? type : undefined;
}
