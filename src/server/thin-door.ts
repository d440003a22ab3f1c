import { answerOf, writeAnswer } from './answer.ts';
import { type Door, type DoorOptions, logRefused } from './door.ts';
import { headersOf, paramsFrom, refusedByHead } from './operation-of.ts';

/**
 * The plain way: a POST of JSON goes straight from node:http to the core. Whatever is anything else, or is refused by its head, goes to
 * the door beside it, which is opened when it is first needed.
 */
export function thinDoor({ handler, limits, log }: DoorOptions, other: Door): Door {
  return async (request, response, visit) => {
    if (request.method !== 'POST' || refusedByHead(request)) return other(request, response, visit);
    const { id, search, signal } = visit;
    const { accept } = request.headers;
    const params = await paramsFrom(request, search, limits.body);
    if ('status' in params) {
      logRefused(log, params, id, request.method);
      return writeAnswer(response, answerOf(params, accept));
    }
    const done = await handler({ ...params, id, method: 'POST', headers: headersOf(request), signal });
    writeAnswer(response, answerOf(done, accept));
  };
}
