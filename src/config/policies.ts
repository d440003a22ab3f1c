import { isRecord } from '../base/json.ts';
import type { CoordinatePolicy } from '../supergraph/schema/annotate.ts';
import type { ConfigTree, ConfigValue } from './config-tree.ts';
import { Substituted } from './substitution.ts';

/**
 * `policies:`, which says directives of many coordinates at once: by glob, then by directive. What the directives and globs mean is found
 * out when the supergraph is composed.
 */
export function readPolicies(written: unknown, tree: ConfigTree): readonly CoordinatePolicy[] {
  if (written === undefined || written === null) return [];
  if (!isRecord(written)) {
    tree.wrong(['policies'], '"policies" must be a map: directives under globs of coordinates.', example);
    return [];
  }
  const policies: CoordinatePolicy[] = [];
  for (const [glob, directives] of Object.entries(written)) {
    const path = ['policies', glob];
    if (!/^[\w*]+(\.[\w*]+)?$/.test(glob))
      tree.unknown(
        path,
        `"${glob}" is no glob of a type or a field.`,
        'write Type or Type.field, where * stands for any characters',
      );
    if (!isRecord(directives) || Object.keys(directives).length === 0) {
      tree.wrong(path, `"${glob}" must be a map of directives.`, example);
      continue;
    }
    for (const [directive, value] of Object.entries(directives as Record<string, ConfigValue>)) {
      // the tree holds nothing else
      policies.push({
        glob,
        directive: directive.replace(/^@/, ''),
        value: plain(value),
        at: tree.at([...path, directive]),
      });
    }
  }
  return policies;
}

const example = 'for example policies: { "Query.admin*": { requiresScopes: [[admin]] } }';

function plain(value: ConfigValue): unknown {
  if (value instanceof Substituted) return value.text;
  if (Array.isArray(value)) return value.map(plain);
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value as Record<string, ConfigValue>).map(([key, inner]) => [key, plain(inner)]),
  ); // as above
}
