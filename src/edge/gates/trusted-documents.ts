import { isRecord, own } from '../../base/json.ts';
import { hashIn, sha256, TrustedDocuments, type TrustedDocumentsOptions } from '../documents/trusted-documents.ts';
import { refusal } from '../errors/refusal.ts';
import type { Gate, Handled, Handler, OperationRequest } from '../handler.ts';
import { withQuery } from '../request/derived-request.ts';

/**
 * Puts the text of a registered document in the place of its id, and in mode `only` refuses every other text. Nobody registers documents by
 * sending them: a client of Apollo's automatic persisted queries is told so in its own words, and sends full documents from then on.
 */
export function trustedDocuments(options: TrustedDocumentsOptions): Gate {
  if (options.mode === 'off') return next => request => withoutIds(request, next);
  const documents = new TrustedDocuments(options);
  const only = options.mode === 'only';
  return next => request => {
    const id = idOf(request);
    const { query } = request;
    if (id instanceof Ambiguous) return ambiguous;
    if (id === undefined) {
      if (query === undefined || !only || documents.has(query, request)) return next(request);
      return refusal('FORBIDDEN', 'The document is not one that is registered with the gateway.');
    }
    const text = documents.text(id, request);
    if (query !== undefined && (text === undefined ? mayDiffer(id, query) : text !== query)) return mismatch;
    if (text !== undefined) return next(query === undefined ? withQuery(request, text) : request);
    if (query !== undefined && !only) return next(request);
    return only
      ? refusal('OPERATION_RESOLUTION_FAILURE', 'No document of this id is registered with the gateway.')
      : unknown;
  };
}

class Ambiguous {}

const bothIds = new Ambiguous();
const ambiguous = refusal(
  'BAD_REQUEST',
  'The parameter "documentId" and the hash in "extensions" are of different documents.',
);
const mismatch = refusal('BAD_REQUEST', 'The parameter "query" is not the document of the id that was given.');
/** What Apollo's clients know as the word for it. */
const unknown = refusal('OPERATION_RESOLUTION_FAILURE', 'PersistedQueryNotSupported');

function withoutIds(request: OperationRequest, next: Handler): Handled {
  return request.query === undefined && idOf(request) !== undefined ? unknown : next(request);
}

/** An id that nobody registered must at least be no other text's hash. */
function mayDiffer(id: string, query: string): boolean {
  const hash = hashIn(id);
  return hash !== undefined && hash !== sha256(query);
}

function idOf({ documentId, extensions }: OperationRequest): string | Ambiguous | undefined {
  const persisted = extensions && own(extensions, 'persistedQuery');
  const hash = isRecord(persisted) ? own(persisted, 'sha256Hash') : undefined;
  if (typeof hash !== 'string') return documentId;
  if (documentId === undefined) return hash;
  return documentId === hash || hashIn(documentId) === hash.toLowerCase() ? documentId : bothIds;
}
