import type { Principal } from '../../src/base/principal.ts';

/** A caller who has signed in. */
export function principalOf(subject: string, token?: string, scopes: readonly string[] = []): Principal {
  return {
    subject,
    scopes: new Set(scopes),
    claims: Object.create(null) as Principal['claims'], // no keys, no prototype
    via: 'test',
    ...(token === undefined ? {} : { token }),
  };
}
