import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AuthorizationServer, clientSecret, startAuthorizationServer } from '../support/authorization-server.ts';
import { SlowUpload } from './slow-upload.ts';
import { uploadWorld } from './upload-world.ts';

const bytes = 'mutation ($file: File!) { bytes(input: $file) { got } }';
const one = { 0: ['variables.file'] };
const chunk = randomBytes(64 * 1024);

/** A request as the backend saw it. */
interface Seen {
  readonly authorization: string | undefined;
  bytes: number;
  isWhole: boolean;
}

let server: AuthorizationServer;
let world: Awaited<ReturnType<typeof uploadWorld>>;
let seen: Seen[];
let refused: string;

beforeEach(async () => {
  server = await startAuthorizationServer();
  seen = [];
  refused = 'Bearer out.1';
});
afterEach(async () => {
  await world.close();
  await server.close();
});

/** Refuses one token, once it has read the body; or at once, `early`. */
function backend(early: boolean) {
  return (request: IncomingMessage, response: ServerResponse) => {
    const each: Seen = { authorization: request.headers.authorization, bytes: 0, isWhole: false };
    seen.push(each);
    const answer = () =>
      each.authorization === refused
        ? response.writeHead(401, { 'www-authenticate': 'Bearer error="invalid_token"' }).end('secret words')
        : response.writeHead(200, { 'content-type': 'application/json' }).end('{"got":"it"}');
    if (early) answer();
    request.on('data', (data: Buffer) => {
      each.bytes += data.length;
    });
    request.on('end', () => {
      each.isWhole = true;
      if (!early) answer();
    });
  };
}

const credential = () =>
  `credential: { oauth2: { tokenUrl: "${server.tokenUrl}", clientId: gateway, clientSecret: "${clientSecret}" } }`;

async function upload(chunks: number) {
  const client = new SlowUpload(world.url, { query: bytes, variables: { file: null } }, one);
  client.begin('0');
  for (let sent = 0; sent < chunks; sent += 1) await client.send(chunk);
  client.end();
  client.finish();
  return client.answer;
}

describe.each(['plan', 'reference'] as const)('a file whose call is refused for its token, in the %s lane', lane => {
  it('is sent again, whole, where it is held', async () => {
    world = await uploadWorld({ lane, backend: backend(false), source: credential() });
    expect(await upload(1)).toEqual({ status: 200, body: { data: { bytes: { got: 'it' } } } });
    expect(seen).toEqual([
      { authorization: 'Bearer out.1', bytes: chunk.length, isWhole: true },
      { authorization: 'Bearer out.2', bytes: chunk.length, isWhole: true },
    ]);
  });

  it.each([
    ['after it was read', false],
    ['while it still comes', true],
  ])(
    'is not sent again where it was passed on while it came (refused %s): the client hears so, and the next call has another token',
    async (_, early) => {
      world = await uploadWorld({
        lane,
        backend: backend(early),
        source: credential(),
        limits: { uploadBuffer: '1KB', uploadSize: '10MB', uploadTotal: '10MB' },
      });
      const { body } = await upload(16);
      expect(body.errors).toEqual([
        {
          message: expect.stringMatching(/cannot be sent again/),
          path: ['bytes'],
          extensions: expect.objectContaining({ code: 'UPSTREAM_ERROR', source: 'uploads' }),
          locations: expect.anything(),
        },
      ]);
      expect(JSON.stringify(body)).not.toContain('secret words');
      expect(seen).toHaveLength(1);
      expect(await upload(1)).toEqual({ status: 200, body: { data: { bytes: { got: 'it' } } } });
      expect(seen.map(({ authorization }) => authorization)).toEqual(['Bearer out.1', 'Bearer out.2']);
    },
  );
});
