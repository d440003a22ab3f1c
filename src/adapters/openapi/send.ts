import type { Blueprint, CallContext, CallItem, Outcome, Subschema } from '../../adapter/adapter.ts';
import { Turnstile } from '../../adapter/concurrency.ts';
import { HttpClient, type HttpRequest, type HttpResponse } from '../../adapter/http-client.ts';
import { forwardsIdentity, outgoingHeaders } from '../../adapter/outgoing-headers.ts';
import { Recall } from '../../adapter/recall.ts';
import { gatewayErrorOf, sendEach } from '../../adapter/send-each.ts';
import { type CallName, upstreamError } from '../../adapter/upstream-error.ts';
import type { Source } from '../../source/source.ts';
import type { CallResponse, OpenApiCall } from './call.ts';
import { Decoder, named } from './decode.ts';
import { Encoder } from './encode.ts';
import { malformed, statusFault, unreadable } from './fault.ts';
import { httpFile, utf8 } from './http-file.ts';
import { Inbound } from './inbound.ts';
import { parseJson } from './json-text.ts';
import { isText } from './media-types.ts';
import { needsOf } from './reading-needs.ts';
import { type PreparedRequest, prepare } from './request.ts';
import { baseUrl } from './server.ts';
import type { Model, Shape } from './shape.ts';
import { Credentials, type Signing, signingOf } from './signing.ts';
import { eventReader } from './stream/event-reader.ts';
import { eventStream } from './stream/event-stream.ts';
import { XmlReader } from './xml-answer.ts';

type OpenApiBlueprint = Blueprint<OpenApiCall, Model>;

/** One request for each item; nothing is opened before the first. */
export function connect(blueprint: OpenApiBlueprint, source: Source): Subschema<OpenApiCall, Model> {
  const backend = new Backend(blueprint, source);
  const turnstile = new Turnstile(source.options.concurrency);
  const inbound = new Inbound(Object.values(blueprint.calls), {
    source,
    model: blueprint.model,
    ask: async (call, item, context) => {
      const asked = await sendEach([item], context, turnstile, one =>
        backend.ask(call, backend.answersOf(call), one, context),
      );
      return asked[0]!; // one for each
    },
  });
  return {
    blueprint,
    selective: false,
    credentialsOf: call => backend.credentials.of(call),
    send: (call, batch, context) => {
      const answers = backend.answersOf(call);
      return sendEach(batch, context, turnstile, item => backend.ask(call, answers, item, context));
    },
    subscribe: (call, item, context) =>
      call.inbound ? inbound.events(call, item, context) : backend.stream(call, item, context),
    receive: (place, request) => inbound.receive(place, request),
    async close() {
      inbound.close();
      await backend.close();
    },
  };
}

class Backend {
  readonly #source: Source;
  readonly #model: Model;
  readonly #client: HttpClient;
  /** For servers that are not the source's own: they are shown no client certificate. */
  readonly #stranger: HttpClient;
  readonly #encoder: Encoder;
  readonly #decoder: Decoder;
  readonly #xml: XmlReader;
  readonly #answers = new WeakMap<OpenApiCall, Answers>();
  readonly #recalled = new Recall();
  readonly credentials: Credentials;

  constructor(blueprint: OpenApiBlueprint, source: Source) {
    this.#source = source;
    this.#model = blueprint.model;
    this.#client = new HttpClient(source);
    this.#stranger = new HttpClient(unknownTo(source));
    this.#encoder = new Encoder(blueprint.model);
    this.#decoder = new Decoder(blueprint.model);
    this.#xml = new XmlReader(blueprint.model);
    this.credentials = new Credentials(source);
  }

  /** How a call's answers are read: made once. */
  answersOf(call: OpenApiCall): Answers {
    const known = this.#answers.get(call);
    if (known) return known;
    const credentials = this.credentials.of(call);
    const signing = signingOf(credentials);
    const { headers } = this.#source.options;
    const answers: Answers = {
      signing,
      ours: new Set([...(call.foreign ? [] : Object.keys(headers)), ...signing.names].map(name => name.toLowerCase())),
      forwardsIdentity: !call.foreign && forwardsIdentity(this.#source, credentials),
      name: { source: this.#source.name, operation: call.operation },
      base: baseUrl(this.#source.endpoint ?? call.server ?? ''),
      silent: call.responses.every(({ kind }) => kind === 'none'),
      readers: new Map(call.responses.map(response => [response, this.#reader(response)])),
    };
    this.#answers.set(call, answers);
    return answers;
  }

  /** Throws what is wrong with the arguments. */
  ask(call: OpenApiCall, answers: Answers, item: CallItem, context: CallContext): Promise<Outcome> {
    const { name } = answers;
    const request = this.#request(call, answers, item, context);
    const recallable = context.onlyReads === true && call.method === 'GET';
    const client = call.foreign ? this.#stranger : this.#client;
    return client.request(request, name, context).then(response => ({
      value: recallable
        ? this.#recall(call, answers, response, request.target ?? '')
        : this.#read(call, answers, response),
    }));
  }

  async *stream(call: OpenApiCall, item: CallItem, context: CallContext): AsyncGenerator<Outcome, void> {
    const { stream } = call;
    if (!stream) throw new TypeError(`${call.operation} has no stream.`);
    const answers = this.answersOf(call);
    const { name } = answers;
    const readValue = eventReader(stream, this.#decoder, this.#model, name);
    let request: HttpRequest;
    try {
      request = this.#request(call, answers, item, context);
    } catch (error) {
      yield { fault: gatewayErrorOf(error) };
      return;
    }
    yield* eventStream({
      ...{ call, stream, name, context, client: call.foreign ? this.#stranger : this.#client, read: readValue },
      ...{ maxEvent: this.#source.options.maxResponse, forwardsIdentity: answers.forwardsIdentity },
      request: resume => ({ ...request, headers: { ...request.headers, ...resume } }),
    });
  }

  async close(): Promise<void> {
    await Promise.all([this.#client.close(), this.#stranger.close()]);
  }

  /** Throws what is wrong with the arguments. */
  #request(call: OpenApiCall, answers: Answers, item: CallItem, context: CallContext): HttpRequest {
    const { base, name } = answers;
    if (base === undefined)
      throw upstreamError('UPSTREAM_UNREACHABLE', name, { cause: 'neither endpoint nor server is known' });
    const prepared = prepare(call, item.args, this.#encoder);
    return {
      method: call.method,
      url: base,
      target: signed(prepared.target, answers.signing),
      headers: this.#headers(call, answers, prepared, context),
      ...(prepared.body === undefined ? {} : { body: prepared.body }),
    };
  }

  /** Another's server is told the arguments, and nothing of ours. */
  #headers(
    call: OpenApiCall,
    { ours, signing }: Answers,
    { headers: own, cookies }: PreparedRequest,
    context: CallContext,
  ): Record<string, string> {
    const headers: Record<string, string> = call.foreign
      ? { 'x-request-id': context.requestId }
      : outgoingHeaders(this.#source, context, signing.headers);
    for (const name in own) if (!ours.has(name)) headers[name] = own[name]!; // it has no prototype
    if (cookies.length === 0) return headers;
    headers['cookie'] = [headers['cookie'], ...cookies].filter(each => each !== undefined && each !== '').join('; ');
    return headers;
  }

  #recall(call: OpenApiCall, answers: Answers, response: HttpResponse, target: string): unknown {
    const { status, headers, body } = response;
    if (expectedResponse(call.responses, status).kind !== 'json') return this.#read(call, answers, response);
    const key = `${call.operation} ${status} ${headers['content-type']} ${target}`;
    return this.#recalled.read(key, body, faulty => this.#read(call, answers, response, faulty));
  }

  /** `faulty` is told of each part that breaks the contract. */
  #read(call: OpenApiCall, answers: Answers, response: HttpResponse, faulty?: () => void): unknown {
    const isSuccess = response.status >= 200 && response.status < 300;
    if (call.method === 'HEAD' && (isSuccess || response.status === 404)) return isSuccess;
    if (!isSuccess) throw statusFault(response, answers.name, answers.forwardsIdentity);
    const expected = expectedResponse(call.responses, response.status);
    const value = readAnswer(expected, response, answers, faulty);
    const { member } = expected;
    if (!member || value === null) return value;
    return member.boxed === undefined ? named(value, member.type) : { __typename: member.type, [member.boxed]: value };
  }

  #reader({ kind, shape = anything, xml }: CallResponse): Reader {
    const needs = needsOf(shape, this.#model);
    return {
      parse: ({ body, headers }) =>
        kind === 'xml' ? this.#xml.read(body, headers['content-type'], shape, xml) : parseJson(body, needs),
      decode: this.#decoder.of(shape),
    };
  }
}

/** The source as a server sees it that must not know who asks. */
function unknownTo(source: Source): Source {
  const { tls, ...options } = source.options;
  const trusted = typeof tls === 'object' && tls.ca !== undefined ? { tls: { ca: tls.ca } } : {};
  return { ...source, options: { ...options, ...trusted } };
}

function signed(target: string, { query }: Signing): string {
  if (query === '') return target;
  return `${target}${target.includes('?') ? '&' : '?'}${query}`;
}

/** What is the same for all requests and answers of a call. */
interface Answers {
  readonly signing: Signing;
  /** Headers that the configuration sets: no argument overrides them. */
  readonly ours: ReadonlySet<string>;
  /** Does the backend know the caller himself? */
  readonly forwardsIdentity: boolean;
  readonly name: CallName;
  readonly base: string | undefined;
  /** Does no success have a body? */
  readonly silent: boolean;
  readonly readers: ReadonlyMap<CallResponse, Reader>;
}

/** Reads the JSON, or the XML, of one of a call's answers. */
interface Reader {
  parse(response: HttpResponse): { readonly value: unknown } | { readonly problem: string };
  readonly decode: ReturnType<Decoder['of']>;
}

const anything: Shape = { kind: 'scalar', scalar: 'JSON' };

function readAnswer(
  expected: CallResponse,
  response: HttpResponse,
  { name, silent, readers }: Answers,
  faulty?: () => void,
): unknown {
  const { body, headers, status } = response;
  if (expected.kind !== 'none' && (status === 204 || status === 205)) return null;
  switch (expected.kind) {
    case 'none':
      return silent ? true : null;
    case 'file':
      return httpFile(headers, body);
    case 'text':
      return utf8(body, charsetOf(headers['content-type'])) ?? body.toString('latin1');
    case 'xml':
    case 'json': {
      if (body.length === 0) return null;
      const reader = readers.get(expected);
      const parsed = reader ? reader.parse(response) : parseJson(body);
      if ('problem' in parsed) {
        if (isPlainText(expected, headers['content-type'])) return body.toString('utf8');
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
function expectedResponse(responses: readonly CallResponse[], status: number): CallResponse {
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

/** Where JSON text was promised, many backends answer with the text itself and say so. */
function isPlainText({ shape }: CallResponse, contentType = ''): boolean {
  return shape?.kind === 'scalar' && shape.scalar === 'String' && isText(contentType);
}

function charsetOf(contentType: string | undefined): string {
  return /;\s*charset\s*=\s*"?([^\s;"]+)/i.exec(contentType ?? '')?.[1] ?? 'utf-8';
}
