import type { IncomingMessage, ServerResponse } from 'node:http';
import { createYoga, type FetchAPI, type Plugin } from 'graphql-yoga';
import type { StopSignal } from '../../base/stop.ts';
import { errorReport } from '../../edge/errors/error-report.ts';
import { refusal, statusUnder } from '../../edge/errors/refusal.ts';
import type { OperationRequest, OperationResult } from '../../edge/handler.ts';
import type { LimitKey } from '../../edge/limits/limits.ts';
import { defaultSubscriptions } from '../../edge/subscriptions/subscriptions-options.ts';
import { type Answer, answerOf, writeAnswer, writeBeforeRest } from '../answer.ts';
import { peerOf } from '../client/peer.ts';
import { writeEvents, writeOneEvent } from '../event-stream.ts';
import { eventWish } from '../media-type.ts';
import { headersOf, paramsFrom, refusedByHead } from '../operation-of.ts';
import type { RequestParams } from '../request-params.ts';
import type { ComingFiles } from '../uploads/multipart-params.ts';
import { whileFilesCome } from '../uploads/while-files-come.ts';
import { type Door, type DoorOptions, inOwnWords, refused, type Visit } from './door.ts';

/** One HTTP request on its way through the door. Made anew for each. */
interface Exchange extends Visit {
  readonly incoming: IncomingMessage;
  /** Own properties only, names in lower case. */
  readonly headers: OperationRequest['headers'];
  /** Yoga hands on copies of the exchange: what is found out is kept in what they share. */
  readonly found: { params?: RequestParams; files?: ComingFiles; done?: OperationResult };
}

/**
 * GraphQL over HTTP by graphql-yoga. Yoga leads through the protocol; what may come in, who executes it and how the answer is written
 * are ours: its parsers, executor, masking and result processors are replaced, and what it does by default beyond them is off.
 */
export function yogaDoor(options: DoorOptions): Door {
  const yoga = createYoga<Exchange>({
    graphqlEndpoint: '/graphql',
    plugins: [toCore(options)],
    graphiql: false,
    landingPage: false,
    cors: false,
    multipart: false, // read by `paramsFrom`, with limits of its own
    batching: false,
    maskedErrors: false,
    maxRequestBodySize: false, // counted by `paramsFrom`
    parserAndValidationCache: false,
    logging: false,
  });
  return async (incoming, response, given) => {
    const headers = headersOf(incoming);
    const exchange: Exchange = { ...given, incoming, headers, found: {} };
    // Yoga sees one and the same address always: it matches paths by whole URLs, and those begin with what the client says is our host.
    const init = { method: incoming.method ?? 'GET', headers: { ...headers } };
    const answer = await yoga.fetch('http://localhost/graphql', init, exchange);
    const { done, files } = exchange.found;
    if (done && (await answeredAsEvents(done, headers['accept'], response, options))) return;
    const { 'content-type': type = '', ...rest } = Object.fromEntries(answer.headers);
    const whole = { status: answer.status, type, headers: rest, body: await answer.text() };
    if (files) await writeBeforeRest(response, whole, files.rest());
    else writeAnswer(response, whole);
  };
}

/**
 * Yoga leads to the core here too, and the events are written by us: as fast as the client takes them. What is refused otherwise than as an
 * operation has its own status, which tells the client more than an event would (GraphQL over SSE, distinct connections mode).
 */
async function answeredAsEvents(
  done: OperationResult,
  accept: string | undefined,
  response: ServerResponse,
  { heartbeat = defaultSubscriptions.heartbeat }: DoorOptions,
): Promise<boolean> {
  if (done.stream) {
    await writeEvents(response, done.stream, done.headers, heartbeat);
    return true;
  }
  if (!eventWish(accept)?.only || done.body || statusUnder('application/json', done) !== 200) return false;
  writeOneEvent(response, done);
  return true;
}

function toCore(options: DoorOptions): Plugin<object, Exchange> {
  const { handler, limits, clientAddress, log } = options;
  return {
    onRequestParse({ serverContext: exchange, fetchAPI, endResponse, setRequestParser }) {
      const byHead = refusedByHead(exchange.incoming);
      if (byHead) return endResponse(refuse(byHead, exchange, fetchAPI));
      setRequestParser(async () => {
        const params = await paramsFrom(exchange.incoming, exchange.search, limits);
        if ('refusal' in params) return refuse(params.refusal, exchange, fetchAPI, params.limit);
        const { files, ...plain } = params;
        exchange.found.params = plain;
        if (files) exchange.found.files = files;
        return { query: params.query ?? '{ __typename }' }; // yoga knows of no other parameters, and needs this one
      });
    },
    onParams({ setParamsHandler }) {
      setParamsHandler(async ({ context: exchange }) => {
        const { files, params } = exchange.found;
        const run = (signal: StopSignal) =>
          handler({
            ...params,
            id: exchange.id,
            method: exchange.incoming.method === 'GET' ? 'GET' : 'POST',
            headers: exchange.headers,
            peer: peerOf(exchange.incoming, clientAddress),
            signal,
            streams: eventWish(exchange.headers['accept']) !== undefined,
          });
        const done = await (files ? whileFilesCome(files, exchange.signal, run) : run(exchange.signal));
        exchange.found.done =
          'refusal' in done ? refused(options, done.refusal, exchange.id, 'POST', done.limit) : done;
        return {}; // what it came to goes out by `written`, not by yoga
      });
    },
    onResultProcess({ serverContext: exchange, result, setResultProcessor }) {
      setResultProcessor((_, fetchAPI) => respond(written(exchange, result), fetchAPI), 'application/json');
    },
  };

  function refuse(
    refusal: OperationResult,
    { id, headers, incoming }: Exchange,
    fetchAPI: FetchAPI,
    limit?: LimitKey,
  ): Response {
    return respond(answerOf(refused(options, refusal, id, incoming.method, limit), headers['accept']), fetchAPI);
  }

  /** An answer that cannot be written as JSON, or a failure before there was one, is our own bug. */
  function written({ id, found: { done }, headers }: Exchange, result: unknown): Answer {
    try {
      if (done) return answerOf(done, headers['accept']);
      log.error({ requestId: id, error: errorReport(result) }, 'internal error');
    } catch (error) {
      log.error({ requestId: id, error: errorReport(error) }, 'internal error');
    }
    const broken = refusal('INTERNAL_SERVER_ERROR', `Internal server error (x-request-id ${id}).`);
    return answerOf(inOwnWords(broken, options.responses), undefined);
  }
}

function respond({ status, type, headers, body }: Answer, fetchAPI: FetchAPI): Response {
  return new fetchAPI.Response(body.toString(), { status, headers: { ...headers, 'content-type': type } });
}
