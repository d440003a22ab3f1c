import { createServer, type IncomingHttpHeaders, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { type Backend, secret } from './backend.ts';
import { Traffic } from './traffic.ts';

/** A message, a status code, or what the connection does. */
type Answer = Uint8Array | number | 'hang' | 'reset' | 'redirect';

const statuses: Readonly<Record<string, number>> = {
  invalid: 3,
  unauthenticated: 16,
  denied: 7,
  'not-found': 5,
  conflict: 6,
  limited: 8,
  crash: 13,
};

/** `items.proto` beside this file, over bare HTTP/2 so that every frame is the test's own (PROTOCOL-HTTP2.md of gRPC). */
export async function startGrpcBackend(): Promise<Backend> {
  const traffic = new Traffic();
  const sessions = new Set<ServerHttp2Session>();
  const server = createServer();
  server.on('session', session => {
    sessions.add(session);
    session.on('error', () => {}).on('close', () => sessions.delete(session));
  });
  server.on('stream', (stream, headers) => void serve(stream, headers, traffic));
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // listening on a port, not on a pipe
  return {
    protocol: 'grpc',
    document: new URL('./items.proto', import.meta.url).pathname,
    endpoint: `http://127.0.0.1:${port}`,
    traffic,
    fields: {
      item: value => `getItem(id: ${value}) { id name note }`,
      items: 'listItems { items { id name note } }',
      fail: value => `getFailure(how: ${value}) { id name note }`,
      createItem: value => `createItem(name: ${value}) { id name note }`,
    },
    listed: items => ({ items }),
    missing: 'NOT_FOUND',
    skips: {
      'reports a null that the document excludes, and nulls no more than it must': 'proto3 has no null strings',
    },
    refused: [],
    connections: async () => sessions.size,
    close: () =>
      new Promise<void>(resolve => {
        server.close(() => resolve());
        for (const session of sessions) session.destroy();
      }),
  };
}

async function serve(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, traffic: Traffic): Promise<void> {
  const leave = traffic.enter();
  let answered = false;
  stream.on('error', () => {}).on('close', () => leave(answered));
  const chunks: Buffer[] = [];
  for await (const chunk of stream as AsyncIterable<Buffer>) chunks.push(chunk);
  const frame = Buffer.concat(chunks);
  const path = String(headers[':path']);
  traffic.wire.push({ path, headers, body: frame.toString('latin1') });
  const answer = await answerTo(path.split('/').pop() ?? '', textOf(frame.subarray(5)), traffic);
  if (answer === 'hang') return;
  if (answer === 'reset') {
    stream.session?.destroy();
    return;
  }
  answered = true;
  if (answer === 'redirect') {
    stream.respond({ ':status': 307, location: '/elsewhere' }, { endStream: true });
    return;
  }
  respond(stream, answer);
}

function respond(stream: ServerHttp2Stream, answer: Uint8Array | number): void {
  if (stream.destroyed) return;
  const head = { ':status': 200, 'content-type': 'application/grpc+proto' };
  if (typeof answer === 'number') {
    stream.respond({ ...head, 'grpc-status': answer, 'grpc-message': secret, 'x-secret': secret }, { endStream: true });
    return;
  }
  stream.respond(head, { waitForTrailers: true });
  stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(answer.length, 1);
  stream.end(Buffer.concat([prefix, answer]));
}

async function answerTo(method: string, value: string, traffic: Traffic): Promise<Answer> {
  switch (method) {
    case 'GetItem':
      traffic.asked.push({ operation: 'item', value });
      if (value.startsWith('held-')) await traffic.held();
      return value === 'missing' ? 5 : item(value);
    case 'ListItems':
      traffic.asked.push({ operation: 'items', value });
      return ['1', '2', '3']
        .reduce((writer, id) => writer.tag(1, WireType.LengthDelimited).bytes(item(id)), new BinaryWriter())
        .finish();
    case 'CreateItem':
      traffic.asked.push({ operation: 'createItem', value });
      return item('new', value);
    default:
      traffic.asked.push({ operation: 'fail', value });
      return failure(value);
  }
}

function failure(how: string): Answer {
  if (how === 'hang' || how === 'reset' || how === 'redirect') return how;
  if (how === 'garbage') return Buffer.from([0x0a, 0xff, ...Buffer.from(secret)]);
  if (how === 'huge') return item('huge', 'x'.repeat(1_000_000));
  return statuses[how] ?? 2;
}

function item(id: string, name = `Item ${id}`): Uint8Array {
  const writer = new BinaryWriter().tag(1, WireType.LengthDelimited).string(id);
  return writer.tag(2, WireType.LengthDelimited).string(name).finish();
}

/** The text of field 1: all that the requests have. */
function textOf(message: Uint8Array): string {
  const reader = new BinaryReader(message);
  return reader.len > 0 && reader.tag()[0] === 1 ? reader.string() : '';
}
