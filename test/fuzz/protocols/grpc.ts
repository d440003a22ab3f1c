import {
  createFileRegistry,
  type DescMessage,
  type DescMethod,
  fromBinary,
  fromJson,
  type JsonValue,
  toBinary,
  toJson,
} from '@bufbuild/protobuf';
import { Server, ServerCredentials, type ServerUnaryCall, type sendUnaryData } from '@grpc/grpc-js';
import { load } from '../../../src/adapters/grpc/load.ts';
import { openReader } from '../../../src/source/open-reader.ts';
import { defaultSourceOptions } from '../../../src/source/source.ts';
import { type CaseAnswers, FieldFailure, Row } from '../answers.ts';
import { memberField } from '../documents/grpc.ts';
import type { CallModel, SourceModel } from '../model.ts';

const codes = [3, 5, 6, 7, 8, 9, 13, 14, 16] as const;

/** One server for the gRPC sources of a world. */
export class GrpcBackend {
  readonly #server = new Server();
  #port = 0;
  #shown: Parameters<Server['removeService']>[0][] = [];

  get endpoint(): string {
    return `127.0.0.1:${this.#port}`;
  }

  async start(): Promise<void> {
    this.#port = await new Promise<number>((resolve, reject) =>
      this.#server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) =>
        error ? reject(error) : resolve(port),
      ),
    );
  }

  close(): void {
    this.#server.forceShutdown();
  }

  async show(
    documents: readonly { readonly source: SourceModel; readonly document: string }[],
    answers: () => CaseAnswers | undefined,
  ): Promise<void> {
    for (const definition of this.#shown.splice(0)) this.#server.removeService(definition);
    for (const { source, document } of documents) {
      for (const method of await methodsOf(source, document)) {
        const call = source.calls.find(({ name }) => name.toLowerCase() === method.name.toLowerCase());
        if (!call) continue;
        const definition = { [method.name]: wireOf(method) };
        this.#server.addService(definition, { [method.name]: handler(source, call, method, answers) });
        this.#shown.push(definition);
      }
    }
  }
}

async function methodsOf({ name }: SourceModel, document: string): Promise<readonly DescMethod[]> {
  const source = { name, protocol: 'grpc', document, options: defaultSourceOptions };
  const loaded = await load(source, { reader: openReader(source), signal: AbortSignal.timeout(60_000) });
  if (!loaded.ok) throw new SyntaxError(JSON.stringify(loaded.diagnostics));
  const found: DescMethod[] = [];
  for (const type of createFileRegistry(loaded.value.set)) if (type.kind === 'service') found.push(...type.methods);
  return found;
}

function wireOf({ parent, name, input }: DescMethod) {
  return {
    path: `/${parent.typeName}/${name}`,
    requestStream: false,
    responseStream: false,
    requestSerialize: (request: JsonValue) => Buffer.from(toBinary(input, fromJson(input, request))),
    requestDeserialize: (bytes: Uint8Array) => toJson(input, fromBinary(input, bytes)),
    responseSerialize: (reply: Uint8Array) => Buffer.from(reply),
    responseDeserialize: (bytes: Uint8Array) => bytes,
  } as const;
}

function handler(source: SourceModel, call: CallModel, { output }: DescMethod, answers: () => CaseAnswers | undefined) {
  return (question: ServerUnaryCall<JsonValue, Uint8Array>, reply: sendUnaryData<Uint8Array>) => {
    const asked = question.request as { id?: unknown; ids?: unknown; keys?: { id: string }[]; wish?: { id?: unknown } }; // as `toJson` gives these messages
    const keys =
      call.kind === 'many'
        ? ((asked.ids ?? []) as string[])
        : call.kind === 'keyed'
          ? (asked.keys ?? []).map(({ id }) => id)
          : [String(asked.id ?? asked.wish?.id ?? '')];
    const answer = answers()?.reply(source, call, keys);
    if (!answer) return reply({ code: 12 });
    const { manner, nth, delay, value } = answer;
    const end = (): void => {
      if (manner === 'hang') return;
      if (manner === 'garbage') reply(null, Buffer.from([0x0a, 0xff, 0x01]));
      else if (manner === 'empty') reply(null, new Uint8Array());
      else if (manner !== 'fine') reply({ code: codes[nth % codes.length]!, details: 'it failed' });
      else if (value === null) reply({ code: 5, details: 'unknown' });
      else reply(null, written(source, output, Array.isArray(value) ? { items: value } : value));
    };
    if (delay > 0) setTimeout(end, delay);
    else end();
  };
}

function written(source: SourceModel, output: DescMessage, value: unknown): Uint8Array {
  const json = value instanceof Row ? message(source, output, value) : { items: items(source, output, value) };
  return toBinary(output, fromJson(output, (json ?? {}) as JsonValue, { ignoreUnknownFields: true })); // plain data, as made below
}

function items(source: SourceModel, output: DescMessage, value: unknown): unknown[] {
  const of = output.fields[0]?.message;
  const { items: rows } = value as { items: readonly unknown[] }; // see `handler`
  return rows.flatMap(row => (of ? (message(source, of, row) ?? []) : []));
}

/** The wire cannot say most of what is wrong: it is left out then, or is what a wire can say. */
function message(source: SourceModel, type: DescMessage, value: unknown): unknown {
  if (!(value instanceof Row)) return undefined;
  if (type.name === source.abstract.name) {
    const member = type.fields.find(({ message: of }) => of?.name === value.type);
    const inner = member?.message ? message(source, member.message, value) : undefined;
    return inner === undefined ? {} : { [memberField(value.type)]: inner };
  }
  const json: Record<string, unknown> = {};
  for (const field of type.fields) {
    const found = value.fields.get(field.name);
    const one = (item: unknown) => (field.message ? message(source, field.message, item) : leaf(field, item));
    const told =
      field.fieldKind !== 'list'
        ? one(found)
        : Array.isArray(found)
          ? found.flatMap(item => one(item) ?? [])
          : undefined;
    if (told !== undefined) json[field.jsonName] = told;
  }
  return json;
}

function leaf({ scalar, enum: isEnum }: DescMessage['fields'][number], value: unknown): unknown {
  if (value === null || value === undefined || value instanceof FieldFailure || typeof value === 'object')
    return undefined;
  if (isEnum) return typeof value === 'string' && value.startsWith('C') ? value : 77;
  switch (scalar) {
    case 1: // double
      return typeof value === 'number' ? value : 'NaN';
    case 3: // int64
    case 5: // int32
      return Number.isInteger(value) && (scalar === 3 || value === (Number(value) | 0)) ? value : undefined;
    case 8: // bool
      return typeof value === 'boolean' ? value : undefined;
    default:
      return String(value);
  }
}
