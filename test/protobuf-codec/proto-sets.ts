import type { FileDescriptorSet } from '@bufbuild/protobuf/wkt';
import { load } from '../../src/adapters/grpc/load.ts';
import { openReader } from '../../src/source/open-reader.ts';
import { defaultSourceOptions } from '../../src/source/source.ts';
import { fixture } from '../corpus/corpus.ts';

/** The descriptors of one maker's public protos. */
export interface ProtoSet {
  readonly name: string;
  readonly descriptors: FileDescriptorSet;
}

/** Below the fixtures; those of protobuf itself declare the same names in several files, so each is a set of its own. */
const documents = [
  ...['googleapis', 'grpc-gateway', 'connectrpc-conformance', 'grpc-proto', 'microservices-demo', 'tailcall', 'etcd'],
  'protobuf/src/google/protobuf/test_messages_proto2.proto',
  'protobuf/src/google/protobuf/test_messages_proto3.proto',
  'protobuf/conformance/test_protos/test_messages_edition2023.proto',
  'protobuf/editions/golden/test_messages_proto3_editions.proto',
  'protobuf/conformance/conformance.proto',
];

/** Every set of the fixtures. */
export function publicProtoSets(): Promise<readonly ProtoSet[]> {
  return Promise.all(
    documents.map(async name => {
      const document = fixture(`proto/${name}`);
      const include = ['googleapis', 'grpc-gateway', 'etcd'].map(folder => fixture(`proto/${folder}`));
      const source = { name: 'x', protocol: 'grpc', document, options: { ...defaultSourceOptions, include } };
      const loaded = await load(source, { reader: openReader(source), signal: AbortSignal.timeout(60_000) });
      if (!loaded.ok) throw new Error(JSON.stringify(loaded.diagnostics));
      return { name, descriptors: loaded.value.set };
    }),
  );
}
