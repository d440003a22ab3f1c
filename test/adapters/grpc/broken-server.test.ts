import { createServer, constants as http2, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Subschema } from '../../../src/adapter/adapter.ts';
import { ask, callContext, connectTo } from './backend.ts';

const proto = `
syntax = "proto3";
message Req { string text = 1; }
message Res { string text = 1; }
service Shop { rpc Get(Req) returns (Res); }
`;

let respond: (stream: ServerHttp2Stream) => void;
let shop: Subschema<unknown, unknown>;

const sessions: ServerHttp2Session[] = [];
const server = createServer()
  .on('session', session => {
    session.on('error', () => {});
    sessions.push(session);
  })
  .on('stream', stream => {
    stream.on('error', () => {});
    stream.resume().on('end', () => respond(stream));
  });

beforeAll(async () => {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // it listens on TCP
  shop = await connectTo(proto, `127.0.0.1:${port}`);
});

afterAll(async () => {
  await shop.close();
  for (const session of sessions) session.destroy();
  await new Promise(resolve => server.close(resolve));
});

const headers = { ':status': 200, 'content-type': 'application/grpc' };

/** A length-prefixed message (grpc/grpc: doc/PROTOCOL-HTTP2.md). */
function framed(message: readonly number[], compressed = 0): Buffer {
  return Buffer.from([compressed, 0, 0, 0, message.length, ...message]);
}

function reply(body: Buffer, trailers: Record<string, string> = { 'grpc-status': '0' }, more = {}) {
  return (stream: ServerHttp2Stream) => {
    stream.respond({ ...headers, ...more }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers(trailers));
    stream.end(body);
  };
}

function beginning(body: Buffer) {
  return (stream: ServerHttp2Stream) => {
    stream.respond(headers);
    stream.write(body);
  };
}

function ended(body: Buffer) {
  return (stream: ServerHttp2Stream) => {
    stream.respond(headers);
    stream.end(body);
  };
}

function headersOnly(fields: Record<string, string | number>) {
  return (stream: ServerHttp2Stream) => stream.respond({ ...headers, ...fields }, { endStream: true });
}

describe('a server that', () => {
  const cases: readonly (readonly [string, (stream: ServerHttp2Stream) => void, string])[] = [
    ['answers in Latin-1', reply(framed([0x0a, 1, 0xe4])), 'UPSTREAM_MALFORMED'],
    ['cuts a message short', reply(framed([0x0a, 9, 0x41])), 'UPSTREAM_MALFORMED'],
    ['cuts a frame short', reply(Buffer.from([0, 0, 0, 0, 9, 1])), 'UPSTREAM_MALFORMED'],
    ['claims 4 GB', beginning(Buffer.from([0, 255, 255, 255, 255, 1])), 'UPSTREAM_MALFORMED'],
    ['is OK without a message', reply(Buffer.alloc(0)), 'UPSTREAM_MALFORMED'],
    ['ends without a status', ended(framed([])), 'UPSTREAM_MALFORMED'],
    ['compresses without saying how', reply(framed([1, 2], 1)), 'UPSTREAM_MALFORMED'],
    ['compresses as nobody does', reply(framed([1, 2], 1), undefined, { 'grpc-encoding': 'x' }), 'UPSTREAM_MALFORMED'],
    ['sends gzip that is none', reply(framed([1, 2], 1), undefined, { 'grpc-encoding': 'gzip' }), 'UPSTREAM_MALFORMED'],
    ['has a status that is no number', headersOnly({ 'grpc-status': 'abc' }), 'UPSTREAM_MALFORMED'],
    ['has a status that nobody knows', headersOnly({ 'grpc-status': '99' }), 'UPSTREAM_ERROR'],
    ['has nothing but trailers', headersOnly({ 'grpc-status': '5', 'grpc-message': 'secret' }), 'NOT_FOUND'],
    ['speaks HTTP alone', headersOnly({ ':status': 503, 'content-type': 'text/html' }), 'UPSTREAM_UNREACHABLE'],
    ['resets the stream', stream => stream.close(http2.NGHTTP2_INTERNAL_ERROR), 'UPSTREAM_ERROR'],
    ['refuses the stream', stream => stream.close(http2.NGHTTP2_REFUSED_STREAM), 'UPSTREAM_UNREACHABLE'],
    ['drops the connection', stream => stream.session?.destroy(), 'UPSTREAM_UNREACHABLE'],
  ];
  it.each(cases)('%s', async (_, how, code) => {
    respond = how;
    const outcome = await ask(shop, 'get');
    expect(outcome).toMatchObject({ fault: { code, details: { operation: 'get' } } });
    expect(JSON.stringify('fault' in outcome && [outcome.fault.message, outcome.fault.extensions])).not.toMatch(
      /secret|null/,
    );
  });

  it('says nothing is left when the time is up', async () => {
    respond = () => {};
    const outcome = await ask(shop, 'get', {}, callContext({ deadline: performance.now() + 300 }));
    expect(outcome).toMatchObject({ fault: { code: 'UPSTREAM_TIMEOUT', details: { operation: 'get' } } });
  });

  it('says goodbye is asked anew over another connection', async () => {
    respond = stream => {
      reply(framed([0x0a, 1, 0x41]))(stream);
      stream.session?.goaway();
    };
    const answers = [await ask(shop, 'get'), await ask(shop, 'get'), await ask(shop, 'get')];
    expect(answers).toMatchObject([{ value: { text: 'A' } }, { value: { text: 'A' } }, { value: { text: 'A' } }]);
  });
});
