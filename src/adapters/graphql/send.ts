import { buildASTSchema } from 'graphql';
import type { Blueprint, CallContext, CallItem, Outcome, Subschema } from '../../adapter/adapter.ts';
import { Turnstile } from '../../adapter/concurrency.ts';
import { HttpClient, type HttpRequest, type HttpResponse } from '../../adapter/http-client.ts';
import { failureOf } from '../../adapter/http-failure.ts';
import { type HttpStream, wholeOf } from '../../adapter/http-stream.ts';
import { forwardsIdentity, outgoingHeaders } from '../../adapter/outgoing-headers.ts';
import { gatewayErrorOf } from '../../adapter/send-each.ts';
import { ServerSentEvents } from '../../adapter/server-sent-events.ts';
import { type CallName, upstreamError } from '../../adapter/upstream-error.ts';
import { GatewayError } from '../../base/error.ts';
import type { Source } from '../../source/source.ts';
import { faultOfError, faultOfResponse, placeFault } from './fault.ts';
import { aliasOf } from './item-form.ts';
import { OperationWriter } from './operation.ts';
import { type GraphqlReply, type ReplyError, replyOf, withOurTypeNames } from './reply.ts';
import { requestHeaders, withCredentialQuery } from './request.ts';
import type { GraphqlCall, GraphqlModel } from './schema.ts';
import { isSelected } from './selected-path.ts';

/** Items of one operation. Servers that limit aliases or complexity are spared, and an answer stays within its size. */
const maxItems = 100;

export function connect(
  blueprint: Blueprint<GraphqlCall, GraphqlModel>,
  source: Source,
): Subschema<GraphqlCall, GraphqlModel> {
  const upstream = new Upstream(blueprint, source);
  return {
    blueprint,
    selective: true,
    itemsPerRequest: maxItems,
    send: (call, batch, context) => upstream.send(call, batch, context),
    subscribe: (call, item, context) => upstream.subscribe(call, item, context),
    close: () => upstream.close(),
  };
}

class Upstream {
  readonly #source: Source;
  readonly #client: HttpClient;
  readonly #turnstile: Turnstile;
  readonly #operations: OperationWriter;
  #url: string | undefined;
  readonly #ourNames: ReadonlyMap<string, string>;
  readonly #forwardsIdentity: boolean;

  constructor({ typeDefs, model }: Blueprint<GraphqlCall, GraphqlModel>, source: Source) {
    this.#source = source;
    this.#client = new HttpClient(source);
    this.#turnstile = new Turnstile(source.options.concurrency);
    const schema = buildASTSchema(typeDefs, { assumeValid: true, assumeValidSDL: true });
    this.#operations = new OperationWriter({ schema, upstreamNames: model.upstreamNames });
    this.#ourNames = new Map(Object.entries(model.upstreamNames).map(([ours, theirs]) => [theirs, ours]));
    this.#forwardsIdentity = forwardsIdentity(source);
  }

  close(): Promise<void> {
    return this.#client.close();
  }

  /** Queries share operations. Mutations do not: what fails in one could undo or hide another. */
  async send(call: GraphqlCall, batch: readonly CallItem[], context: CallContext): Promise<readonly Outcome[]> {
    if (batch.length === 1) return this.#sendChunk(call, batch, context);
    const chunks = chunksOf(batch, call.kind === 'query' ? maxItems : 1);
    const outcomes = await Promise.all(chunks.map(chunk => this.#sendChunk(call, chunk, context)));
    return outcomes.flat();
  }

  /**
   * GraphQL over SSE, distinct connections mode: each `next` is an answer, `complete` ends them. An upstream that cannot do that answers with
   * what it has to say once.
   */
  async *subscribe(call: GraphqlCall, item: CallItem, context: CallContext): AsyncGenerator<Outcome, void> {
    const name = this.#nameOf(call);
    try {
      const { headers, ...request } = this.#request(call, [item], context);
      const accept = { accept: 'text/event-stream' }; // alone: servers of the protocol compare it as a whole
      const came = await this.#client.open({ ...request, headers: { ...headers, ...accept } }, name, context);
      if (!isEventStream(came)) {
        yield this.#outcomeOf(call, item, await wholeOf(came, this.#source.options.maxResponse));
        return;
      }
      const events = new ServerSentEvents(this.#source.options.maxResponse);
      for await (const chunk of came.body) {
        for (const { type, data } of events.take(chunk)) {
          if (type === 'complete') return;
          if (type === 'next') yield this.#outcomeOf(call, item, { ...came, body: Buffer.from(data), headers: {} });
        }
      }
      throw upstreamError('UPSTREAM_UNREACHABLE', name, { cause: 'the stream ended without `complete`' });
    } catch (error) {
      if (context.signal.aborted) return;
      yield { fault: failureOf(error, name) };
    }
  }

  #outcomeOf(call: GraphqlCall, item: CallItem, response: HttpResponse): Outcome {
    const reply = replyOf(response);
    if (!reply) return { fault: faultOfResponse(response, this.#nameOf(call), this.#forwardsIdentity) };
    const [outcome] = this.#outcomes(call, [item], reply);
    return outcome ?? { fault: this.#fault(reply.errors.find(error => !error.path) ?? reply.errors[0], reply, call) };
  }

  async #sendChunk(call: GraphqlCall, chunk: readonly CallItem[], context: CallContext): Promise<readonly Outcome[]> {
    const reply = await this.#ask(call, chunk, context);
    if ('fault' in reply) return chunk.map(() => reply);
    const outcomes = this.#outcomes(call, chunk, reply);
    if (isComplete(outcomes)) return outcomes;
    return Promise.all(
      outcomes.map((outcome, index) => {
        if (outcome) return outcome;
        const alone = [chunk[index]!];
        return chunk.length > 1 && mayAskAgain(reply)
          ? this.#sendChunk(call, alone, context).then(([answer]) => answer!)
          : { fault: this.#fault(reply.errors.find(error => !error.path) ?? reply.errors[0], reply, call) };
      }),
    );
  }

  /** Never rejects. */
  async #ask(
    call: GraphqlCall,
    items: readonly CallItem[],
    context: CallContext,
  ): Promise<GraphqlReply | { readonly fault: GatewayError }> {
    const name = this.#nameOf(call);
    try {
      const request = this.#request(call, items, context);
      const response = await this.#turnstile.run(() => this.#client.request(request, name, context), context.signal);
      const reply = replyOf(response);
      return reply ?? { fault: faultOfResponse(response, name, this.#forwardsIdentity) };
    } catch (error) {
      return { fault: gatewayErrorOf(error) };
    }
  }

  /** Throws where it is not known where to send it. */
  #request(call: GraphqlCall, items: readonly CallItem[], context: CallContext): HttpRequest {
    const { endpoint, options } = this.#source;
    if (endpoint === undefined)
      throw upstreamError('UPSTREAM_UNREACHABLE', this.#nameOf(call), { cause: 'no endpoint is configured' });
    this.#url ??= withCredentialQuery(endpoint, options.credential);
    return {
      method: 'POST',
      url: this.#url,
      headers: { ...outgoingHeaders(this.#source, context), ...requestHeaders },
      body: this.#operations.body(call, items),
    };
  }

  /** What each item came to; undefined where the answer does not tell, because an error took everything with it. */
  #outcomes(call: GraphqlCall, items: readonly CallItem[], reply: GraphqlReply): readonly (Outcome | undefined)[] {
    if (reply.data && reply.errors.length === 0) return this.#values(call, items, reply, reply.data);
    const data: Record<string, unknown> = reply.data ?? Object.create(null);
    const aliases = new Set<string | number | undefined>(items.map((_, index) => aliasOf(index)));
    const isPlaced = ({ path }: ReplyError) => aliases.has(path?.[0]);
    for (const error of reply.errors.filter(isPlaced)) {
      const path = error.path ?? [];
      const selected = isSelected(path.slice(1), items[Number(String(path[0]).slice(1))]?.selection?.selectionSet);
      placeFault(data, path, below => this.#fault(error, reply, call, selected ? below : []));
    }
    const pathless = reply.errors.find(error => !isPlaced(error));
    const nulls = items.some((_, index) => data[aliasOf(index)] === null);
    return items.map((_, index): Outcome | undefined => {
      const value: unknown = data[aliasOf(index)];
      if (value instanceof GatewayError) return { fault: value };
      if (reply.data === null) return undefined;
      if (value === undefined) return this.#missing(call, reply);
      if (pathless && (value === null || !nulls)) return { fault: this.#fault(pathless, reply, call) };
      return { value: withOurTypeNames(value, this.#ourNames) };
    });
  }

  /** Of an answer without errors. */
  #values(
    call: GraphqlCall,
    items: readonly CallItem[],
    reply: GraphqlReply,
    data: Readonly<Record<string, unknown>>,
  ): readonly Outcome[] {
    return items.map((_, index) => {
      const value = data[aliasOf(index)];
      return value === undefined ? this.#missing(call, reply) : { value: withOurTypeNames(value, this.#ourNames) };
    });
  }

  #missing(call: GraphqlCall, reply: GraphqlReply): Outcome {
    return { fault: upstreamError('UPSTREAM_MALFORMED', this.#nameOf(call), { cause: reply }) };
  }

  #fault(
    error: ReplyError | undefined,
    reply: GraphqlReply,
    call: GraphqlCall,
    below: readonly (string | number)[] = [],
  ): GatewayError {
    return faultOfError(error, reply, this.#nameOf(call), this.#forwardsIdentity, below);
  }

  #nameOf(call: GraphqlCall): CallName {
    return { source: this.#source.name, operation: call.field };
  }
}

function isEventStream({ status, headers }: HttpStream): boolean {
  return status === 200 && /^text\/event-stream\s*(;|$)/i.test(String(headers['content-type'] ?? ''));
}

function isComplete(outcomes: readonly (Outcome | undefined)[]): outcomes is readonly Outcome[] {
  return !outcomes.includes(undefined);
}

/** Was the answer refused because of one item? A refusal of who asks, or how often, would meet each of them again. */
function mayAskAgain({ status, errors }: GraphqlReply): boolean {
  return status <= 400 && !errors.some(({ code }) => code !== undefined && refusesTheAsker.has(code));
}

const refusesTheAsker: ReadonlySet<string> = new Set(['UNAUTHENTICATED', 'FORBIDDEN', 'RATE_LIMITED']);

function chunksOf<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  const chunks: (readonly T[])[] = [];
  for (let from = 0; from < items.length; from += size) chunks.push(items.slice(from, from + size));
  return chunks;
}
