import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openReader } from '../../src/source/open-reader.ts';
import { defaultSourceOptions, type Source, type SourceOptions } from '../../src/source/source.ts';

let folder: string;
let server: Server;
let origin: string;
const seen: { url: string; authorization: string | undefined }[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'selvage-reader-'));
  await mkdir(join(folder, 'api/parts'), { recursive: true });
  await mkdir(join(folder, 'shared'));
  await writeFile(join(folder, 'secret.txt'), 'secret');
  await writeFile(join(folder, 'shared/common.yaml'), 'common: true');
  await writeFile(join(folder, 'api/main.yaml'), 'main: true');
  await writeFile(join(folder, 'api/parts/a b.yaml'), 'part: true');
  await writeFile(
    join(folder, 'api/utf16.wsdl'),
    Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('<ä/>', 'utf16le')]),
  );
  await writeFile(
    join(folder, 'api/latin.wsdl'),
    Buffer.from('<?xml version="1.0" encoding="ISO-8859-1"?><ä/>', 'latin1'),
  );
  await symlink(join(folder, 'secret.txt'), join(folder, 'api/link.yaml'));
  await symlink(folder, join(folder, 'api/up'));
  await symlink(join(folder, 'api'), join(folder, 'linked'));
  server = createServer((request, response) => {
    seen.push({ url: request.url ?? '', authorization: request.headers.authorization });
    if (request.url === '/moved') response.writeHead(302, { location: '/main.yaml' }).end();
    else if (request.url === '/secret') response.writeHead(401).end();
    else if (request.url === '/slow') response.write('slow');
    else if (request.url === '/large') response.end('x'.repeat(5_000));
    else response.end(`url: ${request.url}`);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(async () => {
  server.closeAllConnections();
  await new Promise(resolve => server.close(resolve));
  await rm(folder, { recursive: true });
});

function source(document: string, options: Partial<SourceOptions> = {}): Source {
  return { name: 'test', protocol: 'openapi', document, options: { ...defaultSourceOptions, ...options } };
}

async function outcome(reader: ReturnType<typeof openReader>, reference: string, base?: string): Promise<string> {
  const read = await reader.read(reference, base);
  return read.ok ? read.value.text : (read.diagnostics[0]?.code ?? 'nothing');
}

describe('the reader, on files', () => {
  const main = () => join(folder, 'api/main.yaml');

  it.each([
    ['the document itself', './main.yaml', 'main: true'],
    ['a file below, as a URI reference', 'parts/a%20b.yaml', 'part: true'],
    ['a file below, with a Windows path', 'parts\\a b.yaml', 'part: true'],
    ['with a fragment', 'main.yaml#/components', 'main: true'],
    ['a file above the folder', '../shared/common.yaml', 'DOCUMENT_OUTSIDE_ROOT'],
    ['an absolute path', '/etc/passwd', 'DOCUMENT_OUTSIDE_ROOT'],
    ['an encoded way up', '%2e%2e/secret.txt', 'DOCUMENT_NOT_FOUND'],
    ['a file URL', 'file:///etc/passwd', 'DOCUMENT_OUTSIDE_ROOT'],
    ['a symbolic link to the outside', 'link.yaml', 'DOCUMENT_OUTSIDE_ROOT'],
    ['a symbolic link to a folder outside', 'up/secret.txt', 'DOCUMENT_OUTSIDE_ROOT'],
    ['a path that does not exist outside tells nothing', '../nothing.yaml', 'DOCUMENT_OUTSIDE_ROOT'],
    ['another scheme', 'ftp://example.com/x', 'DOCUMENT_OUTSIDE_ROOT'],
    ['a URL that is none', 'http://[bad', 'DOCUMENT_OUTSIDE_ROOT'],
    ['a file URL that is none', 'file:///%zz', 'DOCUMENT_OUTSIDE_ROOT'],
    ['a host that is not allowed', 'http://169.254.169.254/latest', 'DOCUMENT_HOST_NOT_ALLOWED'],
    ['a file that is not there', 'missing.yaml', 'DOCUMENT_NOT_FOUND'],
    ['a folder', 'parts', 'DOCUMENT_UNREADABLE'],
  ])('%s', async (_, reference, expected) => {
    expect(await outcome(openReader(source(main())), reference, main())).toBe(expected);
  });

  it.each([
    ['a file that is not there', 'missing.yaml', 'DOCUMENT_NOT_FOUND'],
    ['a file in a folder that is not there', 'nowhere/deeper/missing.yaml', 'DOCUMENT_NOT_FOUND'],
    ['a file that is there', 'parts/a%20b.yaml', 'part: true'],
    ['a symbolic link to the outside', 'link.yaml', 'DOCUMENT_OUTSIDE_ROOT'],
    ['what is not there behind a link to the outside', 'up/nowhere/missing.yaml', 'DOCUMENT_OUTSIDE_ROOT'],
    ['what is not there above', '../nowhere/missing.yaml', 'DOCUMENT_OUTSIDE_ROOT'],
    ['what is not there in a sister folder', '../shared/missing.yaml', 'DOCUMENT_OUTSIDE_ROOT'],
  ])('in a folder that is reached through a symbolic link, %s', async (_, reference, expected) => {
    const linked = join(folder, 'linked/main.yaml');
    expect(await outcome(openReader(source(linked)), reference, linked)).toBe(expected);
    expect(await outcome(openReader(source(linked, { root: join(folder, 'linked') })), reference, linked)).toBe(
      expected,
    );
  });

  it('goes where `root` and `include` allow', async () => {
    const byRoot = openReader(source(main(), { root: folder }));
    const byInclude = openReader(source(main(), { include: [join(folder, 'shared')] }));
    expect(await outcome(byRoot, '../shared/common.yaml', main())).toBe('common: true');
    expect(await outcome(byInclude, '../shared/common.yaml', main())).toBe('common: true');
    expect(await outcome(byInclude, '../secret.txt', main())).toBe('DOCUMENT_OUTSIDE_ROOT');
  });

  it('knows the folder of a document that is not there yet', async () => {
    const late = join(folder, 'api/late.yaml');
    const reader = openReader(source(late));
    expect(await outcome(reader, 'later.yaml', late)).toBe('DOCUMENT_NOT_FOUND');
    await writeFile(late, 'late: true');
    expect(await outcome(reader, late)).toBe('late: true');
    expect(await outcome(reader, '../secret.txt', late)).toBe('DOCUMENT_OUTSIDE_ROOT');
  });

  it('reads UTF-16 and Latin-1', async () => {
    const reader = openReader(source(main()));
    expect(await outcome(reader, 'utf16.wsdl', main())).toBe('<ä/>');
    expect(await outcome(reader, 'latin.wsdl', main())).toContain('<ä/>');
  });

  it('is bounded in bytes and in texts', async () => {
    expect(await outcome(openReader(source(main()), { bytes: 3 }), main())).toBe('DOCUMENT_TOO_LARGE');
    expect(await outcome(openReader(source(main()), { totalBytes: 3 }), main())).toBe('DOCUMENT_TOO_LARGE');
    const two = openReader(source(main()), { texts: 1 });
    expect(await outcome(two, main())).toBe('main: true');
    expect(await outcome(two, 'parts/a b.yaml', main())).toBe('DOCUMENT_TOO_LARGE');
  });

  it('lists the files of a folder in order', async () => {
    const listed = await openReader(source(folder)).list(join(folder, 'api/parts'), '.yaml');
    expect(listed).toMatchObject({ ok: true, value: [join(folder, 'api/parts/a b.yaml')] });
  });
});

describe('the reader, on URLs', () => {
  it.each([
    ['the document', '/main.yaml', 'url: /main.yaml'],
    ['a redirect', '/moved', 'DOCUMENT_REFUSED'],
    ['a status', '/secret', 'DOCUMENT_REFUSED'],
    ['too many bytes', '/large', 'DOCUMENT_TOO_LARGE'],
    ['no end', '/slow', 'DOCUMENT_TIMEOUT'],
  ])('%s', async (_, path, expected) => {
    const reader = openReader(source(`${origin}/main.yaml`), { bytes: 4_000, timeout: 300 });
    expect(await outcome(reader, path, `${origin}/main.yaml`)).toBe(expected);
  });

  it('never leads from a URL to a file', async () => {
    const reader = openReader(source(`${origin}/main.yaml`));
    expect(await outcome(reader, 'file:///etc/passwd', `${origin}/main.yaml`)).toBe('DOCUMENT_OUTSIDE_ROOT');
    expect(await outcome(reader, '/etc/passwd', `${origin}/main.yaml`)).toBe('url: /etc/passwd');
  });

  it('tells a host that is down', async () => {
    const reader = openReader(source('http://127.0.0.1:1/x'));
    expect(await outcome(reader, 'http://127.0.0.1:1/x')).toBe('DOCUMENT_UNREACHABLE');
  });

  it('shows the credential to the document’s own origin alone', async () => {
    const other = origin.replace('127.0.0.1', 'localhost');
    const reader = openReader(
      source(`${origin}/main.yaml`, { documentCredential: { bearer: 'loading' }, allowHosts: ['localhost'] }),
    );
    seen.length = 0;
    await reader.read(`${origin}/own.yaml`);
    await reader.read(`${other}/foreign.yaml`);
    expect(seen).toEqual([
      { url: '/own.yaml', authorization: 'Bearer loading' },
      { url: '/foreign.yaml', authorization: undefined },
    ]);
  });

  it('keeps a key that goes into the query out of addresses', async () => {
    const key = { apiKey: { in: 'query', name: 'key', value: 'hush' } } as const;
    const reader = openReader(source(`${origin}/main.yaml`, { documentCredential: key }));
    seen.length = 0;
    const read = await reader.read(`${origin}/main.yaml`);
    expect(seen[0]?.url).toBe('/main.yaml?key=hush');
    expect(JSON.stringify(read.ok && read.value.address)).not.toContain('hush');
  });
});
