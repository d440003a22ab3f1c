import type { createLocalJWKSet, JSONWebKeySet, JWTVerifyGetKey } from 'jose';
import { LRUCache } from 'lru-cache';
import { GatewayError } from '../../base/error.ts';
import { isRecord, own } from '../../base/json.ts';
import { isConfidential, type JsonAnswer, type JsonClient } from '../../source/json-client.ts';
import type { Outage } from './outage.ts';

/** Milliseconds and bytes (edge.md, J5). */
const cooldown = 30_000;
const coldRetry = 5_000;
const freshFor = 10 * 60_000;
const staleFor = 24 * 60 * 60_000;
const timeout = 5_000;
const maxBytes = 256 * 1024;

interface KnownKeys {
  readonly set: ReturnType<typeof createLocalJWKSet>;
  /** When they were fetched. */
  readonly at: number;
}

/** By where they come from, for longer than a configuration: one that is read again during an outage goes on with what is known. */
const lastKnown = new LRUCache<string, KnownKeys>({ max: 100 });

interface RemoteKeysOptions {
  /** Of the key set itself (RFC 7517, 5), or of the issuer that tells where it is (OpenID Connect Discovery 1.0, 4). */
  readonly from: { readonly jwks: string } | { readonly issuer: string };
  readonly client: Pick<JsonClient, 'request'>;
  readonly outage: Outage;
  /** Milliseconds of a clock that never goes back, one for the whole process. */
  now(): number;
}

/**
 * The keys of an issuer. They are fetched when first needed, once for all who wait; again where a token names a key that is not among
 * them, at most every 30 s; and quietly every 10 min. Where that fails they are good for 24 h.
 */
export class RemoteKeys {
  readonly #options: RemoteKeysOptions;
  readonly #name: string;
  #known: KnownKeys | undefined;
  #triedAt = Number.NEGATIVE_INFINITY;
  #fetching: Promise<GatewayError | undefined> | undefined;

  constructor(options: RemoteKeysOptions) {
    this.#options = options;
    this.#name = JSON.stringify(options.from);
    this.#known = lastKnown.get(this.#name);
    if (this.#known) this.#triedAt = this.#known.at;
  }

  /** Rejects with UPSTREAM_UNREACHABLE, or as jose's own key sets do. `kid` is only ever compared. */
  readonly key: JWTVerifyGetKey = async (header, token) => {
    const { errors } = await import('jose');
    const keys = await this.#current();
    try {
      return await keys.set(header, token);
    } catch (error) {
      const askAgain = error instanceof errors.JWKSNoMatchingKey && (this.#fetching || this.#since() >= cooldown);
      if (!askAgain) throw error;
      const failure = await this.#fetch();
      if (failure) throw failure;
      return (this.#known ?? keys).set(header, token);
    }
  };

  async #current(): Promise<KnownKeys> {
    const known = this.#known;
    const age = known ? this.#options.now() - known.at : Number.POSITIVE_INFINITY;
    if (known && age < staleFor) {
      if (age >= freshFor && this.#since() >= cooldown) void this.#fetch();
      return known;
    }
    if (!this.#fetching && this.#since() < coldRetry) throw unavailable('the last attempt failed just now');
    const failure = await this.#fetch();
    if (failure) throw failure;
    return this.#known!; // the fetch succeeded
  }

  /** Since the last attempt, in milliseconds. */
  #since(): number {
    return this.#options.now() - this.#triedAt;
  }

  #fetch(): Promise<GatewayError | undefined> {
    this.#fetching ??= this.#attempt().finally(() => {
      this.#fetching = undefined;
    });
    return this.#fetching;
  }

  async #attempt(): Promise<GatewayError | undefined> {
    const { outage, now } = this.#options;
    this.#triedAt = now();
    try {
      const { createLocalJWKSet } = await import('jose');
      this.#known = { set: createLocalJWKSet(await this.#read()), at: now() };
      lastKnown.set(this.#name, this.#known);
      outage.succeeded();
      return undefined;
    } catch (error) {
      const failure = error instanceof GatewayError ? error : unavailable('the answer is no set of keys');
      outage.failed(failure.message);
      return failure;
    }
  }

  async #read(): Promise<JSONWebKeySet> {
    const { from } = this.#options;
    const url = 'jwks' in from ? from.jwks : await this.#discover(from.issuer);
    return (await this.#json(url)) as unknown as JSONWebKeySet; // createLocalJWKSet checks it
  }

  /** OpenID Connect Discovery 1.0, 4.3: an answer that names another issuer is another issuer's. */
  async #discover(issuer: string): Promise<string> {
    const metadata = await this.#json(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`);
    if (own(metadata, 'issuer') !== issuer) throw unavailable('the discovery document is of another issuer');
    const url = own(metadata, 'jwks_uri');
    if (typeof url !== 'string' || !isConfidential(url)) {
      throw unavailable('the discovery document names no https address of keys');
    }
    return url;
  }

  async #json(url: string): Promise<Readonly<Record<string, unknown>>> {
    const answer: JsonAnswer = await this.#options.client.request(url, { timeout, maxBytes });
    if ('failure' in answer) throw unavailable(answer.failure);
    if (answer.status !== 200) throw unavailable(`the answer has status ${answer.status}`);
    if (!isRecord(answer.json)) throw unavailable('the answer is no JSON object');
    return answer.json;
  }
}

function unavailable(reason: string): GatewayError {
  return new GatewayError('UPSTREAM_UNREACHABLE', reason);
}
