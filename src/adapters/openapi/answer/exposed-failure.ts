import type { HttpResponse } from '../../../adapter/http-client.ts';
import type { Secrets } from '../../../adapter/secrets.ts';
import type { Problem } from '../../../base/error.ts';
import { isRecord, own } from '../../../base/json.ts';
import type { SourceOptions } from '../../../source/source.ts';
import type { CallFailure } from '../call/call.ts';
import type { XmlType } from '../call/shape.ts';
import { isJson, isPlainTextType, isProblem, isXml } from '../document/media-types.ts';
import { parseJson, plainJson } from './json-text.ts';
import { projected } from './projected-body.ts';
import type { XmlReader } from './xml-answer.ts';

/** What of a failure's body clients may see. */
export interface ExposedFailure {
  /** In the backend's words; absent where it has none. */
  readonly message?: string;
  readonly problem?: Problem;
  readonly body?: unknown;
}

/** Larger bodies are not looked at: what could be shown of one is for the log. */
const mostRead = 64 * 1024;
/** Of a text, or the JSON text of other data: a larger body is left out, what it says is not. */
const mostShown = 4 * 1024;
const mostOfMessage = 300;

const nothing: ExposedFailure = {};

/** How failures are read: `types` are those of their shapes; `xml`, where any of them is XML. */
interface FailureCodec {
  readonly types: Readonly<Record<string, XmlType>>;
  readonly xml: XmlReader | undefined;
}

/** `expected`: how the document describes the failure, if it does. */
export function exposedFailure(
  response: HttpResponse,
  expose: SourceOptions['exposeErrors'],
  expected: CallFailure | undefined,
  { types, xml }: FailureCodec,
  secrets: Secrets,
): ExposedFailure {
  const { body, headers } = response;
  if (expose === 'NONE' || body.length === 0 || body.length > mostRead) return nothing;
  const contentType = headers['content-type'] ?? '';
  if (expected?.kind === 'xml' && expected.shape && xml && isXml(contentType)) {
    const read = expose === 'BODY' ? xml.read(body, contentType, expected.shape, expected.xml) : undefined;
    return read && 'value' in read ? told(shownAs(secrets.without(plainJson(read.value)), expected, types)) : nothing;
  }
  const parsed = parseJson(body);
  if ('problem' in parsed) {
    if (expose !== 'BODY' || !isPlainTextType(contentType)) return nothing;
    const text = secrets.without(body.toString('utf8'));
    return { ...messageOf(text), ...bodyOf(text) };
  }
  const data = secrets.without(plainJson(parsed.value));
  const problem = isProblem(contentType) ? problemOf(data) : undefined;
  return told(expose === 'BODY' ? shownBody(data, contentType, expected, types) : undefined, problem);
}

/** What a large body says is told without the body itself. */
function told(shown: unknown, problem?: Problem): ExposedFailure {
  return { ...messageOf(saidBy(problem) ?? saidIn(shown)), ...(problem ? { problem } : {}), ...bodyOf(shown) };
}

function bodyOf(shown: unknown): Pick<ExposedFailure, 'body'> {
  const text = typeof shown === 'string' ? shown : JSON.stringify(shown);
  return text === undefined || Buffer.byteLength(text) > mostShown ? {} : { body: shown };
}

/** What the document declares of the body; where it declares nothing, all of it. */
function shownBody(
  data: unknown,
  contentType: string,
  expected: CallFailure | undefined,
  types: Readonly<Record<string, XmlType>>,
): unknown {
  if (expected && expected.kind !== 'json') return undefined;
  if (!expected && !isJson(contentType)) return undefined;
  return shownAs(data, expected, types);
}

function shownAs(data: unknown, expected: CallFailure | undefined, types: FailureCodec['types']): unknown {
  return expected?.shape ? projected(data, expected.shape, types) : data;
}

/** RFC 9457, 3.1: a member of another type than it should be is as good as none. */
function problemOf(data: unknown): Problem | undefined {
  if (!isRecord(data)) return undefined;
  const text = (name: keyof Problem) => {
    const value = own(data, name);
    return typeof value === 'string' ? { [name]: value.slice(0, mostShown) } : {};
  };
  const status = own(data, 'status');
  return {
    ...text('type'),
    ...text('title'),
    ...(typeof status === 'number' ? { status } : {}),
    ...text('detail'),
    ...text('instance'),
  };
}

function saidBy(problem: Problem | undefined): string | undefined {
  if (!problem) return undefined;
  const said = [problem.title, problem.detail].filter(text => text !== undefined && text !== '');
  return said.length > 0 ? said.join(': ') : undefined;
}

function saidIn(body: unknown): string | undefined {
  if (!isRecord(body)) return undefined;
  for (const name of ['message', 'error_description', 'error']) {
    const said = own(body, name);
    if (typeof said === 'string') return said;
    if (isRecord(said) && typeof own(said, 'message') === 'string') return String(own(said, 'message'));
  }
  return undefined;
}

/** One line. */
function messageOf(said: string | undefined): Pick<ExposedFailure, 'message'> {
  const line = said?.replace(/[\s\p{Cc}]+/gu, ' ').trim();
  if (!line) return {};
  return { message: line.length > mostOfMessage ? `${line.slice(0, mostOfMessage)}…` : line };
}
