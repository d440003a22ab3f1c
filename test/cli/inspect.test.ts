import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSchema } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startReviews } from '../../src/demo/reviews.ts';
import { startStock } from '../../src/demo/stock.ts';
import { run } from './run.ts';

const schemas = fileURLToPath(new URL('../../schemas/', import.meta.url));

let folder: string;
let stock: Awaited<ReturnType<typeof startStock>>;
let reviews: Awaited<ReturnType<typeof startReviews>>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'selvage-inspect-'));
  stock = await startStock(() => {});
  reviews = await startReviews(() => {});
});
afterAll(async () => {
  await stock.close();
  await reviews.close();
  await rm(folder, { recursive: true });
});

async function inspect(...argv: readonly string[]) {
  const { code, out, err } = await run(['inspect', '--json', ...argv]);
  const json = JSON.parse(out) as Record<string, unknown>; // one object, or it throws
  return { code, json, err };
}

describe('selvage inspect --json', () => {
  it.each([
    ['openapi', `${schemas}catalogue.openapi.yaml`, 5],
    ['soap', `${schemas}billing.wsdl`, 4],
    ['grpc', `${schemas}stock.proto`, 3],
    ['grpc', schemas, 3],
  ])('tells what a document comes to: %s, %s', async (protocol, document, operations) => {
    const { code, json, err } = await inspect(document);
    expect([code, err]).toEqual([0, '']);
    expect(json).toEqual({
      protocol,
      operations: { total: operations, imported: operations },
      types: expect.any(Number),
      diagnostics: expect.any(Array),
    });
    for (const diagnostic of json['diagnostics'] as object[]) {
      expect(['severity', 'code', 'message', 'at', 'hint']).toEqual(expect.arrayContaining(Object.keys(diagnostic)));
      expect(diagnostic).toMatchObject({ at: expect.arrayContaining([expect.any(String)]) });
    }
  });

  it('gives the hints, where there are any', async () => {
    const document = join(folder, 'hints.json');
    await writeFile(document, JSON.stringify({ openapi: '3.1.0', info: { title: 'x', version: '1' }, paths: {} }));
    const told = (await inspect(document)).json['diagnostics'] as { message: string; hint?: string }[];
    expect(told.find(({ message }) => message === 'The document describes no operation.')?.hint).toBe(
      'Give the document `paths` with operations.',
    );
  });

  it('counts the named types, custom scalars too, but not those of GraphQL', async () => {
    const document = join(folder, 'one.graphql');
    await writeFile(
      document,
      'type Query { a: A, b: Int, c: Float, d: Boolean, e: ID }\ntype A { x: Moment }\nscalar Moment\n',
    );
    expect((await inspect(document)).json).toMatchObject({
      protocol: 'graphql',
      types: 3,
      operations: { total: 5, imported: 5 },
    });
  });

  it('asks a GraphQL server, with or without its protocol named', async () => {
    const told = await inspect(reviews.endpoint);
    expect([told.code, told.json['protocol']]).toEqual([0, 'graphql']);
    expect(await inspect(reviews.endpoint, '--protocol', 'graphql')).toEqual(told);
  });

  it('asks a gRPC server by reflection', async () => {
    const told = await inspect(stock.endpoint, '--protocol', 'grpc');
    expect([told.code, told.json['protocol'], told.json['operations']]).toEqual([0, 'grpc', { total: 3, imported: 3 }]);
    expect(await inspect(stock.endpoint)).toEqual(told);
  });

  it('reaches the folders that it may, and no others', async () => {
    const rpc = 'service S { rpc Get(shop.stock.v1.GetLevelRequest) returns (shop.stock.v1.StockLevel); }';
    await writeFile(join(folder, 'main.proto'), `syntax = "proto3";\nimport "stock.proto";\n${rpc}\n`);
    const confined = await inspect(join(folder, 'main.proto'));
    expect(confined.json).toMatchObject({ operations: { total: 1, imported: 0 } });
    const wider = await inspect(join(folder, 'main.proto'), '--include', schemas, '--include', folder);
    expect(wider.json).toMatchObject({ operations: { total: 1, imported: 1 } });
  });

  it.each([
    ['a file that is not there', 'nowhere.yaml', undefined, null, 'DOCUMENT_NOT_FOUND'],
    ['a file of no known protocol', 'poem.txt', 'Roses are red.', null, 'PROTOCOL_UNKNOWN'],
    ['an empty file', 'empty.yaml', '\n', null, 'DOCUMENT_INVALID'],
    ['broken JSON', 'broken.json', '{ "openapi": "3.1.0", "paths": { ', 'openapi', 'DOCUMENT_SYNTAX'],
    [
      'broken XML',
      'broken.wsdl',
      '<definitions xmlns="http://schemas.xmlsoap.org/wsdl/"><types>',
      'soap',
      'DOCUMENT_SYNTAX',
    ],
    ['a broken .proto', 'broken.proto', 'syntax = "proto3";\nmessage {', 'grpc', 'DOCUMENT_SYNTAX'],
    ['broken SDL', 'broken.graphql', 'type Query {', 'graphql', 'DOCUMENT_SYNTAX'],
  ])('ends with 1 on %s', async (_, name, text, protocol, code) => {
    const document = join(folder, name);
    if (text !== undefined) await writeFile(document, text);
    const inspected = await inspect(document);
    expect(inspected.code).toBe(1);
    expect(inspected.json).toMatchObject({ protocol, operations: { total: 0, imported: 0 }, types: 0 });
    expect((inspected.json['diagnostics'] as { code: string }[]).map(diagnostic => diagnostic.code)).toEqual([code]);
  });

  it('asks a host once that refuses, and says with what status', async () => {
    const asked: string[] = [];
    const server = createServer(({ method, url }, response) => {
      asked.push(`${method} ${url}`);
      response.writeHead(302, { location: '/elsewhere' }).end();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo; // of a TCP server that listens
    const { code, json } = await inspect(`http://127.0.0.1:${port}/openapi.yaml`, '--protocol', 'openapi');
    expect([code, json['diagnostics'], asked]).toMatchObject([
      1,
      [{ code: 'DOCUMENT_REFUSED' }],
      ['GET /openapi.yaml'],
    ]);
    server.close();
  });

  it('ends with 1 where nobody listens', async () => {
    const { code, json } = await inspect('http://127.0.0.1:9/openapi.yaml');
    expect([code, json['diagnostics']]).toMatchObject([1, [{ code: 'DOCUMENT_UNREACHABLE' }]]);
  });
});

describe('selvage inspect', () => {
  it('prints the SDL, and only that, on stdout', async () => {
    const { code, out, err } = await run(['inspect', '--sdl', `${schemas}stock.proto`]);
    expect(code).toBe(0);
    expect(Object.keys(buildSchema(out).getQueryType()?.getFields() ?? {})).toContain('getLevel');
    expect(err).toContain('OPERATION_KIND_GUESSED');
  });

  it('tells of each operation of a WSDL what it is taken for', async () => {
    const { out } = await run(['inspect', `${schemas}billing.wsdl`]);
    expect(out).toContain('is taken for a query, by its name.');
    expect(out).toContain(
      'hint: WSDL does not say it; "queries" and "mutations" in the configuration do, and @operation in the overlay.',
    );
  });

  it('sums up in one line for people', async () => {
    const { out } = await run(['inspect', `${schemas}catalogue.openapi.yaml`]);
    expect(out.split('\n')).toEqual([
      expect.stringMatching(/^note BATCH_OFFERED catalogue Query\.productsByIds: /),
      '    hint: extend type Product @entity(key: "id", call: "catalogue.productsByIds", into: "ids", match: "id")',
      'openapi: 5 of 5 operations, 10 types; 0 errors, 0 warnings, 1 note',
      '',
    ]);
  });

  const help = '("selvage --help" lists the commands, "selvage <command> --help" its options)';
  it.each([
    [['inspect'], `error: missing required argument 'document'\n${help}`],
    [['inspect', 'x', '--jsno'], `error: unknown option '--jsno'\n(Did you mean --json?)\n${help}`],
    [['inspect', 'x', '--json', '--sdl'], 'error: --json and --sdl exclude each other.'],
    [
      ['inspect', 'x', '--protocol', 'soup'],
      'error: "soup" is no protocol. Did you mean "soap"? Protocols: openapi, soap, grpc, graphql.',
    ],
  ])('%j is a mistake of usage', async (argv, message) => {
    expect(await run(argv)).toEqual({ code: 2, out: '', err: `${message}\n` });
  });
});
