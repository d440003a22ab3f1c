import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { run } from './run.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'selvage-check-documents-'));
  await writeFile(join(folder, 'shop.yaml'), yaml);
  await writeFile(join(folder, 'selvage.yaml'), 'sources: { shop: { document: shop.yaml } }\n');
});
afterAll(() => rm(folder, { recursive: true }));

const yaml = `openapi: 3.1.0
info: { title: A shop, version: '1' }
servers: [{ url: http://shop.test }]
paths:
  /orders:
    get:
      operationId: orders
      sumary: All of them
      responses:
        200: { description: '', content: { application/json: { schema: { $ref: '#/components/schemas/Order' } } } }
`;

/** The lines that speak of a document. */
const told = (text: string) =>
  text
    .split('\n')
    .filter(line => /^(error|warning|note) /.test(line))
    .map(line => line.replaceAll(`${folder}/`, ''));

const found = [
  'warning DOCUMENT_LINT shop.yaml:8:7 /paths/~1orders/get/sumary: "sumary" is no keyword here. Did you mean "summary"?',
  'warning REFERENCE_NOT_FOUND shop.yaml:10:64 /paths/~1orders/get/responses/200/content/application~1json/schema: The reference "#/components/schemas/Order" leads to nothing.',
];

it('tells where in a document something is, by line and column, and compares it with its specification', async () => {
  const checked = await run(['check', '-c', join(folder, 'selvage.yaml')]);
  expect([told(checked.out), checked.code]).toEqual([found, 0]);
  const inspected = await run(['inspect', join(folder, 'shop.yaml')]);
  expect(told(inspected.out)).toEqual(found);
});

it('tells programs where by the pointer alone', async () => {
  const { out } = await run(['inspect', '--json', join(folder, 'shop.yaml')]);
  const { diagnostics } = JSON.parse(out) as { readonly diagnostics: readonly { readonly at: readonly string[] }[] }; // inspect --json wrote it
  expect(diagnostics.map(({ at }) => at)).toEqual([
    [join(folder, 'shop.yaml'), '/paths/~1orders/get/sumary'],
    [join(folder, 'shop.yaml'), '/paths/~1orders/get/responses/200/content/application~1json/schema'],
  ]);
});

it('compares no document in order to serve it', async () => {
  const { err } = await run(['print', '-c', join(folder, 'selvage.yaml')]);
  expect(told(err)).toEqual([found[1]?.replace(':10:64', '')]);
});
