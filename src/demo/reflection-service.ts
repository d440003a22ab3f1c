import type { DescService, FileRegistry } from '@bufbuild/protobuf';
import { toBinary } from '@bufbuild/protobuf';
import { BinaryReader, BinaryWriter } from '@bufbuild/protobuf/wire';
import { type FileDescriptorProto, FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt';
import type { ServerDuplexStream, ServiceDefinition, UntypedServiceImplementation } from '@grpc/grpc-js';

type Question =
  | { readonly kind: 'file'; readonly name: string }
  | { readonly kind: 'symbol'; readonly name: string }
  | { readonly kind: 'services' }
  | { readonly kind: 'other' };

/** gRPC server reflection (github.com/grpc/grpc/blob/master/src/proto/grpc/reflection/v1/reflection.proto): the definition, ... */
export const reflectionDefinition: ServiceDefinition = {
  ServerReflectionInfo: {
    path: '/grpc.reflection.v1.ServerReflection/ServerReflectionInfo',
    requestStream: true,
    responseStream: true,
    requestSerialize: () => Buffer.alloc(0), // a server serialises no requests
    requestDeserialize: readQuestion,
    responseSerialize: (answer: Uint8Array) => Buffer.from(answer),
    responseDeserialize: bytes => bytes,
  },
};

/** ... and what a server of these services answers. */
export function reflectionOf(services: readonly DescService[], registry: FileRegistry): UntypedServiceImplementation {
  return {
    ServerReflectionInfo(stream: ServerDuplexStream<Question, Uint8Array>) {
      stream.on('data', (question: Question) => stream.write(answerTo(question, services, registry)));
      stream.on('end', () => stream.end());
    },
  };
}

function answerTo(question: Question, services: readonly DescService[], registry: FileRegistry): Uint8Array {
  if (question.kind === 'services') return servicesAnswer(services);
  if (question.kind === 'file') {
    const file = [...registry.files].find(({ proto }) => proto.name === question.name);
    return file ? fileAnswer(file.proto) : notFound(question.name);
  }
  if (question.kind === 'symbol') {
    const declared = registry.get(question.name);
    return declared && 'file' in declared ? fileAnswer(declared.file.proto) : notFound(question.name);
  }
  return notFound('this kind of question');
}

/** ServerReflectionRequest: file_by_filename 3, file_containing_symbol 4, list_services 7. */
function readQuestion(bytes: Uint8Array): Question {
  const reader = new BinaryReader(bytes);
  let question: Question = { kind: 'other' };
  while (reader.pos < reader.len) {
    const [field, wireType] = reader.tag();
    if (field === 3) question = { kind: 'file', name: reader.string() };
    else if (field === 4) question = { kind: 'symbol', name: reader.string() };
    else {
      reader.skip(wireType);
      if (field === 7) question = { kind: 'services' };
    }
  }
  return question;
}

const lengthDelimited = 2;

/** ServerReflectionResponse.file_descriptor_response 4: file_descriptor_proto 1. */
function fileAnswer(file: FileDescriptorProto): Uint8Array {
  const bytes = toBinary(FileDescriptorProtoSchema, file);
  const files = new BinaryWriter().tag(1, lengthDelimited).bytes(bytes).finish();
  return new BinaryWriter().tag(4, lengthDelimited).bytes(files).finish();
}

/** ServerReflectionResponse.list_services_response 6: service 1: name 1. */
function servicesAnswer(services: readonly DescService[]): Uint8Array {
  const list = new BinaryWriter();
  for (const { typeName } of services) {
    list.tag(1, lengthDelimited).bytes(new BinaryWriter().tag(1, lengthDelimited).string(typeName).finish());
  }
  return new BinaryWriter().tag(6, lengthDelimited).bytes(list.finish()).finish();
}

/** ServerReflectionResponse.error_response 7: error_code 1, error_message 2. */
function notFound(what: string): Uint8Array {
  const error = new BinaryWriter().tag(1, 0).int32(5).tag(2, lengthDelimited).string(`${what} is not known`).finish();
  return new BinaryWriter().tag(7, lengthDelimited).bytes(error).finish();
}
