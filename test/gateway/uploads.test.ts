import { createHash, randomBytes } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Sent, uploadWorld } from './upload-world.ts';

const picture: Sent = { bytes: randomBytes(300_000), name: 'cat "1" ☃.png', type: 'image/png' };
const note: Sent = { bytes: Buffer.from('secret note'), name: 'note.txt', type: 'text/plain' };

/** Bytes are compared by it: buffers are compared item by item. */
function hashOf(bytes: Uint8Array | ArrayBuffer): string {
  return createHash('sha256').update(new Uint8Array(bytes)).digest('hex');
}

const parts = 'mutation ($input: PartsInput!) { parts(input: $input) { got } }';
const bytes = 'mutation ($file: File!) { bytes(input: $file) { got } }';

describe.each(['plan', 'reference'] as const)('files that come with an operation, in the %s lane', lane => {
  let world: Awaited<ReturnType<typeof uploadWorld>>;
  beforeAll(async () => {
    world = await uploadWorld({ lane });
  });
  afterAll(() => world.close());
  beforeEach(() => {
    world.got.length = 0;
  });

  it('go on as parts, byte for byte', async () => {
    const variables = { input: { title: 'two', file: null, files: [null, null] } };
    const map = { a: ['variables.input.file'], b: ['variables.input.files.1'], c: ['variables.input.files.0'] };
    const response = await world.upload({ query: parts, variables }, map, { a: picture, b: note, c: picture });
    expect([response.status, await response.json()]).toEqual([200, { data: { parts: { got: 'it' } } }]);
    const [{ contentType, contentLength, body } = { body: Buffer.alloc(0) }] = world.got;
    expect(contentLength).toBe(String(body.length));
    const form = await new Response(body, { headers: { 'content-type': contentType ?? '' } }).formData();
    const told = await Promise.all(
      [...form.entries()].map(async ([name, value]) =>
        typeof value === 'string' ? [name, value] : [name, value.name, value.type, hashOf(await value.arrayBuffer())],
      ),
    );
    expect(told).toEqual([
      ['title', 'two'],
      ['file', picture.name, picture.type, hashOf(picture.bytes)],
      ['files', picture.name, picture.type, hashOf(picture.bytes)],
      ['files', note.name, note.type, hashOf(note.bytes)],
    ]);
  });

  it('go on as they are, whatever they are', async () => {
    const response = await world.upload(
      { query: bytes, variables: { file: null } },
      { 0: ['variables.file'] },
      { 0: picture },
    );
    expect(await response.json()).toEqual({ data: { bytes: { got: 'it' } } });
    expect(world.got.map(({ body, ...told }) => ({ ...told, body: hashOf(body) }))).toEqual([
      {
        path: '/bytes',
        contentType: 'application/octet-stream',
        contentLength: '300000',
        body: hashOf(picture.bytes),
      },
    ]);
  });

  it('may be empty', async () => {
    const empty = { bytes: new Uint8Array(), name: '', type: '' };
    await world.upload({ query: bytes, variables: { file: null } }, { 0: ['variables.file'] }, { 0: empty });
    expect(world.got).toMatchObject([{ path: '/bytes', contentLength: '0', body: Buffer.alloc(0) }]);
  });

  it('are of their own type where the document leaves it open, and can be asked with', async () => {
    const query = 'query ($file: File) { look(input: $file) { got } }';
    const response = await world.upload(
      { query, variables: { file: null } },
      { 0: ['variables.file'] },
      { 0: picture },
    );
    expect(await response.json()).toEqual({ data: { look: { got: 'it' } } });
    expect(world.got).toMatchObject([{ path: '/look', contentType: 'image/png' }]);
  });

  it('are never taken for one another, even where they are alike and come together', async () => {
    const query = 'query ($file: File) { look(input: $file) { got } }';
    const ask = () => world.upload({ query, variables: { file: null } }, { 0: ['variables.file'] }, { 0: note });
    const answers = await Promise.all([ask(), ask(), ask()]);
    expect(await Promise.all(answers.map(answer => answer.json()))).toEqual(
      Array(3).fill({ data: { look: { got: 'it' } } }),
    );
    expect(world.got).toHaveLength(3);
  });

  it('are not taken from JSON', async () => {
    const headers = { 'content-type': 'application/json' };
    for (const file of ['text', 1, {}, { file: {}, place: 'x' }, []]) {
      const body = JSON.stringify({ query: bytes, variables: { file } });
      const answer = await (await fetch(world.url, { method: 'POST', headers, body })).json();
      expect(answer.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    }
    const literal = JSON.stringify({ query: 'mutation { bytes(input: "text") { got } }' });
    const answer = await (await fetch(world.url, { method: 'POST', headers, body: literal })).json();
    expect(answer.errors).toMatchObject([
      { message: expect.stringContaining('multipart/form-data'), extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } },
    ]);
    expect(world.got).toEqual([]);
  });

  it.each([
    ['where JSON is', 'mutation ($any: JSON) { any(input: $any) { got } }', { any: null }, 'variables.any'],
    [
      'inside of JSON',
      'mutation ($any: JSON) { any(input: $any) { got } }',
      { any: { deep: [null] } },
      'variables.any.deep.0',
    ],
    ['where no variable is declared', 'mutation { any { got } }', { any: null }, 'variables.any'],
  ])('are refused %s', async (_, query, variables, path) => {
    const response = await world.upload({ query, variables }, { 0: [path] }, { 0: note });
    expect((await response.json()).errors).toMatchObject([
      {
        message: `The file at "${path}" stands where the operation declares no File.`,
        extensions: { code: 'BAD_USER_INPUT' },
      },
    ]);
    expect(world.got).toEqual([]);
  });

  it('are refused where text is', async () => {
    const variables = { input: { title: null } };
    const response = await world.upload({ query: parts, variables }, { 0: ['variables.input.title'] }, { 0: note });
    expect((await response.json()).errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    expect(world.got).toEqual([]);
  });
});

describe('a request with files', () => {
  let world: Awaited<ReturnType<typeof uploadWorld>>;
  beforeAll(async () => {
    world = await uploadWorld({ limits: { uploads: 2, uploadSize: '2KB', uploadTotal: '3KB', body: '4KB' } });
  });
  afterAll(() => world.close());
  beforeEach(() => {
    world.got.length = 0;
  });

  const small: Sent = { bytes: randomBytes(1_400), name: 'a', type: '' };
  const operations = { query: parts, variables: { input: { title: 'x', file: null, files: [null, null] } } };
  const one = { 0: ['variables.input.file'] };

  it('needs a header that no form can set', async () => {
    const plain = { query: parts, variables: { input: { file: null } } };
    const response = await world.upload(plain, one, { 0: small }, {});
    expect([response.status, (await response.json()).errors[0].message]).toEqual([
      415,
      expect.stringContaining('x-selvage-csrf'),
    ]);
    for (const name of ['x-selvage-csrf', 'apollo-require-preflight'])
      expect((await world.upload(plain, one, { 0: small }, { [name]: '1' })).status).toBe(200);
    expect(world.got).toHaveLength(2);
  });

  const two = { 0: ['variables.input.files.0'], 1: ['variables.input.files.1'] };
  it.each([
    [
      'too many files',
      { ...two, 2: ['variables.input.file'] },
      { 0: small, 1: small, 2: small },
      413,
      'OPERATION_TOO_COMPLEX',
    ],
    [
      'one file in too many places',
      { 0: ['variables.input.file', 'variables.input.files.0', 'variables.input.files.1'] },
      { 0: small },
      413,
      'OPERATION_TOO_COMPLEX',
    ],
    ['a file that is too large', one, { 0: { ...small, bytes: randomBytes(2_049) } }, 413, 'DOCUMENT_TOO_LARGE'],
    [
      'files that are too large together',
      two,
      { 0: { ...small, bytes: randomBytes(2_000) }, 1: small },
      413,
      'DOCUMENT_TOO_LARGE',
    ],
    ['a file that is not named', one, { 0: small, 1: small }, 400, 'BAD_REQUEST'],
    ['no file where one is named', two, { 0: small }, 400, 'BAD_REQUEST'],
    ['a path to what is not null', { 0: ['variables.input.title'] }, { 0: small }, 400, 'BAD_REQUEST'],
    ['a path to nothing', { 0: ['variables.input.nothing'] }, { 0: small }, 400, 'BAD_REQUEST'],
    ['a path beside the variables', { 0: ['query'] }, { 0: small }, 400, 'BAD_REQUEST'],
    ['a path to the prototype', { 0: ['variables.__proto__.polluted'] }, { 0: small }, 400, 'BAD_REQUEST'],
    ['a path to a list’s length', { 0: ['variables.input.files.length'] }, { 0: small }, 400, 'BAD_REQUEST'],
    [
      'two files in one place',
      { 0: ['variables.input.file'], 1: ['variables.input.file'] },
      { 0: small, 1: small },
      400,
      'BAD_REQUEST',
    ],
    ['a map that is none', [], { 0: small }, 400, 'BAD_REQUEST'],
    ['paths that are none', { 0: 'variables.input.file' }, { 0: small }, 400, 'BAD_REQUEST'],
  ])('is refused for %s', async (_, map, files, status, code) => {
    const response = await world.upload(operations, map, files);
    expect([response.status, (await response.json()).errors[0].extensions.code]).toEqual([status, code]);
    expect(world.got).toEqual([]);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('is refused as a batch of operations', async () => {
    const response = await world.upload([operations], one, { 0: small });
    expect([response.status, (await response.json()).errors[0].message]).toEqual([
      400,
      expect.stringContaining('Batches'),
    ]);
  });

  const part = (name: string, body: string) =>
    `--x\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${body}\r\n`;
  const asked = part('operations', JSON.stringify(operations));
  it.each([
    ['nothing in it', 'boundary=x', ''],
    ['no boundary', '', asked],
    ['another boundary', 'boundary=y', asked],
    ['no end', 'boundary=x', asked + part('map', '{}').slice(0, -4)],
    ['files first', 'boundary=x', `${part('0', 'x') + part('map', '{"0":["variables.input.file"]}') + asked}--x--`],
    ['the map first', 'boundary=x', `${part('map', '{}') + asked}--x--`],
    ['two maps', 'boundary=x', `${asked + part('map', '{}') + part('map', '{}')}--x--`],
    ['no map', 'boundary=x', `${asked}--x--`],
    ['operations that are no JSON', 'boundary=x', `${part('operations', '{')}--x--`],
    ['a part without a name', 'boundary=x', '--x\r\ncontent-type: text/plain\r\n\r\nx\r\n--x--'],
    ['a header that does not end', 'boundary=x', `--x\r\ncontent-disposition: ${'x'.repeat(100_000)}`],
    [
      'operations that do not end',
      'boundary=x',
      `--x\r\ncontent-disposition: form-data; name="operations"\r\n\r\n${'x'.repeat(5_000)}`,
    ],
  ])('is refused with %s', async (_, parameter, body) => {
    const { status, code } = await posted(world.url, `multipart/form-data; ${parameter}`, body);
    expect([400, 413]).toContain(status);
    expect(['BAD_REQUEST', 'DOCUMENT_TOO_LARGE']).toContain(code);
    expect(world.got).toEqual([]);
  });

  it('is read no further than its limits', async () => {
    const head = {
      'content-type': 'multipart/form-data; boundary=x',
      'content-length': '100000000',
      'x-selvage-csrf': '1',
    };
    const request = httpRequest(world.url, { method: 'POST', headers: head, agent: false });
    const status = await new Promise(resolve => {
      request.on('response', ({ statusCode }) => resolve(statusCode));
      request.on('error', () => resolve('reset'));
      request.write('--x\r\n');
    });
    request.destroy();
    expect(status).toBe(413);
  });

  it('whose client leaves in the middle comes to nothing', async () => {
    const head = {
      'content-type': 'multipart/form-data; boundary=x',
      'transfer-encoding': 'chunked',
      'x-selvage-csrf': '1',
    };
    const request = httpRequest(world.url, { method: 'POST', headers: head, agent: false });
    request.on('error', () => undefined);
    request.write(
      `${asked + part('map', '{"0":["variables.input.file"]}')}--x\r\ncontent-disposition: form-data; name="0"; filename="a"\r\n\r\nab`,
    );
    await new Promise(resolve => setTimeout(resolve, 50));
    request.destroy();
    expect((await fetch(world.url.replace('/graphql', '/livez'))).status).toBe(200);
    expect(world.got).toEqual([]);
  });

  it('can be turned off', async () => {
    const off = await uploadWorld({ limits: { uploads: 0 } });
    expect((await off.upload(operations, one, { 0: small })).status).toBe(415);
    await off.close();
  });
});

it('no file is logged, and none is traced', async () => {
  const world = await uploadWorld({ more: 'trace: { keep: 5 }' });
  const variables = { input: { title: 'open', file: null, password: 'hunter2-hunter2' } };
  const headers = { 'x-selvage-csrf': '1', 'x-request-id': 'traced' };
  const secret = { ...note, name: 'confidential-name.txt' };
  await world.upload({ query: parts, variables }, { 0: ['variables.input.file'] }, { 0: secret }, headers);
  const trace = await (await fetch(`${world.gateway.adminUrl}/traces/traced`)).text();
  await world.close();
  expect(world.got).toHaveLength(1);
  const told = JSON.parse(trace);
  expect(told.calls[0].items[0].args.input.file).toBe('(file of 11 bytes)');
  expect(told.exchanges[0].request.body).toMatch(/^\(\d+ bytes\)$/);
  expect(trace + world.lines.join('')).not.toMatch(/secret note|hunter2|confidential-name/);
});

describe('a file that is answered', () => {
  it('is turned into text only where that is asked, and bounded', async () => {
    const download = randomBytes(100_000);
    const world = await uploadWorld({ download });
    const ask = async (query: string) => {
      const response = await fetch(world.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query }),
      });
      return response.json();
    };
    const file = { contentType: 'application/pdf', filename: 'a.pdf', size: 100_000 };
    expect(await ask('{ download { contentType filename size } }')).toEqual({ data: { download: file } });
    expect(await ask('{ download { size base64 text } }')).toEqual({
      data: { download: { size: 100_000, base64: download.toString('base64'), text: null } },
    });
    await world.close();
  });
});

function posted(url: string, contentType: string, body: string): Promise<{ status: number; code: string }> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': contentType, 'content-length': Buffer.byteLength(body), 'x-selvage-csrf': '1' };
    const request = httpRequest(url, { method: 'POST', headers, agent: false }, response => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const told = JSON.parse(Buffer.concat(chunks).toString());
        resolve({ status: response.statusCode ?? 0, code: told.errors[0].extensions.code });
      });
    });
    request.on('error', reject);
    request.end(body);
  });
}
