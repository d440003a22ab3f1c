import type { Gate, KnownRequest } from '../handler.ts';
import type { Limits } from '../limits.ts';
import { refusal } from '../refusal.ts';

/** Introspection has bounds of its own, with room for what GraphiQL and code generators ask (14 levels, fewer than 300 fields). */
const introspection = { depth: 25, fields: 1_000 };

/** What an operation may ask for, fragments expanded. */
export function operationLimits(limits: Limits): Gate<KnownRequest> {
  return next => request => {
    const profile = request.document.profile;
    const rows = [
      ['levels', profile.depth, limits.depth],
      ['fields', profile.expandedFields, limits.expandedFields],
      ['levels of introspection', profile.introspectionDepth, introspection.depth],
      ['fields of introspection', profile.introspectionFields, introspection.fields],
    ] as const;
    for (const [what, actual, allowed] of rows) {
      if (actual <= allowed) continue;
      return refusal(
        'OPERATION_TOO_COMPLEX',
        `The operation has ${actual} ${what}, fragments expanded; ${allowed} are allowed.`,
      );
    }
    return next(request);
  };
}
