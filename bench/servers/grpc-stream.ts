import { Server, ServerCredentials, type ServerWritableStream } from '@grpc/grpc-js';
import { Root } from 'protobufjs';

/** Streams as many items as are asked for, of bytes that were made once, and ends a little later. Tells its port on standard output. */
const root = Root.fromJSON(JSON.parse(process.argv[2] ?? '{}'));
const [request, item] = ['WatchItemsRequest', 'Item'].map(name => root.lookupType(`bench.stock.${name}`));
const bytes = Buffer.from(item!.encode(item!.fromObject(JSON.parse(process.argv[3] ?? '{}'))).finish());

const pass = (each: Buffer) => each;
const raw = { requestSerialize: pass, requestDeserialize: pass, responseSerialize: pass, responseDeserialize: pass };
const server = new Server();
server.addService(
  { watchItems: { path: '/bench.stock.Stock/WatchItems', requestStream: false, responseStream: true, ...raw } },
  {
    watchItems(call: ServerWritableStream<Buffer, Buffer>) {
      const { count } = request!.decode(call.request) as unknown as { count: number };
      for (let index = 0; index < count; index += 1) call.write(bytes);
      setTimeout(() => call.end(), 300); // all are open by then
    },
  },
);
server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (_error, port) => console.log(port));
