import { createHash } from 'node:crypto';
import { create, toBinary } from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt';
import { wellKnownFiles } from '../proto/builtin.ts';
import type { GrpcDocument } from './document.ts';

/**
 * A digest of all that makes a schema of a document: its services and files, comments apart, in no order. Of two documents with one digest
 * no call differs.
 */
export function fingerprintOf({ services, set }: GrpcDocument): string {
  const files = set.file.filter(({ name }) => !wellKnownFiles.has(name));
  const digests = files.map(file => {
    const { sourceCodeInfo: _, ...bare } = file;
    return digestOf(toBinary(FileDescriptorProtoSchema, create(FileDescriptorProtoSchema, bare)));
  });
  return `sha256-${digestOf(JSON.stringify([[...services].sort(), digests.sort()]))}`;
}

function digestOf(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
