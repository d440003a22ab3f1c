import { Metadata } from '@grpc/grpc-js';
import { hopByHop } from '../../../adapter/outgoing-headers.ts';

/**
 * Headers as metadata (grpc/grpc: doc/PROTOCOL-HTTP2.md, Custom-Metadata). Left out: names that gRPC has no room for or keeps for
 * itself, and values that are no printable ASCII. A name in `-bin` carries bytes, which the header has in base64; several, with commas.
 */
export function metadataOf(headers: Readonly<Record<string, string>>): Metadata {
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(headers)) {
    if (!/^[0-9a-z_.-]+$/.test(name) || name.startsWith('grpc-') || name === 'user-agent' || hopByHop.has(name))
      continue;
    if (name.endsWith('-bin')) for (const each of value.split(',')) metadata.add(name, Buffer.from(each, 'base64'));
    else if (/^[ -~]*$/.test(value)) metadata.set(name, value);
  }
  return metadata;
}
