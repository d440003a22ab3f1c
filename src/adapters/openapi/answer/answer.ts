import type { HttpResponse } from '../../../adapter/http-client.ts';
import type { Secrets } from '../../../adapter/secrets.ts';
import type { CallName } from '../../../adapter/upstream-error.ts';
import { GatewayError } from '../../../base/error.ts';
import type { CallFailure, CallResponse, InboundContent, OpenApiCall } from '../call/call.ts';
import type { Model, Shape } from '../call/shape.ts';
import { isText } from '../document/media-types.ts';
import { malformed, retryAfterOf, unreadable } from '../fault.ts';
import { type Message, type Parse, parserOf } from './body-parser.ts';
import { type Decoder, named } from './decode.ts';
import { httpFile, utf8 } from './http-file.ts';
import { parseJson } from './json-text.ts';
import type { XmlReader } from './xml-answer.ts';

/** What one answer of a call is, before it is an answer: how its body is read. */
type Expected = CallResponse | CallFailure;

/** How a call's answers are read: what is the same for all of them. */
export interface Answers {
  readonly name: CallName;
  /** Does no success have a body? */
  readonly silent: boolean;
  readonly readers: ReadonlyMap<Expected | InboundContent, Reader>;
}

/** Reads the JSON, the XML or the form of one of a call's answers or events. */
interface Reader {
  readonly parse: Parse;
  readonly decode: ReturnType<Decoder['of']>;
}

const anything: Shape = { kind: 'scalar', scalar: 'JSON' };

/** What reads the answers of all calls of a blueprint. */
interface Codec {
  readonly model: Model;
  readonly decoder: Decoder;
  /** Absent: not loaded, since no answer of the call is XML. */
  readonly xml: XmlReader | undefined;
}

/** Can any answer of the call, or any event, that is read be XML? */
export function answersInXml({ responses, failures = [], inbound }: OpenApiCall): boolean {
  const answers = [...responses, ...failures];
  const syntaxes = [...answers, ...answers.flatMap(({ others = [] }) => others), ...(inbound?.contents ?? [])];
  return syntaxes.some(({ kind }) => kind === 'xml');
}

export function answersOf(call: OpenApiCall, name: CallName, { model, decoder, xml: reader }: Codec): Answers {
  const typed = (call.failures ?? []).filter(({ type }) => type !== undefined);
  const expected = [...call.responses, ...typed, ...(call.inbound?.contents ?? [])];
  const readerOf = (each: Expected | InboundContent): Reader => {
    const { shape = anything } = each;
    return { parse: parserOf(each, shape, model, reader), decode: decoder.of(shape) };
  };
  return {
    name,
    silent: call.responses.every(({ kind }) => kind === 'none'),
    readers: new Map(expected.map(response => [response, readerOf(response)])),
  };
}

/** The value of a success. Throws what makes it none; `faulty` is told of each part that breaks the contract. */
export function successOf(call: OpenApiCall, answers: Answers, response: HttpResponse, faulty?: () => void): unknown {
  const expected = expectedResponse(call.responses, response.status);
  const value = bodyOf(expected, response, answers, faulty);
  const { member } = expected;
  if (!member || value === null) return value;
  return member.boxed === undefined ? named(value, member.type) : { __typename: member.type, [member.boxed]: value };
}

/** A failure as a value of its type. A body that is not what it should be is a fault in its place: the status is known all the same. */
export function typedFailure(
  expected: CallFailure,
  type: string,
  response: HttpResponse,
  answers: Answers,
  secrets: Secrets,
): Readonly<Record<string, unknown>> {
  const { status, headers } = response;
  const failure = { __typename: type, status, retryAfter: retryAfterOf(headers) ?? null };
  if (!expected.shape) return failure;
  const isFile = expected.kind === 'file';
  const body = isFile ? response.body : Buffer.from(secrets.without(response.body.toString('utf8')));
  try {
    return { ...failure, body: bodyOf(expected, { status, headers, body }, answers) };
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    return { ...failure, body: error };
  }
}

/** What the body comes to. Throws an Error that takes its place. */
function bodyOf(
  expected: Expected,
  response: HttpResponse,
  { name, silent, readers }: Answers,
  faulty?: () => void,
): unknown {
  const { body, headers, status } = response;
  if (expected.kind !== 'none' && (status === 204 || (status === 205 && body.length === 0))) return null;
  switch (expected.kind) {
    case 'none':
      return silent ? true : null;
    case 'file':
      return httpFile(headers, body);
    case 'text':
      return textOf(response);
    case 'xml':
    case 'form':
    case 'json': {
      if (body.length === 0) return null;
      const reader = readers.get(expected);
      const parsed = reader ? reader.parse(response) : parseJson(body);
      if ('problem' in parsed) {
        if (isPlainText(expected, headers['content-type'])) return textOf(response);
        throw unreadable(response, name, parsed.problem);
      }
      const value = reader?.decode(parsed.value, reason => {
        faulty?.();
        return malformed(name, reason);
      });
      if (value instanceof Error) throw value;
      return value;
    }
  }
}

/** OpenAPI 3.2, 4.16: the status itself, its class, or the default; a success that none of them names is as good as the first. */
export function expectedResponse(responses: readonly CallResponse[], status: number): CallResponse {
  const named = responses.find(response => response.status === String(status));
  return (
    named ??
    responses.find(response => response.status === '2XX') ??
    responses.find(({ status: text }) => text === 'default') ??
    fallback(responses)
  );
}

function fallback(responses: readonly CallResponse[]): CallResponse {
  return responses.find(response => response.kind !== 'none') ?? responses[0] ?? { status: 'default', kind: 'none' };
}

/** As the document says it of a status that is no success: undefined where it says nothing. */
export function expectedFailure(failures: readonly CallFailure[], status: number): CallFailure | undefined {
  const text = String(status);
  const fitting = status === 401 ? failures.filter(({ type }) => type === undefined) : failures;
  return (
    fitting.find(failure => failure.status === text) ??
    fitting.find(failure => failure.status === `${text.charAt(0)}XX`) ??
    fitting.find(failure => failure.status === 'default')
  );
}

/** Where JSON text was promised, many backends answer with the text itself and say so. */
function isPlainText({ shape }: Expected, contentType = ''): boolean {
  return shape?.kind === 'scalar' && shape.scalar === 'String' && isText(contentType);
}

export function textOf({ headers, body }: Message): string {
  return utf8(body, charsetOf(headers['content-type'])) ?? body.toString('latin1');
}

function charsetOf(contentType: string | undefined): string {
  return /;\s*charset\s*=\s*"?([^\s;"]+)/i.exec(contentType ?? '')?.[1] ?? 'utf-8';
}
