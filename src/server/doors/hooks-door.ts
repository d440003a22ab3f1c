import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Receive, Received } from '../../base/inbound.ts';
import { refusal } from '../../edge/errors/refusal.ts';
import type { OperationResult } from '../../edge/handler.ts';
import { answerOf, writeAnswer } from '../answer.ts';
import { headersOf } from '../operation-of.ts';
import { readBytes } from '../read-body.ts';
import { type DoorOptions, inOwnWords, notServed, refused } from './door.ts';

interface HooksDoorOptions extends DoorOptions {
  /** Who takes in what the backend of a source sends; undefined where that source is not known or takes nothing. */
  receiver(source: string): Receive | undefined;
}

const prefix = '/hooks/';

/** Is the path one that backends call? */
export const isHook = (path: string): boolean => path.startsWith(prefix);

/**
 * Where backends call the gateway: `/hooks/<source>/<name>`. The source's adapter verifies and takes in what came; here is HTTP alone. Nothing
 * is told but by the status: 204 taken (or taken before), 401 not proved, 400 malformed.
 */
export function hooksDoor(options: HooksDoorOptions) {
  return (request: IncomingMessage, response: ServerResponse, id: string, path: string): Promise<void> => {
    const answer = (told: OperationResult) =>
      writeAnswer(response, answerOf(refused(options, told, id, request.method), undefined));
    const place = segmentsOf(path.slice(prefix.length));
    const receive = place?.[0] === undefined ? undefined : options.receiver(place[0]);
    if (!place || !receive) {
      writeAnswer(response, answerOf(inOwnWords(refusals.unknown(), options.responses), undefined));
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      readBytes(
        request,
        options.limits.body,
        body => {
          const { method = '' } = request;
          const came = async () => {
            if (body === 'too-large') return answer(tooLarge(options.limits.body));
            const received = await receive(place.slice(1), { method, headers: headersOf(request), body });
            if (received !== 'taken' && received !== 'repeated') return answer(refusals[received]());
            options.log.info({ requestId: id, source: place[0], received }, 'webhook');
            response.writeHead(204).end();
          };
          came().then(resolve, reject);
        },
        reject,
      );
    });
  };
}

/** Undefined where it cannot be decoded. */
function segmentsOf(path: string): string[] | undefined {
  try {
    return path.split('/').map(decodeURIComponent);
  } catch {
    return undefined;
  }
}

const refusals: Readonly<Record<Exclude<Received, 'taken' | 'repeated'>, () => OperationResult>> = {
  unknown: () => notServed(404),
  'wrong-method': () => notServed(405),
  unverified: () => refusal('UNAUTHENTICATED', 'The request does not prove who sent it.', { status: 401 }),
  malformed: () => refusal('BAD_REQUEST', 'The body is not what is described.', { status: 400 }),
};

function tooLarge(max: number): OperationResult {
  return refusal('DOCUMENT_TOO_LARGE', `The body has more than the ${max} bytes that are allowed.`, { status: 413 });
}
