/** Who may say who he is, and how. Plain data; files that the configuration names were read when it was. */
export interface IdentityOptions {
  /** The first that finds a credential of its own in a request decides. Default: none, and everybody is anonymous. */
  readonly providers: readonly ProviderOptions[];
  readonly failures: FailureOptions;
  /** The HTTP status where a provider cannot be reached. Default 503: a client that is told 401 throws its good token away. */
  readonly unavailable: 401 | 503;
  /** Absolute paths that were read. */
  readonly files: readonly string[];
}

/** Wrong credentials that cost work, by the caller's address (an IPv6 one counts by its /64). */
export interface FailureOptions {
  /** So many at once. Default 20. */
  readonly burst: number;
  /** And so many more a minute. Default 60. */
  readonly perMinute: number;
}

export const defaultIdentityOptions: IdentityOptions = {
  providers: [],
  failures: { burst: 20, perMinute: 60 },
  unavailable: 503,
  files: [],
};

export type ProviderOptions = {
  /** Unique, and `via` of the provider's principals. */
  readonly name: string;
} & (
  | { readonly jwt: JwtOptions }
  | { readonly apiKeys: ApiKeyOptions }
  | { readonly clientCertificate: ClientCertificateOptions }
  | { readonly basic: BasicOptions }
  | { readonly introspection: IntrospectionOptions }
  | { readonly authorizer: AuthorizerOptions }
);

/** Algorithms of JWS (RFC 7518, 3.1; RFC 8037) that are verified here. HS*: only with a secret, and no others then. */
export type JwtAlgorithm = (typeof asymmetricAlgorithms)[number] | (typeof secretAlgorithms)[number];

export const asymmetricAlgorithms = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
] as const;

export const secretAlgorithms = ['HS256', 'HS384', 'HS512'] as const;

export const defaultAlgorithms: readonly JwtAlgorithm[] = ['RS256', 'PS256', 'ES256', 'EdDSA'];

/** Where the keys of an issuer come from. */
export type KeyOrigin =
  | { readonly kind: 'jwks'; readonly url: string }
  /** OpenID Connect Discovery 1.0, 4: the issuer tells where. */
  | { readonly kind: 'discovery' }
  /** RFC 7517, 5, from a file. */
  | { readonly kind: 'fixed'; readonly jwks: { readonly keys: readonly Readonly<Record<string, unknown>>[] } }
  | { readonly kind: 'secret'; readonly secret: string };

export interface JwtOptions {
  /** `iss`, to the letter. */
  readonly issuer: string;
  /** One of these must be among `aud`. */
  readonly audience: readonly string[];
  readonly keys: KeyOrigin;
  readonly algorithms: readonly JwtAlgorithm[];
  /** For clocks that differ, in milliseconds. Default 30,000; 120,000 at most. */
  readonly clockTolerance: number;
  /** A string that is split at spaces, or a list of strings. `a.b` is b in a, unless a claim has that very name. Default `scope`. */
  readonly scopesClaim: string;
  /** As above. Default `sub`. */
  readonly subjectClaim: string;
  /** In lower case. Default `authorization`, as a bearer token (RFC 6750, 2.1); any other holds the bare token. */
  readonly header: string;
  /** What the token's `typ` must be, such as `at+jwt` (RFC 9068, 2.1). Default: not looked at. */
  readonly type?: string;
}

export interface ApiKeyOptions {
  /** In lower case. Default `x-api-key`. */
  readonly header: string;
  readonly keys: readonly ApiKey[];
}

export interface ApiKey {
  /** The principal's subject. */
  readonly owner: string;
  /** Of the key, in hexadecimal digits of lower case. */
  readonly sha256: string;
  readonly scopes: readonly string[];
  /** Milliseconds since 1970. Absent: it does not expire. */
  readonly expires?: number;
}

/** What of a certificate names its owner. */
export const certificateNames = ['commonName', 'dns', 'uri', 'email', 'fingerprint'] as const;

export interface ClientCertificateOptions {
  /** Default `commonName`. */
  readonly subject: (typeof certificateNames)[number];
  /** Globs; a certificate whose name is none of these is another provider's. Default: all that `gateway.tls.clientCa` vouches for. */
  readonly allow: readonly string[];
  readonly scopes: readonly string[];
}

export interface BasicOptions {
  readonly users: readonly BasicUser[];
}

export interface BasicUser {
  readonly name: string;
  readonly hash: ScryptHash;
  readonly scopes: readonly string[];
}

/** RFC 7914. Salt and hash in base64. */
export interface ScryptHash {
  /** N is 2 to this power. */
  readonly logN: number;
  readonly r: number;
  readonly p: number;
  readonly salt: string;
  readonly hash: string;
}

export interface AuthorizerOptions {
  readonly url: string;
  /** The client's headers that are passed on, in lower case; a request with none of them is not the authorizer's to judge. */
  readonly headers: readonly string[];
  /** Milliseconds. Default 1,000. */
  readonly timeout: number;
  /** How long a principal is remembered for the same headers and address, in milliseconds; 0: not at all. Default 0; 60,000 at most. */
  readonly cache: number;
}

export interface IntrospectionOptions {
  /** Of the introspection endpoint (RFC 7662, 2). */
  readonly url: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** One of these must be among `aud`. Default: it is not looked at. */
  readonly audience: readonly string[];
  /** As of `JwtOptions`. */
  readonly scopesClaim: string;
  readonly subjectClaim: string;
  /** As of `AuthorizerOptions`. */
  readonly timeout: number;
  readonly cache: number;
}
