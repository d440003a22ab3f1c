import type { CallContext } from '../../../adapter/adapter.ts';
import { outgoingHeaders } from '../../../adapter/outgoing-headers.ts';
import type { Source } from '../../../source/source.ts';

/** What goes out with a call, as headers: in a name in `-bin` the bytes of what a claim says. */
export function outgoingMetadata(source: Source, context: CallContext): Record<string, string> {
  return outgoingHeaders(source, context, undefined, isBinary);
}

/** grpc/grpc: doc/PROTOCOL-HTTP2.md, Binary-Header. */
function isBinary(name: string): boolean {
  return name.endsWith('-bin');
}
