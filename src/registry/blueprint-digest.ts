import { createHash } from 'node:crypto';
import { print } from 'graphql';
import type { Blueprint } from '../adapter/adapter.ts';

/** A blueprint is plain data: equal texts are equal blueprints. */
export function blueprintDigest({ typeDefs, ...rest }: Blueprint<unknown, unknown>): string {
  return createHash('sha256').update(print(typeDefs)).update(JSON.stringify(rest)).digest('base64');
}
