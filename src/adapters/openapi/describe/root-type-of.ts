import type { Diagnostic } from '../../../base/diagnostic.ts';
import { matchesAny } from '../../../base/glob.ts';
import { overlaidKind } from '../../../source/operation-kind.ts';
import type { Source } from '../../../source/source.ts';
import type { OperationSite } from '../document/operation.ts';
import { text } from '../document/operation-parts.ts';

/** What only reads is a query: by its method, unless the overlay, the document or the source says so of the operation. */
export function rootTypeOf(
  site: OperationSite,
  name: string,
  source: Source,
  report: (diagnostic: Diagnostic) => void,
): 'Query' | 'Mutation' {
  const overlaid = overlaidKind(source, name);
  if (overlaid) return overlaid;
  const written = text(site.operation.value, 'x-graphql-operation');
  if (written !== undefined) {
    const kind = written.toLowerCase();
    if (kind === 'query') return 'Query';
    if (kind === 'mutation') return 'Mutation';
    report(unknownKind(written, site));
  }
  if (matchesAny(name, source.options.queries)) return 'Query';
  return ['GET', 'HEAD', 'QUERY'].includes(site.method) ? 'Query' : 'Mutation';
}

function unknownKind(written: string, { operation: { address, pointer } }: OperationSite): Diagnostic {
  return {
    severity: 'warning',
    code: 'DOCUMENT_INVALID',
    message: `x-graphql-operation is "${written.slice(0, 40)}"; the operation's method decides.`,
    at: [address, `${pointer}/x-graphql-operation`],
    hint: 'Write query or mutation.',
  };
}
