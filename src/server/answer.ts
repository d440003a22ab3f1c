import type { IncomingMessage, ServerResponse } from 'node:http';
import { statusUnder } from '../edge/errors/refusal.ts';
import type { OperationResult } from '../edge/handler.ts';
import { WrittenAnswer } from '../edge/written-answer.ts';
import { type AnswerType, answerType } from './media-type.ts';

/** An operation's result as HTTP has it. */
export interface Answer {
  readonly status: number;
  /** The content type. */
  readonly type: string;
  /** Beside the content type and those that every answer has. */
  readonly headers: Readonly<Record<string, string>> | undefined;
  readonly body: string | Buffer;
}

export function answerOf(done: OperationResult, accept: string | undefined): Answer {
  const type: AnswerType = answerType(accept) ?? 'application/json';
  return {
    status: statusUnder(type, done),
    type: done.body?.type ?? contentTypes[type],
    headers: done.headers,
    body: done.body?.text ?? bodyOf(done.result),
  };
}

const contentTypes: Readonly<Record<AnswerType, string>> = {
  'application/json': 'application/json; charset=utf-8',
  'application/graphql-response+json': 'application/graphql-response+json; charset=utf-8',
};

/** Errors stand first (GraphQL October 2021, 7.1), and a request error has no `data` at all. */
export function bodyOf(result: OperationResult['result']): string | Buffer {
  if (result instanceof WrittenAnswer) return result.body;
  const { errors, data, extensions } = result;
  return JSON.stringify({ errors: errors?.length ? errors : undefined, data, extensions });
}

/** A body that nobody read is not read to its end either: its connection is not kept. */
export function writeAnswer(response: ServerResponse, { status, type, headers, body }: Answer): void {
  if (hasUnreadBody(response.req)) response.setHeader('connection', 'close');
  const head = { ...headers, 'content-type': type, 'content-length': Buffer.byteLength(body) };
  response.writeHead(status, head).end(body);
}

/**
 * The same while the body still comes and is let go of: the client is told at once, and its connection ended when it has sent the rest. (Ended
 * before, what it was told could be lost with what it was sending.)
 */
export async function writeBeforeRest(response: ServerResponse, answer: Answer, rest: Promise<void>): Promise<void> {
  if (!hasUnreadBody(response.req)) {
    writeAnswer(response, answer);
    return;
  }
  const { status, type, headers, body } = answer;
  const head = { ...headers, 'content-type': type, 'content-length': Buffer.byteLength(body), connection: 'close' };
  response.writeHead(status, head).write(body);
  await rest;
  response.end();
}

function hasUnreadBody({ headers, complete }: IncomingMessage): boolean {
  return !complete && (headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0);
}

/** What every answer carries, whoever writes it. */
export function setCommonHeaders(response: ServerResponse, requestId: string): void {
  const headers = commonHeaders(requestId);
  for (let index = 0; index < headers.length; index += 2) response.setHeader(headers[index]!, headers[index + 1]!);
}

/** Names and values in turn, as `writeHead` takes them. No cache keeps an answer, and none shares one (RFC 9111, 5.2.2): it is of one caller. */
function commonHeaders(requestId: string): string[] {
  return ['x-request-id', requestId, 'x-content-type-options', 'nosniff', 'cache-control', 'private, no-store'];
}

/** `setCommonHeaders` and `writeAnswer` in one stroke. `last`: the connection is not kept. */
export function writePlainAnswer(
  response: ServerResponse,
  requestId: string,
  answer: Answer,
  last: boolean = hasUnreadBody(response.req),
): void {
  const { status, type, headers, body } = answer;
  const head = commonHeaders(requestId);
  if (headers) for (const [name, value] of Object.entries(headers)) head.push(name, value);
  head.push('content-type', type, 'content-length', String(Buffer.byteLength(body)));
  if (last) head.push('connection', 'close');
  response.writeHead(status, head).end(body);
}
