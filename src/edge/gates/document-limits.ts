import type { Gate } from '../handler.ts';
import type { Limits } from '../limits.ts';
import { nestingOf } from '../nesting.ts';
import { refusal } from '../refusal.ts';

/** Far above any policy, far below what the stack bears. */
const maxNesting = 200;

/** What is checked of a document before it is parsed: bytes and nesting. (Tokens are counted while it is parsed.) */
export function documentLimits(limits: Limits): Gate {
  return next => async request => {
    const document = request.query ?? '';
    const bytes = Buffer.byteLength(document);
    if (bytes > limits.document) {
      return refusal('DOCUMENT_TOO_LARGE', `The document has ${bytes} bytes; ${limits.document} are allowed.`);
    }
    const nesting = nestingOf(document);
    if (nesting > maxNesting) {
      return refusal('OPERATION_TOO_COMPLEX', `The document nests ${nesting} levels; ${maxNesting} are allowed.`);
    }
    return next(request);
  };
}
