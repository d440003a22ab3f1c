import { getSubschema, isExternalObject } from '@graphql-tools/delegate';
import type { GraphQLFieldResolver } from 'graphql';
import { isRecord } from '../../base/json.ts';
import { refusedAccess } from '../../base/refused-access.ts';
import { isRefusedFrom } from '../bringing.ts';
import type { EntityPlan } from '../links/compile-entity.ts';
import type { Origins } from '../origins.ts';
import type { Running } from '../schema/client-schema.ts';

/** Resolvers that refuse what could only come by an entity that is not looked up: which source an object came from says stitch. */
export function refusing(
  resolver: Running['resolver'],
  origins: Origins,
  denied: ReadonlySet<EntityPlan>,
): Running['resolver'] {
  return (stitched, typeName, fieldName) => {
    const resolve = resolver(stitched, typeName, fieldName);
    const from = origins.members.filter(origin => isRefusedFrom(origins, origin, typeName, fieldName, denied));
    if (from.length === 0) return resolve;
    const names = new Set(from.map(({ member }) => member.name));
    const refuse: GraphQLFieldResolver<unknown, unknown> = (parent, args, context, info) => {
      const source = sourceOf(parent);
      if (source !== undefined && names.has(source)) throw refusedAccess;
      return resolve(parent, args, context, info);
    };
    // Stitch tells by it which resolvers ask for nothing more: see `read-field.ts`.
    Object.defineProperty(refuse, 'name', { value: resolve.name });
    return refuse;
  };
}

/** Merged types are always delegated: what is not says nothing of its source. */
function sourceOf(parent: unknown): string | undefined {
  if (!isRecord(parent) || !isExternalObject(parent as Record<string, unknown>)) return undefined; // a record: as was seen
  const subschema = getSubschema(parent as Parameters<typeof getSubschema>[0], '');
  return 'name' in subschema && typeof subschema.name === 'string' ? subschema.name : undefined;
}
