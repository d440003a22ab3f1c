import type { Gate } from '../handler.ts';
import type { Limits } from '../limits.ts';
import { nestingOf } from '../nesting.ts';
import { refusal } from '../refusal.ts';

/** Far above any policy, far below what the stack bears. */
const maxNesting = 200;

/** UTF-8 takes three bytes at most for a UTF-16 unit. */
const maxBytesPerUnit = 3;

/** What is checked of a document before it is parsed: bytes and nesting. (Tokens are counted while it is parsed.) */
export function documentLimits(limits: Limits): Gate {
  return next => request => {
    const document = request.query ?? '';
    const bytes = document.length * maxBytesPerUnit > limits.document ? Buffer.byteLength(document) : 0;
    if (bytes > limits.document) {
      return refusal('DOCUMENT_TOO_LARGE', `The document has ${bytes} bytes; ${limits.document} are allowed.`);
    }
    const nesting = mayNest(document) ? nestingOf(document) : 0;
    if (nesting > maxNesting) {
      return refusal('OPERATION_TOO_COMPLEX', `The document nests ${nesting} levels; ${maxNesting} are allowed.`);
    }
    return next(request);
  };
}

/** What has too few brackets to nest too deep need not be walked. */
function mayNest(document: string): boolean {
  if (document.length <= maxNesting) return false;
  let openers = 0;
  for (const opener of ['{', '(', '[']) {
    for (let at = document.indexOf(opener); at >= 0; at = document.indexOf(opener, at + 1)) {
      openers += 1;
      if (openers > maxNesting) return true;
    }
  }
  return false;
}
