import { credentialHeaderNames, credentialHeaders, credentialQuery } from '../../../source/credential.ts';
import type { Credential, SchemeCredential, Source } from '../../../source/source.ts';
import type { OpenApiCall } from '../call/call.ts';
import { encodeStrictly } from './parameters.ts';

/** What of a call's credentials the configuration holds: the same for each request. */
export interface Signing {
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Encoded, ready to stand behind a `?` or `&`; empty where there is none. */
  readonly query: string;
  /** Headers that the credentials may set, those made while the gateway runs among them. */
  readonly names: readonly string[];
}

/** The credentials that sign a call in: all of them, and none at a server that is not the source's own. */
export class Credentials {
  readonly #source: Source;
  /** One object for each, however many calls it signs in: what is made of it is kept by that. */
  readonly #made = new Map<string, Credential>();

  constructor(source: Source) {
    this.#source = source;
  }

  of({ foreign, credentials }: OpenApiCall): readonly Credential[] {
    if (foreign) return [];
    const { options } = this.#source;
    if (!credentials) return options.credential ? [options.credential] : [];
    return credentials.flatMap(({ scheme, key }) => {
      const configured = Object.hasOwn(options.credentials, scheme) ? options.credentials[scheme] : undefined;
      return configured ? (this.#make(scheme, configured, key) ?? []) : [];
    });
  }

  #make(
    scheme: string,
    configured: SchemeCredential,
    key: NonNullable<OpenApiCall['credentials']>[number]['key'],
  ): Credential | undefined {
    if (!('apiKey' in configured)) return configured;
    if (!key) return undefined;
    const known = this.#made.get(scheme);
    if (known) return known;
    const { value } = configured.apiKey;
    const credential = { apiKey: { ...key, value } };
    this.#made.set(scheme, credential);
    return credential;
  }
}

export function signingOf(credentials: readonly Credential[]): Signing {
  const headers: Record<string, string> = Object.create(null);
  for (const credential of credentials) {
    for (const [name, value] of Object.entries(credentialHeaders(credential)))
      headers[name] = name === 'cookie' && headers['cookie'] !== undefined ? `${headers['cookie']}; ${value}` : value;
  }
  return {
    headers,
    query: credentials.flatMap(each => credentialQuery(each)?.map(encodeStrictly).join('=') ?? []).join('&'),
    names: credentials.flatMap(credentialHeaderNames),
  };
}
