import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { z } from 'zod';
import { isRecord } from '../../base/json.ts';
import type { WsSecurity } from '../../source/source.ts';
import type { ConfigTree, KeyPath } from '../config-tree.ts';
import { boolean, map, pattern } from '../leaves.ts';
import { isTrue, type RawSource } from '../source/raw-source.ts';
import { readPem } from '../source/tls-files.ts';

/** XML carries it. */
const text = pattern('a text without control characters', /^[^\p{Cc}\p{Cs}\uFFFE\uFFFF]+$/u);
const file = pattern('a text that is not empty', /\S/);

export const wsseShape = map({
  username: text.exactOptional(),
  password: text.exactOptional(),
  digest: boolean.default(true),
  timestamp: boolean.default(true),
  cert: file.exactOptional(),
  key: file.exactOptional(),
});

/** The same, with its files read; their paths are relative to `folder`. */
export async function readWsse(
  written: z.output<typeof wsseShape>,
  folder: string,
  tree: ConfigTree,
  path: KeyPath,
): Promise<WsSecurity> {
  const { cert, key, ...token } = written;
  if (cert === undefined || key === undefined) return token;
  const texts = {
    cert: await readPem(cert, folder, tree, [...path, 'cert']),
    key: await readPem(key, folder, tree, [...path, 'key']),
  };
  if (!tree.isUnusable([...path, 'cert']) && !tree.isUnusable([...path, 'key'])) checkPair(texts, tree, path);
  return { ...token, ...texts };
}

/** Signatures are by RSA and SHA-256: that is what everybody's WS-Security can verify. */
function checkPair(
  { cert, key }: { readonly cert: string; readonly key: string },
  tree: ConfigTree,
  path: KeyPath,
): void {
  const certificate = attempt(() => new X509Certificate(cert));
  if (!certificate)
    tree.wrong([...path, 'cert'], 'The file holds no certificate that can be read.', 'write it in PEM form');
  const secret = attempt(() => createPrivateKey(key));
  if (!secret) {
    const message = 'The file holds no private key that can be read.';
    tree.wrong([...path, 'key'], message, 'write it in PEM form, not encrypted');
  } else if (secret.asymmetricKeyType !== 'rsa') {
    tree.wrong([...path, 'key'], 'A key of this kind signs nothing here.', 'use RSA from 2048 bits');
  } else if (certificate && !certificate.checkPrivateKey(secret)) {
    tree.wrong([...path, 'key'], 'The key is not that of the certificate.');
  }
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

/** What of `wsse` needs what else. */
export function wsseRules(source: RawSource, path: KeyPath, tree: ConfigTree): void {
  const { credential } = source;
  if (!isRecord(credential) || !Object.hasOwn(credential, 'wsse')) return;
  const at = [...path, 'credential', 'wsse'];
  const { wsse } = credential;
  if (!isRecord(wsse)) return;
  const has = (key: string) => Object.hasOwn(wsse, key);
  for (const [one, other] of [
    ['username', 'password'],
    ['cert', 'key'],
  ] as const)
    if (has(one) !== has(other)) tree.wrong(at, `"${one}" and "${other}" go together.`, 'give both');
  if (isTrue(source['mtom']) && has('cert')) {
    const message = 'What is attached would not be signed: "mtom" and a signature do not go together.';
    tree.wrong([...path, 'mtom'], message, 'remove one of the two');
  }
  if (!has('username') && !has('password') && !has('cert') && !has('key'))
    tree.wrong(at, '"wsse" must have a user name and password, a certificate and key, or both.');
}
