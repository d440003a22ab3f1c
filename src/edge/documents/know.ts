import { GraphQLError } from 'graphql';
import { refusal, refusals } from '../errors/refusal.ts';
import type { Handler, KnownDocument, KnownRequest, Served } from '../handler.ts';
import { tooManyTokens } from '../limits/document-excess.ts';
import type { LimitReport } from '../limits/limit-report.ts';
import type { Limits } from '../limits/limits.ts';
import { withDocument } from '../request/derived-request.ts';
import { isTooLong, type KnownDocuments } from './known-documents.ts';

/**
 * The border between the two phases: takes one revision for the whole of the request and makes the document known. What is refused
 * here never had a document.
 */
export function know(
  served: () => Served | undefined,
  documents: KnownDocuments,
  limits: Limits,
  report: LimitReport,
  next: Handler<KnownRequest>,
): Handler {
  return request => {
    const now = served();
    if (!now) {
      return refusal(
        'OVERLOADED',
        'The gateway has no schema yet: none of its sources could be loaded. Its log and `selvage check` tell why; it keeps trying.',
        { headers: { 'retry-after': '5' } },
      );
    }
    if (request.query === undefined) return refusal('BAD_REQUEST', 'The request has no "query".');
    let document: KnownDocument;
    try {
      document = documents.get(request.query, now);
    } catch (error) {
      if (!(error instanceof GraphQLError)) throw error;
      const refused = isTooLong(error) ? report.tell(tooManyTokens(limits), request) : undefined;
      return refused ?? refusals('GRAPHQL_PARSE_FAILED', [error]);
    }
    return next(withDocument(request, now, document));
  };
}
