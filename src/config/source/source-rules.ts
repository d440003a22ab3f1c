import { hopByHop, isForwardable } from '../../adapter/outgoing-headers.ts';
import { isRecord } from '../../base/json.ts';
import { isReference, readReference } from '../../base/reference.ts';
import { didYouMean } from '../../base/suggestion.ts';
import { optionOwners } from '../../source/option-owners.ts';
import type { ConfigTree, KeyPath } from '../config-tree.ts';
import { credentialRules } from '../credential/credential-rules.ts';
import { isFalse, isTrue, protocolOf, type RawSource, type SourceRule, textAt } from './raw-source.ts';

/** What the shape of a single value cannot tell. */
export function applySourceRules(
  tree: ConfigTree,
  path: KeyPath,
  source: RawSource,
  protocols: readonly string[],
): void {
  for (const rule of rules) rule(source, path, tree, protocols);
}

const rules: readonly SourceRule[] = [
  name,
  protocol,
  origin,
  endpointAddress,
  documentAddress,
  optionsOfProtocol,
  serverOfDocument,
  headersOfConnection,
  headersOfRequest,
  ...credentialRules,
];

/** A name stands before the dot of a link's `call`. */
function name(_source: RawSource, path: KeyPath, tree: ConfigTree): void {
  const written = String(path.at(-1));
  if (/^[A-Za-z][A-Za-z0-9_-]*$/.test(written)) return;
  tree.unknown(path, `"${written}" is no name for a source.`, 'letters, digits, _ and -, a letter first');
}

function protocol(source: RawSource, path: KeyPath, tree: ConfigTree, protocols: readonly string[]): void {
  const written = textAt(source, 'protocol');
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
  if (!reflects && has('pin')) {
    tree.wrong([...path, 'pin'], 'Only what a server says of itself is pinned: a document is what it is.', 'remove it');
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

/** Of the targets of grpc/grpc: doc/naming.md those that grpc-js resolves. */
const grpcTarget =
  /^((https?|grpcs?):\/\/|dns:(\/\/[\w.:-]*\/)?)?(\[[0-9a-fA-F:.]+\]|[\w.-]+):\d{1,5}$|^ipv4:[\d.]+:\d{1,5}(,[\d.]+:\d{1,5})*$|^ipv6:\[[0-9a-fA-F:.]+\]:\d{1,5}(,\[[0-9a-fA-F:.]+\]:\d{1,5})*$|^unix:\/[^\0]+$/;

function endpointAddress(source: RawSource, path: KeyPath, tree: ConfigTree): void {
  const written = textAt(source, 'endpoint');
  const protocol = protocolOf(source);
  const at = [...path, 'endpoint'];
  if (written === undefined || protocol === undefined) return;
  if (protocol === 'grpc') {
    if (!grpcTarget.test(written)) {
      const message = 'The endpoint of a gRPC source must be host:port, or a target that gRPC resolves.';
      tree.wrong(at, message, 'for example stock.internal:50051 or dns:///stock.internal:50051');
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
  const written = textAt(source, 'document');
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

/** One says where the backend runs, or chooses from what the document says. */
function serverOfDocument(source: RawSource, path: KeyPath, tree: ConfigTree): void {
  if (!Object.hasOwn(source, 'endpoint')) return;
  for (const key of ['server', 'serverVariables']) {
    if (!Object.hasOwn(source, key)) continue;
    const message = `"${key}" chooses from the document's servers, and "endpoint" stands in place of them all.`;
    tree.wrong([...path, key], message, 'remove one of the two');
  }
}

/** What the source's own headers read of the request: what `forward` could pass on, and who asks. */
function headersOfRequest({ headers }: RawSource, path: KeyPath, tree: ConfigTree): void {
  for (const [name, value] of isRecord(headers) ? Object.entries(headers) : []) {
    if (!isReference(value)) continue;
    const reference = readReference(value);
    const at = [...path, 'headers', name];
    if (!reference || reference.kind === 'args')
      tree.wrong(
        at,
        `"${value}" is nothing that a header can read.`,
        'write $header.<name>, $claims.<name>, $subject, $via or $scopes, or "$$" for a text that begins with a dollar',
      );
    else if (reference.kind === 'header' && !isForwardable(reference.name))
      tree.wrong(at, `The header "${reference.name}" is never passed on.`, 'remove it');
  }
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
