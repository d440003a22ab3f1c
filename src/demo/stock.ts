import {
  createFileRegistry,
  type DescService,
  fromBinary,
  fromJson,
  type JsonValue,
  toBinary,
  toJson,
} from '@bufbuild/protobuf';
import {
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type ServiceDefinition,
  type sendUnaryData,
  status,
} from '@grpc/grpc-js';
import { load } from '../adapters/grpc/load.ts';
import { openReader } from '../source/open-reader.ts';
import { defaultSourceOptions } from '../source/source.ts';
import type { StartBackend } from './backend.ts';
import { stockLevels } from './data.ts';
import { packageFile } from './package-file.ts';
import { reflectionDefinition, reflectionOf } from './reflection-service.ts';

type Level = (typeof stockLevels)[number];
type Request = Readonly<Record<string, JsonValue>>;

class Refusal extends Error {
  readonly code: status;
  constructor(code: status, reason: string) {
    super(reason);
    this.code = code;
  }
}

/** Stock: gRPC, as `schemas/stock.proto` describes it, with server reflection. Requests and replies are handled in their JSON form. */
export const startStock: StartBackend = async onRequest => {
  const registry = await readDescriptors();
  const service = registry.getService('shop.stock.v1.Stock');
  if (!service) throw new TypeError('schemas/stock.proto does not declare shop.stock.v1.Stock.');
  const methods = methodsOf(structuredClone(stockLevels));
  const server = new Server();
  server.addService(reflectionDefinition, reflectionOf([service], registry));
  server.addService(
    definitionOf(service),
    Object.fromEntries(
      service.methods.map(({ name }) => [
        name,
        (call: ServerUnaryCall<Request, JsonValue>, reply: sendUnaryData<JsonValue>) => {
          onRequest(`${name} ${JSON.stringify(call.request)}`);
          try {
            reply(null, methods[name]!(call.request));
          } catch (error) {
            const code = error instanceof Refusal ? error.code : status.INTERNAL;
            reply({ code, details: error instanceof Error ? error.message : '' });
          }
        },
      ]),
    ),
  );
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
};

function methodsOf(levels: Level[]): Readonly<Record<string, (request: Request) => JsonValue>> {
  const levelOf = (sku: JsonValue | undefined) => {
    const level = levels.find(known => known.sku === sku);
    if (!level) throw new Refusal(status.NOT_FOUND, `${sku} was never stocked`);
    return level;
  };
  return {
    GetLevel: ({ sku }) => levelOf(sku),
    BatchGetLevels: ({ skus }) => ({ levels: levels.filter(({ sku }) => Array.isArray(skus) && skus.includes(sku)) }),
    Reserve({ sku, quantity }) {
      const level = levelOf(sku);
      const reserved = BigInt(level.reserved) + BigInt(String(quantity ?? 0));
      if (reserved > BigInt(level.onHand))
        throw new Refusal(status.FAILED_PRECONDITION, `There are only ${level.onHand}`);
      level.reserved = String(reserved);
      return level;
    },
  };
}

async function readDescriptors() {
  const source = {
    name: 'stock',
    protocol: 'grpc',
    document: packageFile('schemas/stock.proto'),
    options: defaultSourceOptions,
  };
  const document = await load(source, { reader: openReader(source), signal: AbortSignal.timeout(10_000) });
  if (!document.ok) throw new TypeError(`schemas/stock.proto: ${document.diagnostics[0]?.message}`);
  return createFileRegistry(document.value.set);
}

function definitionOf(service: DescService): ServiceDefinition {
  return Object.fromEntries(
    service.methods.map(({ name, input, output }) => [
      name,
      {
        path: `/${service.typeName}/${name}`,
        requestStream: false,
        responseStream: false,
        requestSerialize: (request: JsonValue) => Buffer.from(toBinary(input, fromJson(input, request))),
        requestDeserialize: (bytes: Uint8Array) => toJson(input, fromBinary(input, bytes)),
        responseSerialize: (reply: JsonValue) => Buffer.from(toBinary(output, fromJson(output, reply))),
        responseDeserialize: (bytes: Uint8Array) => toJson(output, fromBinary(output, bytes)),
      },
    ]),
  );
}
