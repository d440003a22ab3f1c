import {
  createFileRegistry,
  type FileRegistry,
  fromBinary,
  fromJson,
  type JsonValue,
  toBinary,
  toJson,
} from '@bufbuild/protobuf';
import * as grpcJs from '@grpc/grpc-js';
import type { CallContext, Description, Outcome, Subschema } from '../../../src/adapter/adapter.ts';
import { grpc } from '../../../src/adapters/grpc/index.ts';
import { load } from '../../../src/adapters/grpc/load.ts';
import type { Checked } from '../../../src/base/checked.ts';
import type { DocumentReader } from '../../../src/source/reader.ts';
import { defaultSourceOptions, type Source, type SourceOptions } from '../../../src/source/source.ts';

/** Files in memory, by absolute path. */
export function memoryReader(files: Readonly<Record<string, string>>): DocumentReader & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    async read(address) {
      asked.push(address);
      const text = files[address];
      if (text !== undefined) return { ok: true, value: { address, text }, diagnostics: [] };
      return {
        ok: false,
        diagnostics: [{ severity: 'error', code: 'DOCUMENT_NOT_FOUND', message: 'not there', at: [address] }],
      };
    },
    async readBytes(address) {
      asked.push(address);
      const text = files[address];
      if (text !== undefined)
        return { ok: true, value: { address, bytes: Buffer.from(text, 'latin1') }, diagnostics: [] };
      return {
        ok: false,
        diagnostics: [{ severity: 'error', code: 'DOCUMENT_NOT_FOUND', message: 'not there', at: [address] }],
      };
    },
    list: async (folder, extension) => ({
      ok: true,
      value: Object.keys(files)
        .filter(path => path.startsWith(`${folder}/`) && path.endsWith(extension))
        .sort(),
      diagnostics: [],
    }),
    isFolder: async address => Object.keys(files).some(path => path.startsWith(`${address.replace(/\/$/, '')}/`)),
  };
}

export function sourceOf(options: Partial<SourceOptions> = {}, rest: Partial<Source> = {}): Source {
  return {
    name: 'shop',
    protocol: 'grpc',
    document: '/p/main.proto',
    ...rest,
    options: { ...defaultSourceOptions, ...options },
  };
}

export const never = new AbortController().signal;

/** What the adapter makes of `.proto` texts; a single text is `/p/main.proto`. */
export function describeProto(
  files: string | Readonly<Record<string, string>>,
  source: Source = sourceOf(),
): Promise<Checked<Description<unknown, unknown>>> {
  const texts = typeof files === 'string' ? { '/p/main.proto': files } : files;
  return grpc.describe(source, { reader: memoryReader(texts), signal: never });
}

/** What a service's method does: JSON in, JSON out, or a status. */
type Method = (request: JsonValue, call: grpcJs.ServerUnaryCall<Buffer, Buffer>) => Promise<Answer> | Answer;
export type Answer =
  | { json: JsonValue }
  | { bytes: Uint8Array }
  | { status: number; message?: string; trailers?: Record<string, string> };

export interface Backend {
  readonly endpoint: string;
  readonly registry: FileRegistry;
  /** Paths of the calls that arrived. */
  readonly calls: string[];
  stop(): Promise<void>;
}

/** A real server of a `.proto` text, on loopback; it codes with @bufbuild/protobuf, which the adapter's codec is not. */
export async function serve(
  proto: string,
  methods: Readonly<Record<string, Method>>,
  options: { readonly tls?: grpcJs.ServerCredentials; readonly more?: (server: grpcJs.Server) => void } = {},
): Promise<Backend> {
  const document = await load(sourceOf(), { reader: memoryReader({ '/p/main.proto': proto }), signal: never });
  if (!document.ok) throw new Error(JSON.stringify(document.diagnostics));
  const registry = createFileRegistry(document.value.set);
  const server = new grpcJs.Server({ 'grpc.max_receive_message_length': -1, 'grpc.max_send_message_length': -1 });
  const calls: string[] = [];
  for (const name of document.value.services) {
    const service = registry.getService(name)!;
    const definition: Record<string, grpcJs.MethodDefinition<Buffer, Buffer>> = {};
    const handlers: Record<string, grpcJs.handleUnaryCall<Buffer, Buffer>> = {};
    for (const method of service.methods.filter(({ methodKind }) => methodKind === 'unary')) {
      const path = `/${name}/${method.name}`;
      const pass = (bytes: Buffer) => bytes;
      definition[method.name] = {
        path,
        requestStream: false,
        responseStream: false,
        requestSerialize: pass,
        requestDeserialize: pass,
        responseSerialize: pass,
        responseDeserialize: pass,
      };
      handlers[method.name] = async (call, respond) => {
        calls.push(path);
        const handler = methods[method.name];
        if (!handler) return respond({ code: grpcJs.status.UNIMPLEMENTED });
        const answer = await handler(toJson(method.input, fromBinary(method.input, call.request), { registry }), call);
        if ('status' in answer) {
          const metadata = new grpcJs.Metadata();
          for (const [key, value] of Object.entries(answer.trailers ?? {})) metadata.set(key, value);
          respond({ code: answer.status, details: answer.message ?? '', metadata });
        } else if ('bytes' in answer) respond(null, Buffer.from(answer.bytes));
        else respond(null, Buffer.from(toBinary(method.output, fromJson(method.output, answer.json, { registry }))));
      };
    }
    server.addService(definition, handlers);
  }
  options.more?.(server);
  const port = await new Promise<number>((resolve, reject) => {
    const credentials = options.tls ?? grpcJs.ServerCredentials.createInsecure();
    server.bindAsync('127.0.0.1:0', credentials, (error, bound) => (error ? reject(error) : resolve(bound)));
  });
  return {
    endpoint: `127.0.0.1:${port}`,
    registry,
    calls,
    stop: async () => {
      server.forceShutdown();
    },
  };
}

export function callContext(overrides: Partial<CallContext> = {}): CallContext {
  return { signal: never, deadline: performance.now() + 60_000, headers: {}, requestId: 'r-1', ...overrides };
}

/** The subschema of a `.proto` text, at an endpoint. */
export async function connectTo(
  proto: string,
  endpoint: string | undefined,
  options: Partial<SourceOptions> = {},
): Promise<Subschema<unknown, unknown>> {
  const source = sourceOf(options, endpoint === undefined ? {} : { endpoint });
  const described = await describeProto(proto, source);
  if (!described.ok) throw new Error(JSON.stringify(described.diagnostics));
  return grpc.connect(JSON.parse(JSON.stringify(described.value.blueprint)), source);
}

export async function ask(
  subschema: Subschema<unknown, unknown>,
  field: string,
  args: Record<string, unknown> = {},
  context: CallContext = callContext(),
): Promise<Outcome> {
  const calls: Readonly<Record<string, unknown>> = subschema.blueprint.calls;
  const call = calls[`Query.${field}`] ?? calls[`Mutation.${field}`];
  const [outcome] = await subschema.send(call, [{ args }], context);
  return outcome!;
}
