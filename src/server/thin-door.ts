import type { IncomingMessage, ServerResponse } from 'node:http';
import { answerOf, writePlainAnswer } from './answer.ts';
import { type DoorOptions, logRefused } from './door.ts';
import { paramsFrom, refusedByHead } from './operation-of.ts';
import { PostedRequest } from './posted-request.ts';

/** Undefined: it is not for this door, and nothing of it was read. */
export type ThinDoor = (request: IncomingMessage, response: ServerResponse, id: string) => Promise<void> | undefined;

const noParameters = new URLSearchParams();

/** The plain way: a POST of JSON goes straight from node:http to the core. Whatever is anything else, or is refused by its head, is not taken. */
export function thinDoor({ handler, limits, log }: DoorOptions): ThinDoor {
  const serve = async (request: IncomingMessage, response: ServerResponse, id: string) => {
    const { accept } = request.headers;
    const params = await paramsFrom(request, noParameters, limits.body);
    if ('status' in params) {
      logRefused(log, params, id, request.method);
      return writePlainAnswer(response, id, answerOf(params, accept));
    }
    const done = await handler(new PostedRequest(id, params, request, response));
    writePlainAnswer(response, id, answerOf(done, accept));
  };
  return (request, response, id) => {
    if (request.method !== 'POST' || request.url !== '/graphql' || refusedByHead(request)) return undefined;
    return serve(request, response, id);
  };
}
