import { isRecord, own } from '../../base/json.ts';
import type {
  ApiKey,
  BasicUser,
  IdentityOptions,
  JwtAlgorithm,
  JwtOptions,
  KeyOrigin,
  ProviderOptions,
} from '../../edge/identity/identity-options.ts';
import { defaultAlgorithms, secretAlgorithms } from '../../edge/identity/identity-options.ts';
import { parseHash } from '../../edge/identity/password.ts';
import { isConfidential } from '../../source/json-client.ts';
import { ConfigTree, type KeyPath } from '../config-tree.ts';
import { readTextFile } from '../read-text-file.ts';
import { reportIssues } from '../report-issues.ts';
import { Substituted } from '../substitution.ts';
import {
  apiKeysFileShape,
  minSecretBytes,
  providerKinds,
  scope,
  type WrittenIdentity,
  type WrittenProvider,
} from './identity-shape.ts';

const base: KeyPath = ['identity', 'providers'];

/** The options of `identity:`: what its parts do not mean together is told, and the files that it names are read. */
export async function readIdentity(
  { providers, failures, unavailable }: WrittenIdentity,
  folder: string,
  tree: ConfigTree,
): Promise<IdentityOptions> {
  const files: string[] = [];
  const reading: Reading = {
    tree,
    async read(name, path) {
      const found = await readTextFile(name, folder, tree, path);
      if (found) files.push(found.file);
      return found;
    },
  };
  const read: ProviderOptions[] = [];
  for (const [index, provider] of providers.entries()) {
    const path = [...base, index];
    refuseRepeated(providers, index, path, tree);
    const options = await readProvider(provider, path, reading);
    if (options) read.push(options);
  }
  return { providers: read, failures, unavailable: unavailable === 401 ? 401 : 503, files };
}

interface Reading {
  readonly tree: ConfigTree;
  read(name: string, path: KeyPath): Promise<{ readonly file: string; readonly text: string } | undefined>;
}

function refuseRepeated(providers: readonly WrittenProvider[], index: number, path: KeyPath, tree: ConfigTree): void {
  const provider = providers[index]!;
  const before = providers.slice(0, index);
  if (before.some(({ name }) => name === provider.name)) {
    tree.wrong([...path, 'name'], `Two providers have the name "${provider.name}".`, 'principals are told apart by it');
  }
  if (provider.basic && before.some(({ basic }) => basic)) {
    tree.wrong([...path, 'basic'], 'There is a provider with "basic" already.', 'put all users into one file');
  }
  const readsBearer = provider.introspection !== undefined || provider.jwt?.header === 'authorization';
  if (readsBearer && before.some(({ introspection }) => introspection)) {
    const message = `"${provider.name}" gets no token: an introspection before it judges them all.`;
    tree.wrong(path, message, 'move the provider with introspection behind those with jwt; there can be one');
  }
}

async function readProvider(
  provider: WrittenProvider,
  path: KeyPath,
  reading: Reading,
): Promise<ProviderOptions | undefined> {
  const { name, jwt, apiKeys, clientCertificate, basic, introspection, authorizer } = provider;
  const { tree } = reading;
  if (providerKinds.filter(kind => provider[kind] !== undefined).length !== 1) {
    tree.wrong(path, `The provider "${name}" must have one of ${providerKinds.join(', ')}.`);
    return undefined;
  }
  if (jwt) {
    const options = await readJwt(jwt, [...path, 'jwt'], reading);
    return options && { name, jwt: options };
  }
  if (apiKeys) {
    const keys = await readKeys(apiKeys.file, [...path, 'apiKeys', 'file'], reading);
    return { name, apiKeys: { header: apiKeys.header, keys } };
  }
  if (clientCertificate) {
    const gateway = isRecord(tree.value) ? own(tree.value, 'gateway') : undefined;
    const tls = isRecord(gateway) ? own(gateway, 'tls') : undefined;
    if (!isRecord(tls) || own(tls, 'clientCa') === undefined) {
      const hint = 'set gateway.tls.clientCa to the authorities whose certificates are believed';
      tree.wrong([...path, 'clientCertificate'], 'No client is asked for a certificate.', hint);
    }
    return { name, clientCertificate };
  }
  if (basic) return { name, basic: { users: await readUsers(basic.file, [...path, 'basic', 'file'], reading) } };
  if (introspection) {
    warnOfLiteral([...path, 'introspection', 'clientSecret'], tree);
    const { audience, cache = 0 } = introspection;
    return { name, introspection: { ...introspection, audience: [audience].flat(), cache } };
  }
  return authorizer && { name, authorizer: { ...authorizer, cache: authorizer.cache ?? 0 } };
}

async function readJwt(
  written: NonNullable<WrittenProvider['jwt']>,
  path: KeyPath,
  reading: Reading,
): Promise<JwtOptions | undefined> {
  const { jwks, discovery, secret, algorithms, audience, type, ...rest } = written;
  const { tree } = reading;
  const ways = [jwks !== undefined, discovery === true, secret !== undefined].filter(Boolean).length;
  if (ways !== 1) {
    tree.wrong(path, '"jwt" must have one of jwks, discovery: true and secret.', 'it tells where the keys come from');
    return undefined;
  }
  const keys = await keyOrigin(written, path, reading);
  const wanted: readonly JwtAlgorithm[] = algorithms ?? (secret === undefined ? defaultAlgorithms : ['HS256']);
  const isSecret = (algorithm: JwtAlgorithm) => secretAlgorithms.some(each => each === algorithm);
  if (wanted.some(algorithm => isSecret(algorithm) !== (secret !== undefined))) {
    const message =
      secret === undefined
        ? 'HS256, HS384 and HS512 need a "secret": public keys must never be taken for one.'
        : 'With a "secret" the algorithms are HS256, HS384 and HS512.';
    tree.wrong([...path, 'algorithms'], message);
  }
  return (
    keys && {
      ...rest,
      audience: [audience].flat(),
      keys,
      algorithms: wanted,
      ...(type === undefined ? {} : { type }),
    }
  );
}

async function keyOrigin(
  { jwks, secret, issuer }: NonNullable<WrittenProvider['jwt']>,
  path: KeyPath,
  { tree, read }: Reading,
): Promise<KeyOrigin | undefined> {
  const confidential = 'https, or http on this machine alone, without user name and password';
  if (secret !== undefined) {
    warnOfLiteral([...path, 'secret'], tree);
    if (Buffer.byteLength(secret) < minSecretBytes) {
      tree.wrong([...path, 'secret'], `The secret has less than ${minSecretBytes} bytes (RFC 7518, 3.2).`);
    }
    return { kind: 'secret', secret };
  }
  if (jwks === undefined) {
    if (isConfidential(issuer)) return { kind: 'discovery' };
    tree.wrong([...path, 'issuer'], 'Discovery needs an issuer that is a URL.', confidential);
    return undefined;
  }
  const at = [...path, 'jwks'];
  if (/^[A-Za-z][A-Za-z0-9+.-]*:\/\//.test(jwks)) {
    if (isConfidential(jwks)) return { kind: 'jwks', url: jwks };
    tree.wrong(at, 'The keys must come from an address that can be trusted.', confidential);
    return undefined;
  }
  const found = await read(jwks, at);
  if (!found) return undefined;
  const set = keySetOf(found.text);
  if (set) return { kind: 'fixed', jwks: set };
  tree.wrong(at, `The file ${found.file} is no set of public keys (RFC 7517, 5).`, 'it is JSON: { "keys": [...] }');
  return undefined;
}

/** Secret and private keys have no business in a file of keys to verify by (RFC 7518, 6.2.2, 6.3.2, 6.4). */
function keySetOf(text: string): Extract<KeyOrigin, { kind: 'fixed' }>['jwks'] | undefined {
  try {
    const set: unknown = JSON.parse(text);
    const keys = isRecord(set) ? own(set, 'keys') : undefined;
    if (!Array.isArray(keys) || keys.length === 0) return undefined;
    const isPublic = (key: unknown) => isRecord(key) && !Object.hasOwn(key, 'd') && !Object.hasOwn(key, 'k');
    return keys.every(isPublic) ? { keys } : undefined;
  } catch {
    return undefined;
  }
}

function warnOfLiteral(path: KeyPath, tree: ConfigTree): void {
  const value = path.reduce<unknown>(
    (inner, key) => (Array.isArray(inner) ? inner[Number(key)] : isRecord(inner) ? own(inner, String(key)) : undefined),
    tree.value,
  );
  if (value instanceof Substituted && value.foreign) return;
  const message = 'A secret stands in the file, where all who can read the file can read it.';
  tree.warn(path, 'CONFIG_LITERAL_SECRET', message, `put it into the environment and write \${NAME}`);
}

/** The file is read as the configuration is: with places, and references to nothing. */
async function readKeys(name: string, path: KeyPath, { tree, read }: Reading): Promise<readonly ApiKey[]> {
  const found = await read(name, path);
  if (!found) return [];
  const inner = new ConfigTree(found.text, found.file, {});
  const parsed = apiKeysFileShape.safeParse(inner.value);
  if (!parsed.success) reportIssues(inner, [], parsed.error.issues);
  for (const diagnostic of inner.diagnostics) tree.adopt(path, diagnostic);
  if (!parsed.success) return [];
  const seen = new Set<string>();
  for (const { sha256 } of parsed.data.keys) {
    if (seen.has(sha256)) tree.wrong(path, `The file ${found.file} has a key twice (sha256 ${sha256.slice(0, 8)}…).`);
    seen.add(sha256);
  }
  return parsed.data.keys;
}

/** Lines of `user:$scrypt$…` or `user:$scrypt$…:scope scope`; empty ones and those that begin with # say nothing. */
async function readUsers(name: string, path: KeyPath, { tree, read }: Reading): Promise<readonly BasicUser[]> {
  const found = await read(name, path);
  const users = new Map<string, BasicUser>();
  for (const [index, line] of (found?.text ?? '').split(/\r?\n/).entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const [user = '', written = '', scopes = ''] = line.split(':', 3);
    const hash = parseHash(written);
    const names = scopes.split(' ').filter(each => each !== '');
    const fault =
      user === '' || users.has(user)
        ? 'has no user, or one that stands above'
        : !hash
          ? 'has no scrypt hash of 64 MB at most'
          : names.some(each => !scope.safeParse(each).success)
            ? 'has scopes that are none'
            : undefined;
    if (fault !== undefined || !hash) {
      const hint = 'write user:$scrypt$ln=14,r=8,p=1$salt$hash, and :scopes where there are any';
      tree.wrong([...path, index + 1], `Line ${index + 1} of the file ${found?.file} ${fault}.`, hint);
      continue;
    }
    users.set(user, { name: user, hash, scopes: names });
  }
  return [...users.values()];
}
