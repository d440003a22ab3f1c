import { hopByHop, isForwardable } from '../adapter/outgoing-headers.ts';
import { isRecord } from '../base/json.ts';
import { didYouMean } from '../base/suggestion.ts';
import { optionOwners } from '../source/option-owners.ts';
import type { ConfigTree, ConfigValue, KeyPath } from './config-tree.ts';
import { Substituted } from './substitution.ts';

type RawSource = Readonly<Record<string, ConfigValue>>;

/** One rule about a source as it is written: it sees the whole of it, right or wrong, and says what does not go together. */
type Rule = (source: RawSource, path: KeyPath, tree: ConfigTree, protocols: readonly string[]) => void;

/** What the shape of a single value cannot tell. */
export function applySourceRules(
  tree: ConfigTree,
  path: KeyPath,
  source: RawSource,
  protocols: readonly string[],
): void {
  for (const rule of rules) rule(source, path, tree, protocols);
}

const rules: readonly Rule[] = [
  name,
  protocol,
  origin,
  endpointAddress,
  documentAddress,
  optionsOfProtocol,
  credentials,
  headersOfConnection,
  headersOfCredential,
  literalSecrets,
];

/** A name stands before the dot of a link's `call`. */
function name(_source: RawSource, path: KeyPath, tree: ConfigTree): void {
  const written = String(path.at(-1));
  if (/^[A-Za-z][A-Za-z0-9_-]*$/.test(written)) return;
  tree.unknown(path, `"${written}" is no name for a source.`, 'letters, digits, _ and -, a letter first');
}

function protocol(source: RawSource, path: KeyPath, tree: ConfigTree, protocols: readonly string[]): void {
  const written = text(source, 'protocol');
  if (written === undefined || protocols.includes(written)) return;
  const hint = `protocols: ${protocols.join(', ')}`;
  tree.wrong(
    [...path, 'protocol'],
    `"${written}" is no protocol.${didYouMean(written, protocols)}`,
    hint,
    'PROTOCOL_UNKNOWN',
  );
}

/** Where the description comes from and where the calls go. */
function origin(source: RawSource, path: KeyPath, tree: ConfigTree): void {
  const protocol = protocolOf(source);
  const has = (key: string) => Object.hasOwn(source, key);
  const missing = (key: string, message: string, hint: string) => tree.missing(path, key, message, hint);
  const reflects = isTrue(source['reflection']);
  if (reflects && has('document')) {
    tree.wrong(
      [...path, 'reflection'],
      'A source has either a document or reflection, not both.',
      'remove one of them',
    );
  }
  if (protocol === undefined) {
    if (!has('document')) {
      const hint = has('endpoint')
        ? 'set protocol: graphql if the endpoint speaks it'
        : 'set document: to its file or URL';
      missing('document', 'The source has no document to tell its protocol from.', hint);
    }
  } else if (protocol === 'grpc') {
    if (!has('document') && !reflects)
      missing(
        'document',
        'The source has neither a document nor reflection.',
        'set document: to its .proto, or reflection: true',
      );
    if (!has('endpoint'))
      missing('endpoint', 'The source has no endpoint; a .proto does not tell one.', 'set endpoint: host:port');
  } else if (protocol === 'graphql') {
    if (!has('endpoint'))
      missing('endpoint', 'The source has no endpoint.', 'set endpoint: to the URL of its GraphQL server');
  } else if (!has('document')) {
    missing('document', 'The source has no document.', 'set document: to its file or URL');
  }
}

function endpointAddress(source: RawSource, path: KeyPath, tree: ConfigTree): void {
  const written = text(source, 'endpoint');
  const protocol = protocolOf(source);
  const at = [...path, 'endpoint'];
  if (written === undefined || protocol === undefined) return;
  if (protocol === 'grpc') {
    if (!/^(https?:\/\/)?(\[[0-9a-fA-F:.]+\]|[\w.-]+):\d{1,5}$/.test(written)) {
      tree.wrong(at, 'The endpoint of a gRPC source must be host:port.', 'for example stock.internal:50051');
    }
    return;
  }
  const url = URL.canParse(written) ? new URL(written) : undefined;
  if (!url || !/^https?:$/.test(url.protocol)) {
    tree.wrong(at, 'The endpoint must be an http or https URL.', 'for example https://billing.internal/soap');
    return;
  }
  refuseUserInfo(url, at, tree, 'credential');
  const tls = isTrue(source['tls']) ? true : isFalse(source['tls']) ? false : undefined;
  if (tls !== undefined && tls !== (url.protocol === 'https:')) {
    const scheme = url.protocol.slice(0, -1);
    tree.wrong(
      [...path, 'tls'],
      `"tls: ${tls}" contradicts the endpoint, whose scheme is ${scheme}.`,
      'leave tls out: the scheme tells it',
    );
  }
}

function documentAddress(source: RawSource, path: KeyPath, tree: ConfigTree): void {
  const written = text(source, 'document');
  if (written === undefined || !/^[A-Za-z][A-Za-z0-9+.-]+:/.test(written)) return;
  const at = [...path, 'document'];
  const url = URL.canParse(written) ? new URL(written) : undefined;
  if (url && /^https?:$/.test(url.protocol)) refuseUserInfo(url, at, tree, 'documentCredential');
  else tree.wrong(at, 'The document must be a file, a folder, or an http or https URL.');
}

function refuseUserInfo(url: URL, at: KeyPath, tree: ConfigTree, credential: string): void {
  if (url.username === '' && url.password === '') return;
  tree.wrong(
    at,
    'A URL must not hold a user name or password.',
    `write them as ${credential}: { basic: { username, password } }`,
  );
}

function optionsOfProtocol(source: RawSource, path: KeyPath, tree: ConfigTree, protocols: readonly string[]): void {
  const protocol = protocolOf(source);
  if (protocol === undefined || !protocols.includes(protocol)) return;
  for (const [option, owners] of Object.entries(optionOwners)) {
    if (!Object.hasOwn(source, option) || owners.includes(protocol)) continue;
    const message = `"${option}" is an option of ${owners.join(', ')} sources; this one is ${protocol}.`;
    tree.unknown([...path, option], message, option === 'port' ? 'a TCP port belongs into endpoint:' : 'remove it');
  }
}

const credentialKinds = {
  credential: 'bearer, basic, apiKey, oauth2, tokenExchange, passThrough and signedPrincipal',
  documentCredential: 'bearer, basic and apiKey',
} as const;

function credentials(source: RawSource, path: KeyPath, tree: ConfigTree): void {
  for (const key of ['credential', 'documentCredential'] as const) {
    const credential = source[key];
    if (!isRecord(credential)) continue;
    const kinds = Object.keys(credential);
    if (kinds.length !== 1) tree.wrong([...path, key], `"${key}" must have one of ${credentialKinds[key]}.`);
    if (protocolOf(source) !== 'grpc' || !isRecord(credential['apiKey'])) continue;
    const place = credential['apiKey']['in'];
    if (place !== 'query' && place !== 'cookie') continue;
    tree.wrong(
      [...path, key, 'apiKey', 'in'],
      `gRPC has no ${place}: an API key goes into the metadata.`,
      'write in: header',
    );
  }
  const document = text(source, 'document');
  if (!Object.hasOwn(source, 'documentCredential') || document === undefined || /^https?:/i.test(document)) return;
  tree.wrong(
    [...path, 'documentCredential'],
    'A document that is a file needs no credential.',
    'remove it, or did you mean "credential"?',
  );
}

/** RFC 9110, 7.6.1: these belong to one connection, so they are never set or passed on. */
function headersOfConnection(source: RawSource, path: KeyPath, tree: ConfigTree): void {
  const refuse = (at: KeyPath, header: string) =>
    tree.wrong(
      at,
      `The header "${header}" belongs to each connection: it can be neither set nor forwarded.`,
      'remove it',
    );
  const { headers, forward } = source;
  for (const header of isRecord(headers) ? Object.keys(headers) : []) {
    if (hopByHop.has(header.toLowerCase())) refuse([...path, 'headers', header], header);
  }
  for (const [index, header] of (Array.isArray(forward) ? forward : []).entries()) {
    if (typeof header !== 'string') continue;
    const at = [...path, 'forward', index];
    if (hopByHop.has(header.toLowerCase())) refuse(at, header);
    else if (!isForwardable(header.toLowerCase())) {
      const because = header.includes('_')
        ? `backends may take it for "${header.replaceAll('_', '-')}"`
        : 'it is for the gateway itself to say';
      tree.wrong(at, `The header "${header}" is never forwarded: ${because}.`, 'remove it');
    }
  }
}

/** What signs the caller in is never what a client says, nor the same for everyone. */
function headersOfCredential(source: RawSource, path: KeyPath, tree: ConfigTree): void {
  const { credential, headers, forward } = source;
  const [kind] = isRecord(credential) ? Object.keys(credential) : [];
  const byDefault = kind === undefined ? undefined : bridgedHeaders[kind];
  if (byDefault === undefined || !isRecord(credential)) return;
  const settings = credential[kind!];
  const header = ((isRecord(settings) ? text(settings as RawSource, 'header') : undefined) ?? byDefault).toLowerCase(); // a record of the tree
  const refuse = (at: KeyPath) =>
    tree.wrong([...path, ...at], `The header "${header}" is set by "${kind}" alone.`, 'remove one of the two');
  if (hopByHop.has(header)) {
    const message = `The header "${header}" belongs to each connection: it cannot carry who asks.`;
    tree.wrong([...path, 'credential', kind!, 'header'], message, `for example ${byDefault}`);
  }
  for (const name of isRecord(headers) ? Object.keys(headers) : [])
    if (name.toLowerCase() === header) refuse(['headers', name]);
  for (const [index, name] of (Array.isArray(forward) ? forward : []).entries())
    if (typeof name === 'string' && name.toLowerCase() === header) refuse(['forward', index]);
}

/** The headers of credentials that are made while the gateway runs, where nothing else is written. */
const bridgedHeaders: Readonly<Record<string, string>> = {
  passThrough: 'authorization',
  oauth2: 'authorization',
  tokenExchange: 'authorization',
  signedPrincipal: 'x-selvage-principal',
};

function literalSecrets(source: RawSource, path: KeyPath, tree: ConfigTree): void {
  const places: KeyPath[] = ['credential', 'documentCredential'].flatMap(key => [
    [key, 'bearer'],
    [key, 'basic', 'password'],
    [key, 'apiKey', 'value'],
    [key, 'oauth2', 'clientSecret'],
    [key, 'tokenExchange', 'clientSecret'],
  ]);
  const { headers } = source;
  for (const header of isRecord(headers) ? Object.keys(headers) : []) {
    if (/authorization|cookie|token|secret|password|api-?key/i.test(header)) places.push(['headers', header]);
  }
  for (const place of places) {
    const value = place.reduce<unknown>((inner, key) => (isRecord(inner) ? inner[key] : undefined), source);
    if (typeof value !== 'string' && !(value instanceof Substituted && !value.foreign)) continue;
    const message = 'A secret stands in the file, where all who can read the file can read it.';
    tree.warn([...path, ...place], 'CONFIG_LITERAL_SECRET', message, `put it into the environment and write \${NAME}`);
  }
}

function text(source: RawSource, key: string): string | undefined {
  const value = source[key];
  return value instanceof Substituted ? value.text : typeof value === 'string' ? value : undefined;
}

/** Reflection is gRPC's alone. */
function protocolOf(source: RawSource): string | undefined {
  return text(source, 'protocol') ?? (isTrue(source['reflection']) ? 'grpc' : undefined);
}

function isTrue(value: ConfigValue | undefined): boolean {
  return value === true || (value instanceof Substituted && value.text === 'true');
}

function isFalse(value: ConfigValue | undefined): boolean {
  return value === false || (value instanceof Substituted && value.text === 'false');
}
