import { isInterfaceType, isObjectType } from 'graphql';
import type { EntityPlan } from './links/compile-entity.ts';
import { holes } from './links/template.ts';
import type { MemberOrigin, Origins } from './origins.ts';

/** Does a source have itself what is wanted of its objects of the type? */
type Has = (origin: MemberOrigin) => boolean;

/**
 * What a field wants of the sources of its object: itself, or if it is a link each of the values that it reads. Whoever has not one of
 * them must be completed from another source that has.
 */
function wantsOf(origins: Origins, typeName: string, fieldName: string): readonly Has[] {
  const link = origins.link(typeName, fieldName);
  if (!link) return [origin => origin.ownField(typeName, fieldName) !== undefined];
  const { key, args } = link.plan;
  const paths = [...(key ? [key] : []), ...args.values()].flatMap(template => holes(template, 'parent'));
  // Below the roots, the overlay's names of fields are the source's own.
  return paths.map(([first = '']) => (origin: MemberOrigin) => {
    const own = origin.ownType(typeName);
    const type = own === undefined ? undefined : origin.member.schema.getType(own);
    return (isObjectType(type) || isInterfaceType(type)) && Object.hasOwn(type.getFields(), first);
  });
}

/** Can an object that came from this source be given the field, if some entities may not be looked up? Where nobody could ever, that is no refusal. */
export function isRefusedFrom(
  origins: Origins,
  origin: MemberOrigin,
  typeName: string,
  fieldName: string,
  denied: ReadonlySet<EntityPlan>,
): boolean {
  const entities = origins.entities(typeName);
  return wantsOf(origins, typeName, fieldName).some(has => {
    if (has(origin)) return false;
    const able = entities.filter(entity => entity.origin !== origin && has(entity.origin));
    return able.length > 0 && able.every(({ plan }) => denied.has(plan));
  });
}

/** For each thing that the field wants and some source of its type has not: the entities that could bring it. */
export function routesTo(origins: Origins, typeName: string, fieldName: string): readonly (readonly EntityPlan[])[] {
  const entities = origins.entities(typeName);
  if (entities.length === 0) return [];
  const sources = origins.members.filter(origin => origin.ownType(typeName) !== undefined);
  return wantsOf(origins, typeName, fieldName).flatMap(has => {
    if (sources.every(has)) return [];
    const able = entities.filter(({ origin }) => has(origin)).map(({ plan }) => plan);
    return able.length > 0 ? [able] : [];
  });
}
