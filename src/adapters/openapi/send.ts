import type { Blueprint, CallContext, CallItem, Outcome, Send, Subschema } from '../../adapter/adapter.ts';
import { Turnstile } from '../../adapter/concurrency.ts';
import { HttpClient, type HttpRequest, type HttpResponse } from '../../adapter/http-client.ts';
import { forwardsIdentity, outgoingHeaders } from '../../adapter/outgoing-headers.ts';
import { Recall } from '../../adapter/recall.ts';
import { Revalidation } from '../../adapter/revalidation.ts';
import { Secrets } from '../../adapter/secrets.ts';
import { gatewayErrorOf, sendEach } from '../../adapter/send-each.ts';
import { upstreamError } from '../../adapter/upstream-error.ts';
import type { Source } from '../../source/source.ts';
import {
  type Answers,
  answersInXml,
  answersOf,
  expectedFailure,
  expectedResponse,
  successOf,
  typedFailure,
} from './answer/answer.ts';
import { hasAnswerFields, withAnswerFields } from './answer/answer-fields.ts';
import { Decoder } from './answer/decode.ts';
import { exposedFailure } from './answer/exposed-failure.ts';
import type { XmlReader } from './answer/xml-answer.ts';
import type { OpenApiCall } from './call/call.ts';
import { mostItemsOf } from './call/most-items.ts';
import type { Model } from './call/shape.ts';
import { baseUrl } from './document/server.ts';
import { statusFault } from './fault.ts';
import { Inbound } from './inbound.ts';
import { Encoder } from './request/encode.ts';
import { filesCome } from './request/files-come.ts';
import { InputChecks } from './request/input-checks.ts';
import { type PreparedRequest, prepare } from './request/request.ts';
import { Credentials, type Signing, signingOf } from './request/signing.ts';
import { eventReader } from './stream/event-reader.ts';
import { eventStream } from './stream/event-stream.ts';

type OpenApiBlueprint = Blueprint<OpenApiCall, Model>;

/** One request for each item; nothing is opened before the first. */
export function connect(blueprint: OpenApiBlueprint, source: Source): Subschema<OpenApiCall, Model> {
  const backend = new Backend(blueprint, source);
  const turnstile = new Turnstile(source.options.concurrency);
  const send: Send<OpenApiCall> = (call, batch, context) => {
    const ask = () => {
      const answers = backend.answersOf(call);
      return sendEach(batch, context, turnstile, item => backend.ask(call, answers, item, context));
    };
    return backend.reader(call)?.then(ask) ?? ask();
  };
  const inbound = new Inbound(Object.values(blueprint.calls), {
    source,
    ready: call => backend.reader(call),
    answersOf: call => backend.answersOf(call),
    ask: async (call, item, context) => (await send(call, [item], context))[0]!, // one for each
  });
  return {
    blueprint,
    selective: false,
    credentialsOf: call => backend.credentials.of(call),
    mostItems: (call, into) => mostItemsOf(call, into, blueprint.model),
    send,
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
  readonly #checks: InputChecks;
  readonly #encoder: Encoder;
  readonly #decoder: Decoder;
  #xml: XmlReader | undefined;
  /** Of failures that are told as data. */
  #failureXml: XmlReader | undefined;
  readonly #answers = new WeakMap<OpenApiCall, CallAnswers>();
  readonly #recalled = new Recall();
  readonly #revalidation: Revalidation | undefined;
  readonly credentials: Credentials;

  constructor(blueprint: OpenApiBlueprint, source: Source) {
    this.#source = source;
    this.#model = blueprint.model;
    this.#client = new HttpClient(source);
    this.#stranger = new HttpClient(unknownTo(source));
    this.#checks = new InputChecks(blueprint.model);
    this.#encoder = new Encoder(blueprint.model);
    this.#decoder = new Decoder(blueprint.model);
    this.credentials = new Credentials(source);
    this.#revalidation = source.options.cache === 'REVALIDATE' ? new Revalidation() : undefined;
  }

  /** What must be loaded before the call's answers can be read: most backends never answer in XML. */
  reader(call: OpenApiCall): Promise<void> | undefined {
    if (this.#xml || !answersInXml(call)) return undefined;
    return import('./answer/xml-answer.ts').then(({ XmlReader }) => {
      this.#xml = new XmlReader({ ...this.#model.types, ...this.#model.places });
      this.#failureXml = new XmlReader(this.#model.failures ?? {});
    });
  }

  /** How a call's answers are read: made once. */
  answersOf(call: OpenApiCall): CallAnswers {
    const known = this.#answers.get(call);
    if (known) return known;
    const credentials = this.credentials.of(call);
    const signing = signingOf(credentials);
    const { headers } = this.#source.options;
    const name = { source: this.#source.name, operation: call.operation };
    const answers: CallAnswers = {
      ...answersOf(call, name, { model: this.#model, decoder: this.#decoder, xml: this.#xml }),
      signing,
      ours: new Set([...(call.foreign ? [] : Object.keys(headers)), ...signing.names].map(name => name.toLowerCase())),
      forwardsIdentity: !call.foreign && forwardsIdentity(this.#source, credentials),
      base: baseUrl(this.#source.endpoint ?? call.server ?? ''),
      check: this.#checks.of(call),
      reserved: namesIn(signing),
    };
    this.#answers.set(call, answers);
    return answers;
  }

  /** Throws what is wrong with the arguments. */
  ask(call: OpenApiCall, answers: CallAnswers, item: CallItem, context: CallContext): Promise<Outcome> {
    return (
      filesCome(call, item)?.then(() => this.#ask(call, answers, item, context)) ??
      this.#ask(call, answers, item, context)
    );
  }

  #ask(call: OpenApiCall, answers: CallAnswers, item: CallItem, context: CallContext): Promise<Outcome> {
    const { name } = answers;
    const request = this.#request(call, answers, item, context);
    // What is recalled is shared: it cannot hold what this answer alone has.
    const ofItsOwn = hasAnswerFields(call);
    const recallable = context.onlyReads === true && call.method === 'GET' && !(ofItsOwn && item.selection);
    const client = this.#clientOf(call);
    const answered = this.#revalidation
      ? this.#revalidation.request(request, sent => client.request(sent, name, context))
      : client.request(request, name, context);
    return answered.then(response => {
      if (recallable) return { value: this.#recall(call, answers, response, request) };
      const value = this.#read(call, answers, response, request);
      return { value: ofItsOwn ? withAnswerFields(value, call, response, item.args) : value };
    });
  }

  async *stream(call: OpenApiCall, item: CallItem, context: CallContext): AsyncGenerator<Outcome, void> {
    const { stream } = call;
    if (!stream) throw new TypeError(`${call.operation} has no stream.`);
    const answers = this.answersOf(call);
    const { name } = answers;
    const readValue = eventReader(stream, this.#decoder, this.#model, name);
    let request: HttpRequest;
    try {
      await filesCome(call, item);
      request = this.#request(call, answers, item, context);
    } catch (error) {
      yield { fault: gatewayErrorOf(error) };
      return;
    }
    yield* eventStream({
      isRepeatable: isRepeatable(request),
      ...{ call, stream, name, context, client: this.#clientOf(call), read: readValue },
      ...{ maxEvent: this.#source.options.maxResponse, forwardsIdentity: answers.forwardsIdentity },
      request: resume => ({ ...request, headers: { ...request.headers, ...resume } }),
    });
  }

  #clientOf({ foreign }: OpenApiCall): HttpClient {
    return foreign ? this.#stranger : this.#client;
  }

  async close(): Promise<void> {
    await Promise.all([this.#client.close(), this.#stranger.close()]);
  }

  /** Throws what is wrong with the arguments. */
  #request(call: OpenApiCall, answers: CallAnswers, item: CallItem, context: CallContext): HttpRequest {
    const { base, name } = answers;
    if (base === undefined)
      throw upstreamError('UPSTREAM_UNREACHABLE', name, { cause: 'neither endpoint nor server is known' });
    answers.check?.(item.args);
    const prepared = prepare(call, item.args, this.#encoder, answers.reserved);
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
    { ours, signing }: CallAnswers,
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

  #recall(call: OpenApiCall, answers: CallAnswers, response: HttpResponse, request: HttpRequest): unknown {
    const { status, headers, body } = response;
    const isRead = status < 200 || status >= 300 || expectedResponse(call.responses, status).kind !== 'json';
    if (isRead) return this.#read(call, answers, response, request);
    const key = `${call.operation} ${status} ${headers['content-type']} ${request.target}`;
    return this.#recalled.read(key, body, faulty => this.#read(call, answers, response, request, faulty));
  }

  /** `faulty` is told of each part that breaks the contract. */
  #read(
    call: OpenApiCall,
    answers: CallAnswers,
    response: HttpResponse,
    request: HttpRequest,
    faulty?: () => void,
  ): unknown {
    const { status } = response;
    const isSuccess = status >= 200 && status < 300;
    if (call.method === 'HEAD' && (isSuccess || status === 404)) return isSuccess;
    if (!isSuccess) return this.#failure(call, answers, response, request);
    const value = successOf(call, answers, response, faulty);
    return call.envelope === undefined ? value : { __typename: call.envelope, value };
  }

  /** A failure that is a member of the result's type; throws every other. */
  #failure(call: OpenApiCall, answers: CallAnswers, response: HttpResponse, request: HttpRequest): unknown {
    const { exposeErrors } = this.#source.options;
    const expected = expectedFailure(call.failures ?? [], response.status);
    if (expected?.type === undefined && exposeErrors === 'NONE')
      throw statusFault(response, answers.name, answers.forwardsIdentity);
    const secrets = new Secrets({ ...request, query: answers.signing.query });
    if (expected?.type !== undefined) return typedFailure(expected, expected.type, response, answers, secrets);
    const codec = { types: this.#model.failures ?? {}, xml: this.#failureXml };
    const exposed = exposedFailure(response, exposeErrors, expected, codec, secrets);
    throw statusFault(response, answers.name, answers.forwardsIdentity, exposed);
  }
}

/** Can it be sent again? What was passed on while it came cannot. */
function isRepeatable({ body }: HttpRequest): boolean {
  return typeof body !== 'object' || !('pieces' in body) || body.size !== undefined;
}

/** The source as a server sees it that must not know who asks. */
function unknownTo(source: Source): Source {
  const { tls, ...options } = source.options;
  const trusted = typeof tls === 'object' && tls.ca !== undefined ? { tls: { ca: tls.ca } } : {};
  return { ...source, options: { ...options, ...trusted } };
}

/** The query parameters and cookies that sign a call in. */
function namesIn({ query, headers }: Signing): ReadonlySet<string> {
  const pairs = [...query.split('&'), ...(headers['cookie'] ?? '').split('; ')];
  return new Set(pairs.filter(pair => pair !== '').map(pair => pair.split('=', 1)[0]!));
}

function signed(target: string, { query }: Signing): string {
  if (query === '') return target;
  return `${target}${target.includes('?') ? '&' : '?'}${query}`;
}

/** What is the same for all requests and answers of a call. */
interface CallAnswers extends Answers {
  readonly signing: Signing;
  /** Headers that the configuration sets: no argument overrides them. */
  readonly ours: ReadonlySet<string>;
  /** Does the backend know the caller himself? */
  readonly forwardsIdentity: boolean;
  readonly base: string | undefined;
  /** Throws what is wrong with arguments; undefined where the document demands nothing of them. */
  readonly check: ((args: CallItem['args']) => void) | undefined;
  /** No argument's data takes their places. */
  readonly reserved: ReadonlySet<string>;
}
