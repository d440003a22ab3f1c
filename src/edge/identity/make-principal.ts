import type { Principal } from '../../base/principal.ts';

interface Vouched {
  readonly subject: string;
  readonly scopes: Iterable<string>;
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly via: string;
  readonly expires?: number;
  readonly token?: string;
}

/** A principal, whose claims have no prototype whatever they came in. */
export function makePrincipal({ claims, scopes, ...rest }: Vouched): Principal {
  return Object.freeze({
    ...rest,
    scopes: new Set(scopes),
    claims: Object.freeze(Object.assign(Object.create(null) as Record<string, unknown>, claims)), // no keys yet
  });
}
