import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { fromBinary, fromJson, type Message, toBinary, toJson } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { load } from '../../../src/adapters/grpc/load.ts';
import { createCodec } from '../../../src/adapters/grpc/wire/codec.ts';
import { readModel } from '../../../src/adapters/grpc/wire/wire-model.ts';
import { openReader } from '../../../src/source/open-reader.ts';
import { defaultSourceOptions } from '../../../src/source/source.ts';
import { fixture } from '../../corpus/corpus.ts';
import { difference } from '../compare.ts';
import { asked, Float32, told } from '../told.ts';

/** Fields of a ConformanceRequest (conformance.proto). */
interface Request {
  readonly payload: { readonly case?: string; readonly value?: unknown };
  readonly requestedOutputFormat: number;
  readonly messageType: string;
  readonly testCategory: number;
}

const call = { source: 'x', operation: 'y' };
const [protobufFormat, jsonFormat] = [1, 2];
/** TestCategory. */
const ignoreUnknown = 3;

const files = [
  'src/google/protobuf/test_messages_proto2.proto',
  'src/google/protobuf/test_messages_proto3.proto',
  'conformance/test_protos/test_messages_edition2023.proto',
  'editions/golden/test_messages_proto3_editions.proto',
];

async function modelOf(file: string) {
  const document = fixture(`proto/protobuf/${file}`);
  const source = { name: 'x', protocol: 'grpc', document, options: defaultSourceOptions };
  const loaded = await load(source, { reader: openReader(source), signal: AbortSignal.timeout(60_000) });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.diagnostics));
  const descriptorSet = Buffer.from(toBinary(FileDescriptorSetSchema, loaded.value.set)).toString('base64');
  const written = { descriptorSet, extensions: true, nonFinite: 'TEXT' } as const;
  return { ...readModel(written), codec: createCodec(written) };
}

/**
 * What protobuf's conformance runner is answered, both as bytes. The codec reads each message, what it read is held against what
 * `@bufbuild/protobuf` read, and the codec writes it anew. JSON is `@bufbuild/protobuf`'s.
 */
export async function answering(): Promise<(request: Uint8Array) => Uint8Array> {
  const { registry } = await modelOf('conformance/conformance.proto');
  const models = await Promise.all(files.map(modelOf));
  const requestType = registry.getMessage('conformance.ConformanceRequest')!;
  const responseType = registry.getMessage('conformance.ConformanceResponse')!;
  return bytes => {
    const request = fromBinary(requestType, bytes) as unknown as Request; // its fields, see above
    return toBinary(responseType, fromJson(responseType, attempt(request, models)));
  };
}

type Model = Awaited<ReturnType<typeof modelOf>>;

function attempt(request: Request, models: readonly Model[]): Record<string, string> {
  try {
    return answer(request, models);
  } catch (error) {
    return { runtimeError: String(error) };
  }
}

function answer(
  { payload, requestedOutputFormat: format, messageType, testCategory }: Request,
  models: readonly Model[],
) {
  if (messageType === 'conformance.FailureSet') return { protobufPayload: '' };
  const model = models.find(({ registry }) => registry.getMessage(messageType));
  const type = model?.registry.getMessage(messageType);
  if (!model || !type) return { skipped: `no ${messageType}` };
  const { codec } = model;
  const manner = { members: model.members, registry: model.known(), unions: undefined };
  let message: Message;
  if (payload.case === 'protobufPayload') {
    const bytes = payload.value as Uint8Array; // by its name
    let read: unknown;
    try {
      read = codec.decode(messageType, bytes, call);
    } catch (error) {
      return { parseError: String(error) };
    }
    const fault = faultIn(read);
    if (fault && format === jsonFormat) return { serializeError: String(fault) };
    message = fromBinary(type, bytes);
    const found = difference(inTexts(told(type, message, manner)), read);
    if (found !== undefined) return { runtimeError: `read otherwise: ${found}` };
  } else if (payload.case === 'jsonPayload') {
    try {
      const options = { registry: model.known(), ignoreUnknownFields: testCategory === ignoreUnknown };
      message = fromJson(type, JSON.parse(String(payload.value)), options);
    } catch (error) {
      return { parseError: String(error) };
    }
  } else return { skipped: 'neither binary nor JSON' };
  const bytes = codec.encode(messageType, asked(type, message, manner) as Record<string, unknown>, call); // none of the types is a scalar
  if (format === protobufFormat) return { protobufPayload: Buffer.from(bytes).toString('base64') };
  if (format !== jsonFormat) return { skipped: 'neither binary nor JSON' };
  try {
    return { jsonPayload: JSON.stringify(toJson(type, fromBinary(type, bytes), { registry: model.known() })) };
  } catch (error) {
    return { serializeError: String(error) };
  }
}

/** An error that stands in the place of a value. */
function faultIn(value: unknown): Error | undefined {
  if (value instanceof Error) return value;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const item of Object.values(value)) {
    const fault = faultIn(item);
    if (fault) return fault;
  }
  return undefined;
}

/** What JSON has no number for is a text, as the model says it. */
function inTexts(value: unknown): unknown {
  if (value instanceof Float32) return Number.isFinite(value.value) ? value : String(value.value);
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (Array.isArray(value)) return value.map(inTexts);
  if (value instanceof Map) return new Map([...value].map(([key, item]) => [key, inTexts(item)]));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Reflect.ownKeys(value).map(key => [key, inTexts(Reflect.get(value, key))]));
}

/** Requests, each with its answer, as `testee.ts` records them. */
export function recorded(path: URL): readonly (readonly [request: Uint8Array, response: Uint8Array])[] {
  const bytes = gunzipSync(readFileSync(path));
  const parts: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = at + 4 + bytes.readUInt32LE(at);
    parts.push(bytes.subarray(at + 4, end));
    at = end;
  }
  return parts.flatMap((part, index) => (index % 2 === 0 ? [[part, parts[index + 1]!] as const] : []));
}
