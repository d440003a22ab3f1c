import type { Gate, Handled, OperationRequest } from '../handler.ts';
import type { LimitReport } from '../limits/limit-report.ts';
import type { Limits } from '../limits/limits.ts';
import { nestingOf } from '../limits/nesting.ts';

/** Far above any policy, far below what the stack bears. */
const maxNesting = 200;

/** UTF-8 takes three bytes at most for a UTF-16 unit. */
const maxBytesPerUnit = 3;

/** What is checked of a document before it is parsed: bytes and nesting. (Tokens are counted while it is parsed.) */
export function documentLimits(limits: Limits, report: LimitReport): Gate {
  return next => request => {
    const document = request.query ?? '';
    if (document.length * maxBytesPerUnit <= limits.document && !mayNest(document)) return next(request);
    return beyond(document, request, limits, report) ?? next(request);
  };
}

function beyond(document: string, request: OperationRequest, limits: Limits, report: LimitReport): Handled | undefined {
  const bytes = Buffer.byteLength(document);
  if (bytes > limits.document) {
    const message = `The document has ${bytes} bytes; ${limits.document} are allowed.`;
    const refused = report.tell({ limit: 'document', code: 'DOCUMENT_TOO_LARGE', message }, request);
    if (refused) return refused;
  }
  const nesting = nestingOf(document);
  if (nesting <= maxNesting) return undefined;
  const message = `The document nests ${nesting} levels; ${maxNesting} are allowed.`;
  return report.tell({ limit: 'nesting', code: 'OPERATION_TOO_COMPLEX', message }, request);
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
