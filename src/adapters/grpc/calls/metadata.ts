import { Metadata } from '@grpc/grpc-js';
import { hopByHop } from '../../../adapter/outgoing-headers.ts';

/**
 * Headers as metadata (grpc/grpc: doc/PROTOCOL-HTTP2.md, Custom-Metadata). Left out: names that gRPC has no room for or keeps for
 * itself, and values that are no printable ASCII. A name in `-bin` carries bytes, which the header has in base64; several, with commas.
 */
export function metadataOf(headers: Readonly<Record<string, string>>): Metadata {
  const metadata = new Metadata();
  for (const name in headers) {
    const kind = kindOf(name);
    const value = headers[name]!;
    if (kind === 'text' && /^[ -~]*$/.test(value)) metadata.set(name, value);
    else if (kind === 'bytes') for (const each of value.split(',')) metadata.add(name, Buffer.from(each, 'base64'));
  }
  return metadata;
}

type Kind = 'text' | 'bytes' | 'none';

/** The names are those of the configuration: they are few. */
const kinds = new Map<string, Kind>();

function kindOf(name: string): Kind {
  const known = kinds.get(name);
  if (known) return known;
  const isTaken =
    /^[0-9a-z_.-]+$/.test(name) && !name.startsWith('grpc-') && name !== 'user-agent' && !hopByHop.has(name);
  const kind = !isTaken ? 'none' : name.endsWith('-bin') ? 'bytes' : 'text';
  kinds.set(name, kind);
  return kind;
}
