import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import * as grpcJs from '@grpc/grpc-js';

const servers: grpcJs.Server[] = [];

/** Ends every server that was started. */
export function stopAll(): void {
  for (const server of servers.splice(0)) server.forceShutdown();
}

/** Listens on loopback; the address. */
export async function start(server: grpcJs.Server): Promise<string> {
  servers.push(server);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', grpcJs.ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  return `127.0.0.1:${port}`;
}

/** ServerReflectionInfo, as bytes both ways. */
export function infoMethod(version: 'v1' | 'v1alpha') {
  const pass = (bytes: Buffer) => bytes;
  return {
    path: `/grpc.reflection.${version}.ServerReflection/ServerReflectionInfo`,
    requestStream: true,
    responseStream: true,
    requestSerialize: pass,
    requestDeserialize: pass,
    responseSerialize: pass,
    responseDeserialize: pass,
  } as const;
}

/** An ExtensionRequest, as `type number`. */
function extensionIn(bytes: Uint8Array): string {
  const reader = new BinaryReader(bytes);
  reader.tag();
  const type = reader.string();
  reader.tag();
  return `${type} ${reader.int32()}`;
}

/** Answers file_by_filename (3), file_containing_extension (5, as `type number`) and file_containing_symbol (4) from `files`, and list_services (7). */
export function reflecting(
  version: 'v1' | 'v1alpha',
  services: readonly string[],
  files: (question: string) => readonly Uint8Array[] | undefined,
  extensions: (type: string) => readonly number[] | undefined = () => undefined,
) {
  const server = new grpcJs.Server();
  const info = infoMethod(version);
  const asked: string[] = [];
  const answer = (call: grpcJs.ServerDuplexStream<Buffer, Buffer>) => {
    call.on('data', (bytes: Buffer) => {
      const reader = new BinaryReader(bytes);
      const [number] = reader.tag();
      const text = number === 5 ? extensionIn(reader.bytes()) : reader.string();
      asked.push(text);
      const writer = new BinaryWriter();
      const numbers = number === 6 ? extensions(text) : undefined;
      const found = number === 7 || number === 6 ? undefined : files(text);
      if (number === 7) {
        writer.tag(6, WireType.LengthDelimited).fork();
        for (const name of services)
          writer.tag(1, WireType.LengthDelimited).fork().tag(1, WireType.LengthDelimited).string(name).join();
        writer.join();
      } else if (numbers) {
        writer.tag(5, WireType.LengthDelimited).fork().tag(2, WireType.LengthDelimited).fork();
        for (const each of numbers) writer.int32(each);
        writer.join().join();
      } else if (found) {
        writer.tag(4, WireType.LengthDelimited).fork();
        for (const file of found) writer.tag(1, WireType.LengthDelimited).bytes(file);
        writer.join();
      } else writer.tag(7, WireType.LengthDelimited).fork().tag(1, WireType.Varint).int32(5).join();
      call.write(Buffer.from(writer.finish()));
    });
    call.on('end', () => call.end());
  };
  server.addService({ info }, { info: answer });
  return { server, asked };
}
