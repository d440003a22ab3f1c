import type { IncomingMessage, ServerResponse } from 'node:http';
import type { OperationResult } from '../edge/handler.ts';
import { statusUnder } from '../edge/refusal.ts';
import { WrittenAnswer } from '../edge/written-answer.ts';
import { type AnswerType, answerType } from './media-type.ts';

/** An operation's result as HTTP has it. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export function answerOf(done: OperationResult, accept: string | undefined): Answer {
  const type: AnswerType = answerType(accept) ?? 'application/json';
  return {
    status: statusUnder(type, done),
    headers: { ...done.headers, 'content-type': contentTypes[type] },
    body: bodyOf(done.result),
  };
}

const contentTypes: Readonly<Record<AnswerType, string>> = {
  'application/json': 'application/json; charset=utf-8',
  'application/graphql-response+json': 'application/graphql-response+json; charset=utf-8',
};

/** Errors stand first (GraphQL October 2021, 7.1), and a request error has no `data` at all. */
function bodyOf(result: OperationResult['result']): string {
  const { errors } = result;
  if (result instanceof WrittenAnswer) {
    return errors ? `{"errors":${JSON.stringify(errors)},"data":${result.text}}` : `{"data":${result.text}}`;
  }
  const { data, extensions } = result;
  return JSON.stringify({ errors: errors?.length ? errors : undefined, data, extensions });
}

/** A body that nobody read is not read to its end either: its connection is not kept. */
export function writeAnswer(response: ServerResponse, { status, headers, body }: Answer): void {
  if (hasUnreadBody(response.req)) response.setHeader('connection', 'close');
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) }).end(body);
}

function hasUnreadBody({ headers, complete }: IncomingMessage): boolean {
  return !complete && (headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0);
}

/** What every answer carries, whoever writes it. */
export function setCommonHeaders(response: ServerResponse, requestId: string): void {
  const headers = commonHeaders(requestId);
  for (let index = 0; index < headers.length; index += 2) response.setHeader(headers[index]!, headers[index + 1]!);
}

/** Names and values in turn, as `writeHead` takes them. */
function commonHeaders(requestId: string): string[] {
  return ['x-request-id', requestId, 'x-content-type-options', 'nosniff', 'cache-control', 'no-store'];
}

/** `setCommonHeaders` and `writeAnswer` in one stroke. */
export function writePlainAnswer(response: ServerResponse, requestId: string, { status, headers, body }: Answer): void {
  if (hasUnreadBody(response.req)) response.setHeader('connection', 'close');
  const head = commonHeaders(requestId);
  for (const [name, value] of Object.entries(headers)) head.push(name, value);
  head.push('content-length', String(Buffer.byteLength(body)));
  response.writeHead(status, head).end(body);
}
