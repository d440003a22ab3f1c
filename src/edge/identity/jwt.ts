import type { JSONWebKeySet, JWTVerifyGetKey, JWTVerifyOptions } from 'jose';
import { LRUCache } from 'lru-cache';
import { GatewayError } from '../../base/error.ts';
import type { Principal } from '../../base/principal.ts';
import type { Peer } from '../handler.ts';
import { type Authenticator, type Credentials, Rejection, type Verdict } from './authenticator.ts';
import { bearerChallenge, bearerToken } from './bearer.ts';
import { type Claims, claimAt, claimFault, scopesOf, unverified } from './claims.ts';
import type { Failures } from './failures.ts';
import type { JwtOptions } from './identity-options.ts';
import { makePrincipal } from './make-principal.ts';

const maxToken = 8 * 1024;
const maxVerified = 10_000;

/** RFC 7515, 4.1.4: a token need not say which key signed it. So many that might have are tried. */
const maxKeysTried = 4;

interface Verified {
  readonly principal: Principal;
  /** Milliseconds since 1970. */
  readonly until: number;
}

export interface JwtTools {
  readonly failures: Failures;
  /** Of an issuer whose keys are fetched; absent where they are in the options. */
  readonly key?: JWTVerifyGetKey;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/**
 * Signed tokens of one issuer (RFC 7519, RFC 9068). What costs nothing is checked first; what was verified is remembered until it expires,
 * so a token is verified once; and wrong signatures are counted by address (edge.md, J1 to J6).
 */
export class JwtAuthenticator implements Authenticator {
  readonly name: string;
  readonly challenge = bearerChallenge();
  readonly #options: JwtOptions;
  readonly #tools: JwtTools;
  /** By token: whoever is remembered bears it anyway, and a digest of it for each request would be dearer than all else here. */
  readonly #verified = new LRUCache<string, Verified>({ max: maxVerified });
  readonly #underWay = new Map<string, Promise<Verdict>>();
  #key: Promise<JWTVerifyGetKey> | undefined;

  constructor(name: string, options: JwtOptions, tools: JwtTools) {
    this.name = name;
    this.#options = options;
    this.#tools = tools;
  }

  bears({ headers }: Credentials): boolean {
    return headers[this.#options.header] !== undefined;
  }

  authenticate(request: Credentials): Verdict | Promise<Verdict> {
    const token = this.#tokenOf(request);
    if (token === undefined) return undefined;
    if (token.length > maxToken) return invalid(`The token has more than the ${maxToken} bytes that are allowed.`);
    const verified = this.#verified.get(token);
    if (verified) {
      if (this.#tools.now() < verified.until) return verified.principal;
      this.#verified.delete(token);
    }
    return this.#underWay.get(token) ?? this.#judge(token, request);
  }

  #tokenOf({ headers }: Credentials): string | undefined {
    const { header } = this.#options;
    return header === 'authorization' ? bearerToken(headers[header]) : headers[header];
  }

  #judge(token: string, { peer }: Credentials): Verdict | Promise<Verdict> {
    const parts = unverified(token);
    if (parts?.claims['iss'] !== this.#options.issuer) return undefined;
    const fault = this.#faultOf(parts.header, parts.claims);
    if (fault !== undefined) return invalid(fault);
    const { failures } = this.#tools;
    const limited = failures.limited(peer);
    if (limited) return limited;
    const verdict = failures.guard(peer, () => this.#look(token, peer)).finally(() => this.#underWay.delete(token));
    this.#underWay.set(token, verdict);
    return verdict;
  }

  async #look(token: string, peer: Peer | undefined): Promise<Principal | Rejection> {
    try {
      return this.#admit(token, await this.#verify(token));
    } catch (error) {
      if (error instanceof GatewayError) {
        return new Rejection('unavailable', 'Who signed the token cannot be told now.', { cause: error });
      }
      if (isWrongSignature(error)) this.#tools.failures.count(peer);
      return invalid('The token is not valid.', error);
    }
  }

  /** Whatever is wrong with the token whoever signed it. */
  #faultOf(header: Claims, claims: Claims): string | undefined {
    const { algorithms } = this.#options;
    if (!algorithms.some(each => each === header['alg']))
      return 'The token is signed by an algorithm that is not allowed.';
    return claimFault(claims, this.#options, this.#seconds());
  }

  #admit(token: string, claims: Claims): Principal | Rejection {
    const fault = claimFault(claims, this.#options, this.#seconds());
    if (fault !== undefined) return invalid(fault);
    const { subjectClaim, scopesClaim, clockTolerance } = this.#options;
    const expires = Number(claims['exp']) * 1_000 + clockTolerance;
    const principal = makePrincipal({
      subject: String(claimAt(claims, subjectClaim)),
      scopes: scopesOf(claimAt(claims, scopesClaim)),
      claims,
      via: this.name,
      expires,
      token,
    });
    this.#verified.set(token, { principal, until: expires });
    return principal;
  }

  #seconds(): number {
    return Math.floor(this.#tools.now() / 1_000);
  }

  async #verify(token: string): Promise<Claims> {
    const { errors, jwtVerify } = await import('jose'); // many modules, which a gateway without tokens does without
    this.#key ??= this.#keyOf();
    const key = await this.#key;
    const options = this.#verifyOptions();
    try {
      return (await jwtVerify(token, key, options)).payload;
    } catch (error) {
      if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
      let tried = 0;
      for await (const candidate of error) {
        tried += 1;
        if (tried > maxKeysTried) break;
        try {
          return (await jwtVerify(token, candidate, options)).payload;
        } catch (wrong) {
          if (!isWrongSignature(wrong)) throw wrong;
        }
      }
      throw new errors.JWSSignatureVerificationFailed();
    }
  }

  async #keyOf(): Promise<JWTVerifyGetKey> {
    const { keys } = this.#options;
    if (this.#tools.key) return this.#tools.key;
    if (keys.kind === 'secret') {
      const secret = Buffer.from(keys.secret);
      return async () => secret;
    }
    if (keys.kind !== 'fixed') throw new TypeError('No keys were given.');
    const { createLocalJWKSet } = await import('jose');
    return createLocalJWKSet(keys.jwks as unknown as JSONWebKeySet); // createLocalJWKSet checks it
  }

  #verifyOptions(): JWTVerifyOptions {
    const { issuer, audience, algorithms, clockTolerance, type } = this.#options;
    return {
      issuer,
      audience: [...audience],
      algorithms: [...algorithms],
      clockTolerance: clockTolerance / 1_000,
      requiredClaims: ['exp'],
      currentDate: new Date(this.#tools.now()),
      ...(type === undefined ? {} : { typ: type }),
    };
  }
}

function isWrongSignature(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED';
}

function invalid(message: string, cause?: unknown): Rejection {
  return new Rejection('invalid', message, { challenge: bearerChallenge(message), cause });
}
