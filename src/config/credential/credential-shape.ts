import { createPrivateKey } from 'node:crypto';
import * as z from 'zod';
import { algorithmOf } from '../../adapter/sign-in/signing-algorithm.ts';
import { token } from '../../base/token.ts';
import { isConfidential } from '../../source/json-client.ts';
import type { BridgedCredential, Credential, SchemeCredential, StaticCredential } from '../../source/source.ts';
import type { ConfigTree, KeyPath } from '../config-tree.ts';
import { duration, map, oneOf, pattern, textLeaf } from '../leaves.ts';
import { readPem } from '../source/tls-files.ts';
import { ntlmShape } from './ntlm-shape.ts';
import { readWsse, wsseShape } from './wsse-shape.ts';

const secret = pattern('a text without line breaks and control characters', /^[\t\x20-\x7e\x80-\xff]+$/);
const text = pattern('a text that is not empty', /\S/);

const apiKey = {
  in: oneOf(['header', 'query', 'cookie']),
  name: pattern('the name of a header, of a query parameter or of a cookie', token),
  value: secret,
};

const staticKinds = {
  bearer: secret.exactOptional(),
  basic: map({
    username: pattern('a text without colons and control characters (RFC 7617, 2)', /^[^:\p{Cc}]+$/u),
    password: secret,
  }).exactOptional(),
  apiKey: map(apiKey).exactOptional(),
};

/** Any protocol can carry it: gRPC's metadata has less room than HTTP's headers. */
const carrier = textLeaf("the name of a header: letters, digits, - and ., none of gRPC's own", name =>
  /^(?!grpc-)[0-9A-Za-z.-]+(?<!-bin)$/i.test(name) ? name.toLowerCase() : undefined,
);

/** RFC 6749, 3.2: TLS, and no fragment. */
const tokenUrl = textLeaf('an https URL (http is for this machine alone) without user name and fragment', written => {
  if (!URL.canParse(written)) return undefined;
  const url = new URL(written);
  if (url.username !== '' || url.password !== '' || url.hash !== '') return undefined;
  const isOwn = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(url.hostname);
  return url.protocol === 'https:' || (url.protocol === 'http:' && isOwn) ? url.href : undefined;
});

const discoveryUrl = textLeaf(
  'an https URL (http is for this machine alone) without user name, password and fragment',
  url => (isConfidential(url) && !url.includes('#') ? new URL(url).href : undefined),
);

const uri = textLeaf('an absolute URI without fragment', written =>
  URL.canParse(written) && !written.includes('#') ? written : undefined,
);

/** RFC 6749, 3.3. */
const scope = pattern('a scope: printable ASCII without spaces, " and \\', /^[\x21\x23-\x5b\x5d-\x7e]+$/);

const tokenClient = {
  clientId: secret,
  clientSecret: secret,
  authentication: oneOf(['basic', 'post']).default('basic'),
  scopes: z.array(scope, 'a list of scopes').default([]),
  audience: text.exactOptional(),
  resource: uri.exactOptional(),
};
const oauthClient = { tokenUrl, ...tokenClient };

export const staticCredentialShape = map(staticKinds);

const bridgedKinds = {
  passThrough: map({
    header: carrier.default('authorization'),
    withoutToken: oneOf(['refuse', 'unsigned']).default('unsigned'),
  }).exactOptional(),
  oauth2: map(oauthClient).exactOptional(),
  openIdConnect: map({ discoveryUrl, issuer: uri.exactOptional(), ...tokenClient }).exactOptional(),
  tokenExchange: map({
    ...oauthClient,
    subjectTokenType: uri.default('urn:ietf:params:oauth:token-type:access_token'),
    requestedTokenType: uri.exactOptional(),
    withoutToken: oneOf(['refuse', 'unsigned', 'client-credentials']).default('refuse'),
  }).exactOptional(),
  signedPrincipal: map({
    key: text,
    keyId: text.exactOptional(),
    header: carrier.default('x-selvage-principal'),
    issuer: text.default('selvage'),
    audience: text.exactOptional(),
    lifetime: duration.default(60_000),
    anonymous: oneOf(['refuse', 'unsigned']).default('refuse'),
  }).exactOptional(),
};

export const credentialShape = map({
  ...staticKinds,
  ...bridgedKinds,
  wsse: wsseShape.exactOptional(),
  ntlm: ntlmShape.exactOptional(),
});

/** Of a security scheme, which says where its API key goes. */
export const schemeCredentialShape = map({
  ...staticKinds,
  apiKey: map({ in: apiKey.in.exactOptional(), name: apiKey.name.exactOptional(), value: secret }).exactOptional(),
  ...bridgedKinds,
});

type WrittenStatic = z.output<typeof staticCredentialShape>;
type Written = z.output<typeof credentialShape>;
type WrittenOfScheme = z.output<typeof schemeCredentialShape>;

/** The first kind that is written: that there is one is told by `source-rules.ts`. */
export function staticCredentialOf(written: WrittenStatic = {}): StaticCredential | undefined {
  if (written.bearer !== undefined) return { bearer: written.bearer };
  if (written.basic !== undefined) return { basic: written.basic };
  return written.apiKey === undefined ? undefined : { apiKey: written.apiKey };
}

/** The same, with the key file that it may name read; its path is relative to `folder`. */
export async function readCredential(
  written: Written = {},
  folder: string,
  tree: ConfigTree,
  path: KeyPath,
): Promise<Credential | undefined> {
  if (written.ntlm !== undefined) return { ntlm: written.ntlm };
  if (written.wsse !== undefined) return { wsse: await readWsse(written.wsse, folder, tree, [...path, 'wsse']) };
  return (await readBridged(written, folder, tree, path)) ?? staticCredentialOf(written);
}

/** Those of security schemes, by the schemes' names. */
export async function readCredentials(
  written: Readonly<Record<string, WrittenOfScheme>>,
  folder: string,
  tree: ConfigTree,
  path: KeyPath,
): Promise<Readonly<Record<string, SchemeCredential>>> {
  const credentials: [string, SchemeCredential][] = [];
  for (const [scheme, each] of Object.entries(written)) {
    const { apiKey, ...others } = each;
    const bridged = await readBridged(others, folder, tree, [...path, scheme]);
    const credential = bridged ?? staticCredentialOf(others) ?? (apiKey && { apiKey });
    if (credential) credentials.push([scheme, credential]);
  }
  return Object.fromEntries(credentials);
}

async function readBridged(
  { passThrough, oauth2, openIdConnect, tokenExchange, signedPrincipal }: Omit<Written, 'apiKey' | 'wsse' | 'ntlm'>,
  folder: string,
  tree: ConfigTree,
  path: KeyPath,
): Promise<BridgedCredential | undefined> {
  if (passThrough !== undefined) return { passThrough };
  if (oauth2 !== undefined) return { oauth2 };
  if (openIdConnect !== undefined) return { openIdConnect };
  if (tokenExchange !== undefined) return { tokenExchange };
  if (signedPrincipal === undefined) return undefined;
  const key = await readSigningKey(signedPrincipal.key, folder, tree, [...path, 'signedPrincipal', 'key']);
  return { signedPrincipal: { ...signedPrincipal, key } };
}

async function readSigningKey(file: string, folder: string, tree: ConfigTree, path: KeyPath): Promise<string> {
  const pem = await readPem(file, folder, tree, path);
  if (tree.isUnusable(path)) return pem;
  try {
    if (algorithmOf(createPrivateKey(pem)) === undefined) {
      tree.wrong(
        path,
        'A key of this kind signs nothing here.',
        'use P-256, P-384, P-521, Ed25519 or RSA from 2048 bits',
      );
    }
  } catch {
    tree.wrong(path, 'The file holds no private key that can be read.', 'write it in PEM form, not encrypted');
  }
  return pem;
}
