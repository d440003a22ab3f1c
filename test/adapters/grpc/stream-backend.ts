import {
  createFileRegistry,
  type DescMethod,
  fromBinary,
  fromJson,
  type JsonValue,
  toBinary,
  toJson,
} from '@bufbuild/protobuf';
import * as grpcJs from '@grpc/grpc-js';
import { load } from '../../../src/adapters/grpc/load.ts';
import { until } from '../backends/traffic.ts';
import { memoryReader, never, sourceOf } from './backend.ts';

/** One call that arrived: the test says what becomes of it. */
export interface ServedCall {
  readonly method: string;
  /** Those that have come so far. */
  readonly requests: JsonValue[];
  readonly metadata: grpcJs.Metadata;
  /** Milliseconds that the client gives it; undefined where it gives none. */
  readonly timeLeft: number | undefined;
  /** Has the client sent all that it has to send? */
  readonly halfClosed: boolean;
  /** Is it over, for whatever reason? */
  readonly closed: boolean;
  readonly cancelled: boolean;
  readonly peer: string;
  /** False where it is not taken from the server at once. */
  send(reply: JsonValue): boolean;
  drained(): Promise<void>;
  /** No further request is taken until `resume`. */
  pause(): void;
  resume(): void;
  end(): void;
  fail(code: number, message?: string, trailers?: Readonly<Record<string, string | Buffer>>): void;
}

export interface StreamBackend {
  readonly endpoint: string;
  readonly calls: ServedCall[];
  readonly open: number;
  call(index?: number): Promise<ServedCall>;
  close(): Promise<void>;
}

interface Options {
  readonly credentials?: grpcJs.ServerCredentials;
  readonly settings?: grpcJs.ServerOptions;
  readonly port?: number;
  /** Answers calls of unary methods, or fails them; others wait for the test. */
  unary?(method: string, request: JsonValue, call: ServedCall): JsonValue | undefined;
}

/** A real server of a `.proto` text whose every call waits for the test; it codes with @bufbuild/protobuf, which the adapter's codec is not. */
export async function streamBackend(proto: string, options: Options = {}): Promise<StreamBackend> {
  const document = await load(sourceOf(), { reader: memoryReader({ '/p/main.proto': proto }), signal: never });
  if (!document.ok) throw new TypeError(JSON.stringify(document.diagnostics));
  const registry = createFileRegistry(document.value.set);
  const server = new grpcJs.Server({
    'grpc.max_receive_message_length': -1,
    'grpc.max_send_message_length': -1,
    ...options.settings,
  });
  const calls: ServedCall[] = [];
  for (const name of document.value.services) {
    const definition: Record<string, grpcJs.MethodDefinition<Buffer, Buffer>> = {};
    const handlers: grpcJs.UntypedServiceImplementation = {};
    for (const method of registry.getService(name)!.methods) {
      const pass = (bytes: Buffer) => bytes;
      const [requestStream, responseStream] = kinds[method.methodKind];
      definition[method.name] = {
        path: `/${name}/${method.name}`,
        ...{ requestStream, responseStream },
        ...{ requestSerialize: pass, requestDeserialize: pass, responseSerialize: pass, responseDeserialize: pass },
      };
      handlers[method.name] = (call: AnyCall, respond?: grpcJs.sendUnaryData<Buffer>) => {
        const served = servedCall(method, call, respond, registry);
        calls.push(served);
        const answer =
          method.methodKind === 'unary' ? options.unary?.(method.name, served.requests[0]!, served) : undefined;
        if (answer !== undefined) served.send(answer);
      };
    }
    server.addService(definition, handlers);
  }
  const port = await new Promise<number>((resolve, reject) => {
    const address = `127.0.0.1:${options.port ?? 0}`;
    const credentials = options.credentials ?? grpcJs.ServerCredentials.createInsecure();
    server.bindAsync(address, credentials, (error, bound) => (error ? reject(error) : resolve(bound)));
  });
  return {
    endpoint: `127.0.0.1:${port}`,
    calls,
    get open() {
      return calls.filter(({ closed }) => !closed).length;
    },
    async call(index = 0) {
      await until(() => calls.length > index);
      return calls[index]!;
    },
    close: async () => server.forceShutdown(),
  };
}

const kinds: Readonly<Record<DescMethod['methodKind'], readonly [boolean, boolean]>> = {
  unary: [false, false],
  client_streaming: [true, false],
  server_streaming: [false, true],
  bidi_streaming: [true, true],
};

type AnyCall = grpcJs.ServerDuplexStream<Buffer, Buffer> & { readonly request?: Buffer };

function servedCall(
  method: DescMethod,
  call: AnyCall,
  respond: grpcJs.sendUnaryData<Buffer> | undefined,
  registry: ReturnType<typeof createFileRegistry>,
): ServedCall {
  const state = { halfClosed: call.request !== undefined, over: false, cancelled: false };
  const requests: JsonValue[] = [];
  const take = (bytes: Buffer) => requests.push(toJson(method.input, fromBinary(method.input, bytes), { registry }));
  if (call.request) take(call.request);
  else {
    call.on('data', take);
    call.on('end', () => {
      state.halfClosed = true;
    });
  }
  call.on('cancelled', () => {
    state.cancelled = true;
  });
  call.on('error', () => undefined);
  call.on('finish', () => {
    state.over = true;
  });
  const deadline = call.getDeadline();
  const status = (code: number, details: string, trailers: Readonly<Record<string, string | Buffer>>) => {
    const metadata = new grpcJs.Metadata();
    for (const [key, value] of Object.entries(trailers)) metadata.set(key, value);
    return { code, details, metadata };
  };
  return {
    method: method.name,
    requests,
    metadata: call.metadata,
    timeLeft: deadline === Number.POSITIVE_INFINITY ? undefined : Number(deadline) - Date.now(),
    peer: call.getPeer(),
    get halfClosed() {
      return state.halfClosed;
    },
    get closed() {
      return state.over || state.cancelled;
    },
    get cancelled() {
      return state.cancelled;
    },
    send(reply) {
      const bytes = Buffer.from(toBinary(method.output, fromJson(method.output, reply, { registry })));
      if (!respond) return call.write(bytes);
      state.over = true;
      respond(null, bytes);
      return true;
    },
    pause: () => void call.pause(),
    resume: () => void call.resume(),
    drained: () => new Promise(resolve => call.once('drain', () => resolve())),
    end: () => void call.end(),
    fail(code, message = '', trailers = {}) {
      state.over = true;
      if (respond) respond(status(code, message, trailers));
      else call.emit('error', status(code, message, trailers));
    },
  };
}
