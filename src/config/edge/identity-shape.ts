import * as z from 'zod';
import {
  asymmetricAlgorithms,
  certificateNames,
  defaultIdentityOptions,
  secretAlgorithms,
} from '../../edge/identity/identity-options.ts';
import { isConfidential } from '../../source/json-client.ts';
import { lowerHeaderName, lowerHeaderNames } from '../header-leaves.ts';
import { boolean, duration, durationUpTo, integer, map, oneOf, pattern, textLeaf } from '../leaves.ts';

const text = pattern('a text that is not empty', /\S/);
const texts = z.array(text, 'a list of texts');

/** RFC 6749, 3.3. */
export const scope = pattern('a scope: no spaces, quotes or backslashes', /^[\x21\x23-\x5b\x5d-\x7e]+$/);

const confidentialUrl = textLeaf('an https URL (http on this machine alone), without user name and password', url =>
  isConfidential(url) ? url : undefined,
);

const jwt = map({
  issuer: text,
  audience: z.union([text, texts.min(1, 'a list that is not empty')]),
  jwks: text.exactOptional(),
  discovery: boolean.exactOptional(),
  secret: text.exactOptional(),
  algorithms: z
    .array(oneOf([...asymmetricAlgorithms, ...secretAlgorithms]), 'a list of algorithms')
    .min(1, 'a list that is not empty')
    .exactOptional(),
  clockTolerance: durationUpTo('2m').default(30_000),
  scopesClaim: text.default('scope'),
  subjectClaim: text.default('sub'),
  header: lowerHeaderName.default('authorization'),
  type: text.exactOptional(),
});

const name = pattern(
  'a name: letters, digits, _ and -, a letter first, and not "anonymous"',
  /^(?!anonymous$)[A-Za-z][A-Za-z0-9_-]*$/,
);

const provider = map({
  name,
  jwt: jwt.exactOptional(),
  apiKeys: map({ header: lowerHeaderName.default('x-api-key'), file: text }).exactOptional(),
  clientCertificate: map({
    subject: oneOf(certificateNames).default('commonName'),
    allow: texts.default(['*']),
    scopes: z.array(scope, 'a list of scopes').default([]),
  }).exactOptional(),
  basic: map({ file: text }).exactOptional(),
  introspection: map({
    url: confidentialUrl,
    clientId: text,
    clientSecret: text,
    audience: z.union([text, texts]).default([]),
    scopesClaim: text.default('scope'),
    subjectClaim: text.default('sub'),
    timeout: duration.default(1_000),
    cache: durationUpTo('60s').exactOptional(),
  }).exactOptional(),
  authorizer: map({
    url: confidentialUrl,
    headers: lowerHeaderNames.min(1, 'a list that is not empty'),
    timeout: duration.default(1_000),
    cache: durationUpTo('60s').exactOptional(),
  }).exactOptional(),
});

export type WrittenProvider = z.output<typeof provider>;

/** Each of a provider's kinds, of which it has one. */
export const providerKinds = ['jwt', 'apiKeys', 'clientCertificate', 'basic', 'introspection', 'authorizer'] as const;

const { failures, unavailable } = defaultIdentityOptions;
const count = integer('a whole number from 1 to 100000', 1, 100_000);

/** The section `identity:` as it is written. What its parts mean together is `read-identity.ts`'s. */
export const identityShape = map({
  providers: z.array(provider, 'a list of providers').default([]),
  failures: map({
    burst: count.default(failures.burst),
    perMinute: count.default(failures.perMinute),
  }).prefault({}),
  unavailable: z.union([integer('401', 401, 401), integer('503', 503, 503)]).default(unavailable),
}).prefault({});

export type WrittenIdentity = z.output<typeof identityShape>;

/** RFC 7518, 3.2: a key as long as the hash at the least. */
export const minSecretBytes = 32;

/** The file of an `apiKeys:` provider. */
export const apiKeysFileShape = map({
  keys: z.array(
    map({
      owner: text,
      sha256: pattern('the SHA-256 of the key: 64 hexadecimal digits', /^[0-9a-f]{64}$/),
      scopes: z.array(scope, 'a list of scopes').default([]),
      expires: textLeaf('a time such as 2027-01-31T00:00:00Z', at =>
        /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?Z)?$/.test(at) && !Number.isNaN(Date.parse(at))
          ? Date.parse(at)
          : undefined,
      ).exactOptional(),
    }),
    'a list of keys',
  ),
});
