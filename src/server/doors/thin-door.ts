import type { IncomingMessage, ServerResponse } from 'node:http';
import type { OperationResult } from '../../edge/handler.ts';
import { answerOf, writePlainAnswer } from '../answer.ts';
import { eventWish } from '../media-type.ts';
import { bringsFiles, paramsOfBody, refusedByHead } from '../operation-of.ts';
import { readBody } from '../read-body.ts';
import { type DoorOptions, refused } from './door.ts';
import { OverloadAnswers } from './overload-answers.ts';
import { PostedRequest } from './posted-request.ts';

interface ThinDoorOptions extends DoorOptions {
  /** Is this answer the last of its connection? */
  closing(): boolean;
  /** Is told what our own mistakes, or a client that left, made of a request. */
  failed(response: ServerResponse, id: string, error: unknown): void;
}

/** Does it take the request? Of what it does not take nothing was read. */
export type ThinDoor = (request: IncomingMessage, response: ServerResponse, id: string) => boolean;

/** Of a body that nobody reads, node:http reads so much to its end, so that its connection can be kept. */
const shortBody = 64 * 1024;

function isShort({ headers }: IncomingMessage): boolean {
  return Number(headers['content-length']) <= shortBody;
}

/** The plain way: a POST of JSON goes straight from node:http to the core. Whatever is anything else, or is refused by its head, is not taken. */
export function thinDoor(options: ThinDoorOptions): ThinDoor {
  const { handler, limits, clientAddress, closing, failed } = options;
  const overload = new OverloadAnswers(options);
  return (request, response, id) => {
    if (request.method !== 'POST' || request.url !== '/graphql' || refusedByHead(request)) return false;
    if (bringsFiles(request)) return false;
    const { accept } = request.headers;
    if (eventWish(accept)) return false;
    if (options.overloaded?.()) {
      overload.write(request, response, id, closing() || !isShort(request));
      return true;
    }
    const fail = (error: unknown) => failed(response, id, error);
    const answer = (done: OperationResult) => {
      try {
        writePlainAnswer(response, id, answerOf(done, accept), closing() || undefined);
      } catch (error) {
        fail(error);
      }
    };
    readBody(
      request,
      limits.body,
      body => {
        try {
          const params = paramsOfBody(body, limits.body);
          if ('status' in params) {
            answer(refused(options, params, id, request.method));
            return;
          }
          const handled = handler(new PostedRequest(id, params, request, response, clientAddress));
          if (handled instanceof Promise) handled.then(answer, fail);
          else answer(handled);
        } catch (error) {
          fail(error);
        }
      },
      fail,
    );
    return true;
  };
}
