import { Server, ServerCredentials } from '@grpc/grpc-js';
import { Root } from 'protobufjs';

/** Answers with as many users as are asked for, of bytes that were made once: what is measured is its client. Tells its port on standard output. */
const root = Root.fromJSON(JSON.parse(process.argv[2] ?? '{}'));
const [request, reply] = ['BatchGetUsersRequest', 'BatchGetUsersResponse'].map(name =>
  root.lookupType(`bench.people.${name}`),
);
const made = new Map<number, Buffer>();

function users(count: number): Buffer {
  const known = made.get(count);
  if (known) return known;
  const all = Array.from({ length: count }, (_, id) => {
    return { id: id + 1, name: `Leanne Graham ${id}`, email: `user.${id}@example.com`, companyId: 7 };
  });
  const bytes = Buffer.from(reply!.encode(reply!.create({ users: all })).finish());
  made.set(count, bytes);
  return bytes;
}

const pass = (bytes: Buffer) => bytes;
const raw = { requestSerialize: pass, requestDeserialize: pass, responseSerialize: pass, responseDeserialize: pass };
const server = new Server();
server.addService(
  {
    batchGetUsers: { path: '/bench.people.People/BatchGetUsers', requestStream: false, responseStream: false, ...raw },
  },
  {
    batchGetUsers(call: { request: Buffer }, respond: (error: null, bytes: Buffer) => void) {
      const { ids } = request!.decode(call.request) as unknown as { ids: number[] };
      respond(null, users(ids.length));
    },
  },
);
server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (_error, port) => console.log(port));
