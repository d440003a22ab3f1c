import pino from 'pino';
import type { Principal } from '../../../src/base/principal.ts';
import { authenticate } from '../../../src/edge/gates/authenticate.ts';
import type { Handled, OperationRequest, OperationResult, Peer } from '../../../src/edge/handler.ts';
import {
  defaultAlgorithms,
  defaultIdentityOptions,
  type IdentityOptions,
  type JwtOptions,
  type KeyOrigin,
} from '../../../src/edge/identity/identity-options.ts';
import { openAuthenticators } from '../../../src/edge/identity/open-authenticators.ts';

/** The gate alone, with clocks that stand until they are set. */
export interface World {
  /** Seconds. The wall's begins at `start`, the steady one somewhere else. */
  readonly clock: { seconds: number };
  /** What reached the next gate. */
  readonly seen: Principal[];
  readonly logged: string[];
  ask(headers: Record<string, string>, peer?: Peer): Handled;
  close(): Promise<void>;
}

/** Seconds since 1970. */
export const start = 1_800_000_000;

export function world(identity: Partial<IdentityOptions>): World {
  const clock = { seconds: start };
  const seen: Principal[] = [];
  const logged: string[] = [];
  const ends: (() => Promise<void>)[] = [];
  const log = pino({ level: 'trace' }, { write: (line: string) => void logged.push(line) });
  const options: IdentityOptions = { ...defaultIdentityOptions, ...identity };
  const clocks = { wall: () => clock.seconds * 1_000, steady: () => (clock.seconds - start) * 1_000 + steadyStart };
  const authenticators = openAuthenticators(options, { log, clocks, whenClosed: end => ends.push(end) });
  const handler = authenticate(authenticators, { unavailable: options.unavailable, log })(request => {
    seen.push(request.principal!);
    return { status: 200, result: { data: {} } };
  });
  return {
    clock,
    seen,
    logged,
    ask: (headers, peer = { address: '192.0.2.1' }) => handler({ ...request, headers, peer }),
    close: async () => {
      for (const end of ends) await end();
    },
  };
}

/** Milliseconds: the machine is up since then. */
const steadyStart = 5_000_000;

const request: Omit<OperationRequest, 'headers'> = { id: 'r', method: 'POST', signal: new AbortController().signal };

export const issuer = 'https://id.example.com';

export function jwtOptions(keys: KeyOrigin, options: Partial<JwtOptions> = {}): JwtOptions {
  return {
    issuer,
    audience: ['api'],
    keys,
    algorithms: defaultAlgorithms,
    clockTolerance: 30_000,
    scopesClaim: 'scope',
    subjectClaim: 'sub',
    header: 'authorization',
    ...options,
  };
}

export function bearer(token: string): Record<string, string> {
  return { authorization: `Bearer ${token}` };
}

/** The status, and what stands in the challenge or in the error. */
export function told({ status, headers, result }: OperationResult) {
  const [error] = result.errors ?? [];
  return {
    status,
    ...(error ? { code: error.extensions['code'], message: error.message } : {}),
    ...(headers?.['www-authenticate'] === undefined ? {} : { challenge: headers['www-authenticate'] }),
    ...(headers?.['retry-after'] === undefined ? {} : { retryAfter: headers['retry-after'] }),
  };
}
