import type { Logger } from 'pino';
import { JsonClient } from '../../source/json-client.ts';
import { ApiKeyAuthenticator } from './api-keys.ts';
import type { Authenticator } from './authenticator.ts';
import { AuthorizerAuthenticator } from './authorizer.ts';
import { BasicAuthenticator } from './basic.ts';
import { ClientCertificateAuthenticator } from './client-certificate.ts';
import { Failures } from './failures.ts';
import type { IdentityOptions, JwtOptions, ProviderOptions } from './identity-options.ts';
import { IntrospectionAuthenticator } from './introspection.ts';
import { JwtAuthenticator } from './jwt.ts';
import { Outage } from './outage.ts';
import { RemoteKeys } from './remote-keys.ts';

/** The clocks, for tests: both in milliseconds. */
export interface Clocks {
  /** Since 1970. */
  wall(): number;
  /** Never goes back. */
  steady(): number;
}

interface AuthenticatorTools {
  readonly log: Logger;
  whenClosed(end: () => Promise<void>): void;
  /** Default: the machine's. */
  readonly clocks?: Clocks;
}

const machineClocks: Clocks = { wall: () => Date.now(), steady: () => performance.now() };

/** The providers in their declared order. Nothing is connected to until a request needs it. */
export function openAuthenticators(
  { providers, failures: limits }: IdentityOptions,
  { log, whenClosed, clocks = machineClocks }: AuthenticatorTools,
): readonly Authenticator[] {
  const { wall, steady } = clocks;
  const failures = new Failures(limits, steady);
  const client = new JsonClient();
  whenClosed(() => client.close());
  const keyOf = (name: string, { issuer, keys }: JwtOptions) => {
    if (keys.kind === 'secret' || keys.kind === 'fixed') return {};
    const from = keys.kind === 'jwks' ? { jwks: keys.url } : { issuer };
    return { key: new RemoteKeys({ from, client, outage: new Outage(log, name), now: steady }).key };
  };
  const open = (provider: ProviderOptions): Authenticator => {
    const { name } = provider;
    if ('jwt' in provider) {
      return new JwtAuthenticator(name, provider.jwt, { failures, now: wall, ...keyOf(name, provider.jwt) });
    }
    if ('apiKeys' in provider) return new ApiKeyAuthenticator(name, provider.apiKeys, wall);
    if ('clientCertificate' in provider) return new ClientCertificateAuthenticator(name, provider.clientCertificate);
    if ('basic' in provider) return new BasicAuthenticator(name, provider.basic, failures);
    const tools = { client, failures, outage: new Outage(log, name), wall, steady };
    if ('introspection' in provider) return new IntrospectionAuthenticator(name, provider.introspection, tools);
    return new AuthorizerAuthenticator(name, provider.authorizer, tools);
  };
  return providers.map(open);
}
