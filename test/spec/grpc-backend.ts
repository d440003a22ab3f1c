import {
  createFileRegistry,
  type DescMethod,
  fromBinary,
  fromJson,
  type JsonValue,
  type Registry,
  toBinary,
  toJson,
} from '@bufbuild/protobuf';
import { Server, ServerCredentials, type ServerUnaryCall, type sendUnaryData, status } from '@grpc/grpc-js';
import { load } from '../../src/adapters/grpc/load.ts';
import { openReader } from '../../src/source/open-reader.ts';
import { defaultSourceOptions } from '../../src/source/source.ts';
import type { SpecBackend } from './http-backend.ts';
import type { Ledger } from './ledger.ts';

/** A real gRPC server of all services of a document, that answers what the ledger lists, and UNIMPLEMENTED to anything else. */
export async function startGrpcBackend(name: string, document: string, ledger: Ledger): Promise<SpecBackend> {
  const source = { name, protocol: 'grpc', document, options: defaultSourceOptions };
  const loaded = await load(source, { reader: openReader(source), signal: AbortSignal.timeout(60_000) });
  if (!loaded.ok) throw new SyntaxError(`${document}: ${JSON.stringify(loaded.diagnostics)}`);
  const registry = createFileRegistry(loaded.value.set);
  const server = new Server();
  for (const type of registry) {
    if (type.kind !== 'service') continue;
    const unary = type.methods.filter(({ methodKind }) => methodKind === 'unary');
    const definition = Object.fromEntries(unary.map(method => [method.name, wireOf(method, registry)]));
    server.addService(
      definition,
      Object.fromEntries(
        unary.map(method => [method.name, handler(name, method, ledger, () => server.forceShutdown())]),
      ),
    );
  }
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    ),
  );
  return {
    endpoint: `127.0.0.1:${port}`,
    async close() {
      server.forceShutdown();
    },
  };
}

/** `registry`: extensions are told by their names. */
function wireOf({ parent, name, input, output }: DescMethod, registry: Registry) {
  return {
    path: `/${parent.typeName}/${name}`,
    requestStream: false,
    responseStream: false,
    requestSerialize: (request: JsonValue) => Buffer.from(toBinary(input, fromJson(input, request, { registry }))),
    requestDeserialize: (bytes: Uint8Array) => toJson(input, fromBinary(input, bytes), { registry }),
    responseSerialize: (reply: JsonValue) => Buffer.from(toBinary(output, fromJson(output, reply, { registry }))),
    responseDeserialize: (bytes: Uint8Array) => toJson(output, fromBinary(output, bytes), { registry }),
  } as const;
}

function handler(source: string, method: DescMethod, ledger: Ledger, hangUp: () => void) {
  return (call: ServerUnaryCall<JsonValue, JsonValue>, reply: sendUnaryData<JsonValue>) => {
    const headers = Object.fromEntries(
      Object.entries(call.metadata.getMap()).map(([name, value]) => [name, String(value)]),
    );
    const answer = ledger.answerTo(source, { method: method.name, headers, message: call.request });
    if (answer?.kind === 'silence') return;
    if (answer?.kind === 'hang up') return hangUp();
    if (answer?.kind !== 'grpc') return reply({ code: status.UNIMPLEMENTED });
    if (answer.status === 'OK') return reply(null, answer.reply as JsonValue); // JSON.parse gave it
    reply({ code: status[answer.status as keyof typeof status], details: answer.message });
  };
}
