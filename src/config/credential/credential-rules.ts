import { hopByHop } from '../../adapter/outgoing-headers.ts';
import { isRecord } from '../../base/json.ts';
import { isReference } from '../../base/reference.ts';
import { soapCredentials } from '../../source/credential.ts';
import { issuerOf } from '../../source/issuer-of.ts';
import type { ConfigTree, ConfigValue, KeyPath } from '../config-tree.ts';
import { protocolOf, type RawSource, type SourceRule, textAt } from '../source/raw-source.ts';
import { Substituted } from '../substitution.ts';
import { wsseRules } from './wsse-shape.ts';

const schemeKinds = 'bearer, basic, apiKey, oauth2, openIdConnect, tokenExchange, passThrough and signedPrincipal';
const everyKind = schemeKinds.replace(' and ', ', ').concat(', wsse and ntlm');
const staticKinds = 'bearer, basic and apiKey';

/** One credential of a source as it is written, and where. */
interface Written {
  readonly value: ConfigValue;
  readonly at: KeyPath;
  /** Of which it has one. */
  readonly kinds: string;
}

function credentialsOf({ credential, documentCredential, credentials }: RawSource): Written[] {
  const named = isRecord(credentials) ? (Object.entries(credentials) as [string, ConfigValue][]) : []; // a record of the tree
  return [
    { value: credential ?? null, at: ['credential'], kinds: everyKind },
    { value: documentCredential ?? null, at: ['documentCredential'], kinds: staticKinds },
    ...named.map(([scheme, value]) => ({ value, at: ['credentials', scheme], kinds: schemeKinds })),
  ];
}

function kinds(source: RawSource, path: KeyPath, tree: ConfigTree): void {
  for (const { value, at, kinds } of credentialsOf(source)) {
    if (!isRecord(value)) continue;
    if (Object.keys(value).length !== 1) tree.wrong([...path, ...at], `"${at.at(-1)}" must have one of ${kinds}.`);
    if (protocolOf(source) !== 'grpc' || !isRecord(value['apiKey'])) continue;
    const place = value['apiKey']['in'];
    if (place !== 'query' && place !== 'cookie') continue;
    tree.wrong(
      [...path, ...at, 'apiKey', 'in'],
      `gRPC has no ${place}: an API key goes into the metadata.`,
      'write in: header',
    );
  }
}

/** SOAP's alone: what stands in the message, and what signs in to a connection. */
function ofSoap(source: RawSource, path: KeyPath, tree: ConfigTree): void {
  const { credential } = source;
  const protocol = protocolOf(source);
  if (!isRecord(credential) || protocol === undefined || protocol === 'soap') return;
  for (const kind of Object.keys(credential).filter(kind => soapCredentials.has(kind)))
    tree.unknown(
      [...path, 'credential', kind],
      `"${kind}" is a credential of soap sources; this one is ${protocol}.`,
      'remove it',
    );
}

/** Metadata are believed of the issuer alone that they are fetched from. */
function issuers(source: RawSource, path: KeyPath, tree: ConfigTree): void {
  for (const { value, at } of credentialsOf(source)) {
    const client = isRecord(value) ? (value['openIdConnect'] as ConfigValue) : undefined; // a record of the tree
    if (!isRecord(client) || Object.hasOwn(client, 'issuer')) continue;
    const url = textAt(client as RawSource, 'discoveryUrl'); // a record of the tree
    if (url === undefined || !URL.canParse(url) || issuerOf(url) !== undefined) continue;
    const message = 'The URL does not tell whose metadata are there.';
    const hint = 'give "issuer", or a URL that ends in /.well-known/openid-configuration';
    tree.missing([...path, ...at, 'openIdConnect'], 'issuer', message, hint);
  }
}

function documentOfFile(source: RawSource, path: KeyPath, tree: ConfigTree): void {
  const document = textAt(source, 'document');
  if (!Object.hasOwn(source, 'documentCredential') || document === undefined || /^https?:/i.test(document)) return;
  tree.wrong(
    [...path, 'documentCredential'],
    'A document that is a file needs no credential.',
    'remove it, or did you mean "credential"?',
  );
}

/** What signs the caller in is never what a client says, nor the same for everyone. */
function headersOfCredential(source: RawSource, path: KeyPath, tree: ConfigTree): void {
  const { headers, forward } = source;
  for (const { value, at } of credentialsOf(source)) {
    const [kind] = isRecord(value) ? Object.keys(value) : [];
    const byDefault = kind === undefined ? undefined : bridgedHeaders[kind];
    if (byDefault === undefined || !isRecord(value)) continue;
    const settings = value[kind!];
    const written = isRecord(settings) ? textAt(settings as RawSource, 'header') : undefined; // a record of the tree
    const header = (written ?? byDefault).toLowerCase();
    const refuse = (place: KeyPath) =>
      tree.wrong([...path, ...place], `The header "${header}" is set by "${kind}" alone.`, 'remove one of the two');
    if (hopByHop.has(header)) {
      const message = `The header "${header}" belongs to each connection: it cannot carry who asks.`;
      tree.wrong([...path, ...at, kind!, 'header'], message, `for example ${byDefault}`);
    }
    for (const name of isRecord(headers) ? Object.keys(headers) : [])
      if (name.toLowerCase() === header) refuse(['headers', name]);
    for (const [index, name] of (Array.isArray(forward) ? forward : []).entries())
      if (typeof name === 'string' && name.toLowerCase() === header) refuse(['forward', index]);
  }
}

/** The headers of credentials that are made while the gateway runs, where nothing else is written. */
const bridgedHeaders: Readonly<Record<string, string>> = {
  passThrough: 'authorization',
  oauth2: 'authorization',
  openIdConnect: 'authorization',
  tokenExchange: 'authorization',
  signedPrincipal: 'x-selvage-principal',
  ntlm: 'authorization',
};

const secretsOfCredential: readonly KeyPath[] = [
  ['bearer'],
  ['basic', 'password'],
  ['apiKey', 'value'],
  ['oauth2', 'clientSecret'],
  ['openIdConnect', 'clientSecret'],
  ['tokenExchange', 'clientSecret'],
  ['wsse', 'password'],
  ['ntlm', 'password'],
];

function literalSecrets(source: RawSource, path: KeyPath, tree: ConfigTree): void {
  const places = credentialsOf(source).flatMap(({ at }) => secretsOfCredential.map(secret => [...at, ...secret]));
  for (const kind of ['standard', 'stripe', 'hmac']) places.push(['webhooks', kind, 'secret']);
  places.push(['webhooks', 'sharedSecret', 'value']);
  const headers = isRecord(source['headers']) ? source['headers'] : {};
  for (const header of Object.keys(headers)) {
    if (/authorization|cookie|token|secret|password|api-?key/i.test(header) && !isReference(headers[header]))
      places.push(['headers', header]);
  }
  const { soapHeaders } = source;
  if (soapHeaders !== undefined) places.push(...secretPlaces(soapHeaders, ['soapHeaders']));
  for (const place of places) {
    const value = place.reduce<unknown>((inner, key) => (isRecord(inner) ? inner[key] : undefined), source);
    if (typeof value !== 'string' && !(value instanceof Substituted && !value.foreign)) continue;
    const message = 'A secret stands in the file, where all who can read the file can read it.';
    tree.warn([...path, ...place], 'CONFIG_LITERAL_SECRET', message, `put it into the environment and write \${NAME}`);
  }
}

/** Texts of a template whose names say that they hold a secret. */
function secretPlaces(value: unknown, path: readonly string[]): string[][] {
  if (value instanceof Substituted || typeof value === 'string')
    return /token|secret|password|api-?key/i.test(String(path.at(-1))) && !isReference(value) ? [[...path]] : [];
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) => secretPlaces(inner, [...path, key]));
}

export const credentialRules: readonly SourceRule[] = [
  kinds,
  ofSoap,
  wsseRules,
  issuers,
  documentOfFile,
  headersOfCredential,
  literalSecrets,
];
