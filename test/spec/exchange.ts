import { type DocumentNode, Kind, parse, print, type SelectionNode, visit } from 'graphql';
import { canonicalXml } from '../support/canonical-xml.ts';
import type { Block } from './spec-file.ts';

/** What a backend must be asked, and what it then answers. */
export interface Exchange {
  readonly source: string;
  readonly notation: Notation;
  /** In its canonical form: equal texts are equal requests. */
  readonly request: string;
  /** Those that the request must carry; others do not matter. Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly answer: Answer;
  readonly line: number;
}

type Notation = 'http' | 'xml' | 'graphql' | 'json';

export type Answer =
  | {
      readonly kind: 'http';
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string;
    }
  | { readonly kind: 'grpc'; readonly status: string; readonly message: string; readonly reply: unknown }
  | { readonly kind: 'silence' }
  | { readonly kind: 'hang up' };

/** A request as it came over the wire, for HTTP and gRPC alike. */
export type Received =
  | {
      readonly method: string;
      readonly path: string;
      readonly headers: NodeJS.Dict<string | string[]>;
      readonly body: string;
    }
  | { readonly method: string; readonly headers: NodeJS.Dict<string | string[]>; readonly message: unknown };

/** Reads an `@exchange` block: the request, a line `--- <outcome>`, the answer. README.md tells the notations. */
export function parseExchange(block: Block): Exchange {
  const [source = ''] = block.words;
  const parts = /^([\s\S]*?)^--- (.+)$([\s\S]*)$/m.exec(block.text);
  if (!parts || source === '')
    throw new SyntaxError(`line ${block.line}: an exchange has a source, and "--- <outcome>" below its request`);
  const [, asked = '', outcome = '', answered = ''] = parts;
  const notation = block.language as Notation; // the switch below refuses any other
  return {
    source,
    notation,
    ...requestOf(notation, asked.trim(), block.line),
    answer: answerOf(notation, outcome, answered.trim()),
    line: block.line,
  };
}

function requestOf(notation: Notation, text: string, line: number): Pick<Exchange, 'request' | 'headers'> {
  switch (notation) {
    case 'http': {
      const { first, headers, body } = message(text);
      return { request: canonicalHttp(first, body), headers };
    }
    case 'xml':
      return { request: canonicalXml(text), headers: {} };
    case 'graphql': {
      const [query = '', variables = '{}'] = text.split(/\n(?=\{)/);
      return { request: canonicalGraphql(query, JSON.parse(variables)), headers: {} };
    }
    case 'json': {
      const [, method = '', json = ''] = /^(\S+)\s([\s\S]*)$/.exec(text) ?? [];
      return { request: canonicalGrpc(method, JSON.parse(json)), headers: {} };
    }
    default:
      throw new SyntaxError(`line ${line}: an exchange is written in http, xml, graphql or json`);
  }
}

/** A request that came over the wire, in the canonical form of a notation. */
export function canonical(notation: Notation, received: Received): string {
  if ('message' in received) return canonicalGrpc(received.method, received.message);
  switch (notation) {
    case 'xml':
      return canonicalSoap(received.body) ?? canonicalHttp(`${received.method} ${received.path}`, received.body);
    case 'graphql': {
      const { query, variables = {} } = JSON.parse(received.body);
      return canonicalGraphql(query, variables);
    }
    default:
      return canonicalHttp(`${received.method} ${received.path}`, received.body);
  }
}

function canonicalHttp(first: string, body: string): string {
  return body === '' ? first : `${first}\n\n${canonicalBody(body)}`;
}

function canonicalBody(body: string): string {
  if (body.startsWith('<')) return canonicalXml(body);
  try {
    return sortedJson(JSON.parse(body));
  } catch {
    return body;
  }
}

/** What stands in the body of a SOAP 1.1 envelope; undefined for any other text. */
function canonicalSoap(body: string): string | undefined {
  const envelope = '{http://schemas.xmlsoap.org/soap/envelope/}';
  const lines = canonicalXml(body).split('\n');
  const start = lines.indexOf(`  ${envelope}Body`);
  if (lines[0] !== `${envelope}Envelope` || start < 0) return undefined;
  return lines
    .slice(start + 1)
    .map(line => line.slice(4))
    .join('\n');
}

function canonicalGraphql(query: string, variables: unknown): string {
  return `${print(inOrder(parse(query)))}\n${sortedJson(variables)}`;
}

function canonicalGrpc(method: string, message: unknown): string {
  return `${method} ${sortedJson(message)}`;
}

function answerOf(notation: Notation, outcome: string, text: string): Answer {
  if (outcome === 'silence' || outcome === 'hang up') return { kind: outcome };
  if (notation === 'json') {
    const [status = '', ...words] = outcome.split(' ');
    return { kind: 'grpc', status, message: words.join(' '), reply: text === '' ? {} : JSON.parse(text) };
  }
  const { headers, body } = message(`\n${text}`);
  const type = body.startsWith('<') ? 'text/xml; charset=utf-8' : 'application/json';
  const content = notation === 'xml' ? enveloped(body) : body;
  return { kind: 'http', status: Number(outcome), headers: { 'content-type': type, ...headers }, body: content };
}

function enveloped(content: string): string {
  return `<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>${content}</e:Body></e:Envelope>`;
}

/** A first line, header lines directly below it, and below an empty line (or where no header stands) the body. */
export function message(text: string): { first: string; headers: Record<string, string>; body: string } {
  const [first = '', ...lines] = text.split('\n');
  const headers: Record<string, string> = {};
  while (lines.length > 0) {
    const header = /^([A-Za-z][\w-]*): (.*)$/.exec(lines[0]!);
    if (!header) break;
    headers[header[1]!.toLowerCase()] = header[2]!;
    lines.shift();
  }
  return { first: first.trim(), headers, body: lines.join('\n').trim() };
}

/** JSON with the keys of every object in order. */
function sortedJson(value: unknown): string {
  return JSON.stringify(
    value,
    (_, part: unknown) =>
      typeof part === 'object' && part !== null && !Array.isArray(part)
        ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
        : part,
    2,
  );
}

/**
 * Selections are sets, and what is selected in them stands in one order. The reference lane also asks a concrete object for its
 * `__typename`, beside other fields: that is passed over.
 */
function inOrder(document: DocumentNode): DocumentNode {
  return visit(document, {
    SelectionSet: {
      leave(node) {
        const isOpen = node.selections.some(({ kind }) => kind === Kind.INLINE_FRAGMENT);
        const named = node.selections.filter(selection => !isTypeName(selection));
        const kept = isOpen || named.length === 0 ? node.selections : named;
        const sorted = [...kept].sort((one, other) => (print(one) < print(other) ? -1 : 1));
        return { ...node, selections: sorted };
      },
    },
  });
}

function isTypeName(node: SelectionNode): boolean {
  return node.kind === Kind.FIELD && node.name.value === '__typename' && node.alias === undefined;
}
