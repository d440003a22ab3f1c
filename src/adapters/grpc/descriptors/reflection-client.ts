import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import type { Client, ClientDuplexStream, Metadata } from '@grpc/grpc-js';

/* grpc/reflection/v1/reflection.proto; v1alpha has the same messages under another name. */
const versions = ['grpc.reflection.v1', 'grpc.reflection.v1alpha'] as const;

/** The fields of ServerReflectionRequest.message_request that are asked. */
const question = { fileByName: 3, fileOfSymbol: 4, fileOfExtension: 5, extensionNumbers: 6, services: 7 } as const;

const unimplemented = 12;

/** One conversation with a server's reflection service. Rejections are grpc-js's status errors, or ReflectionFault. */
export class ReflectionClient {
  readonly #stream: ClientDuplexStream<Uint8Array, Uint8Array>;
  readonly #answers: AsyncIterator<Uint8Array>;

  private constructor(stream: ClientDuplexStream<Uint8Array, Uint8Array>) {
    this.#stream = stream;
    this.#answers = stream[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>; // what deserialize returns
  }

  /** Asks v1, then v1alpha; gives the client that was answered, and the services' names. */
  static async open(
    client: Client,
    metadata: Metadata,
    deadline: number,
    signal: AbortSignal,
  ): Promise<{ client: ReflectionClient; services: readonly string[] }> {
    for (const version of versions) {
      const path = `/${version}.ServerReflection/ServerReflectionInfo`;
      const stream = client.makeBidiStreamRequest<Uint8Array, Uint8Array>(path, Buffer.from, bytes => bytes, metadata, {
        deadline,
      });
      const cancel = () => stream.cancel();
      signal.addEventListener('abort', cancel, { once: true });
      stream.once('close', () => signal.removeEventListener('abort', cancel));
      if (signal.aborted) cancel();
      const reflection = new ReflectionClient(stream);
      try {
        return { client: reflection, services: await reflection.services() };
      } catch (error) {
        reflection.close();
        const isLast = version === versions.at(-1);
        if (isLast || !(error instanceof Error && 'code' in error && error.code === unimplemented)) throw error;
      }
    }
    throw new ReflectionFault('The server does not answer.');
  }

  async services(): Promise<readonly string[]> {
    const names: string[] = [];
    for (const service of fieldsOf((await this.#ask(question.services, '*', 6)) ?? nothing, 1)) {
      names.push(...fieldsOf(service, 1).map(bytes => new TextDecoder().decode(bytes)));
    }
    return names;
  }

  /** The FileDescriptorProto of a file, and perhaps of what it imports; undefined where the server does not know it. */
  async fileByName(name: string): Promise<readonly Uint8Array[] | undefined> {
    return this.#files(question.fileByName, name);
  }

  async fileOfSymbol(name: string): Promise<readonly Uint8Array[] | undefined> {
    return this.#files(question.fileOfSymbol, name);
  }

  /** The numbers of all extensions of a message that the server knows; undefined where it does not say. */
  async extensionNumbers(type: string): Promise<readonly number[] | undefined> {
    const answer = await this.#ask(question.extensionNumbers, type, 5);
    return answer && numbersOf(answer, 2);
  }

  /** The file that declares an extension, and perhaps what it imports; undefined where the server does not know it. */
  async fileOfExtension(type: string, number: number): Promise<readonly Uint8Array[] | undefined> {
    const request = new BinaryWriter().tag(1, WireType.LengthDelimited).string(type);
    const answer = await this.#ask(question.fileOfExtension, request.tag(2, WireType.Varint).int32(number).finish(), 4);
    return answer && fieldsOf(answer, 1);
  }

  close(): void {
    this.#stream.on('error', () => {}); // the end of what is given up has been told, or does not matter
    this.#stream.cancel();
  }

  async #files(number: number, name: string): Promise<readonly Uint8Array[] | undefined> {
    const answer = await this.#ask(number, name, 4);
    return answer && fieldsOf(answer, 1);
  }

  /** The field `wanted` of ServerReflectionResponse; undefined where there is an error_response (7) instead. */
  async #ask(number: number, asked: string | Uint8Array, wanted: number): Promise<Uint8Array | undefined> {
    const request = new BinaryWriter().tag(number, WireType.LengthDelimited);
    this.#stream.write((typeof asked === 'string' ? request.string(asked) : request.bytes(asked)).finish());
    const { value, done } = await this.#answers.next();
    if (done === true) throw new ReflectionFault('The server ended the conversation.');
    const answer = fieldsOf(value, wanted)[0];
    if (answer === undefined && fieldsOf(value, 7).length === 0)
      throw new ReflectionFault('The server answered something else.');
    return answer;
  }
}

/** The server keeps to the protocol's form but not to its sense. */
class ReflectionFault extends Error {}

const nothing = new Uint8Array();

/** The values of a repeated int32, packed or not. */
function numbersOf(message: Uint8Array, wanted: number): number[] {
  const reader = new BinaryReader(message);
  const found: number[] = [];
  try {
    while (reader.pos < reader.len) {
      const [number, wireType] = reader.tag();
      if (number === wanted && wireType === WireType.Varint) found.push(reader.int32());
      else if (number === wanted && wireType === WireType.LengthDelimited)
        for (const end = reader.uint32() + reader.pos; reader.pos < end; ) found.push(reader.int32());
      else reader.skip(wireType, number);
    }
  } catch (error) {
    throw new ReflectionFault('The server answered with broken bytes.', { cause: error });
  }
  return found;
}

/** The length-delimited fields of one number. */
function fieldsOf(message: Uint8Array, wanted: number): Uint8Array[] {
  const reader = new BinaryReader(message);
  const found: Uint8Array[] = [];
  try {
    while (reader.pos < reader.len) {
      const [number, wireType] = reader.tag();
      if (number === wanted && wireType === WireType.LengthDelimited) found.push(reader.bytes());
      else reader.skip(wireType, number);
    }
  } catch (error) {
    throw new ReflectionFault('The server answered with broken bytes.', { cause: error });
  }
  return found;
}
