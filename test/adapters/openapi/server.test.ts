import { expect, it } from 'vitest';
import { load } from '../../../src/adapters/openapi/load.ts';
import { describe } from '../../../src/adapters/openapi/schema.ts';
import { checked } from '../../../src/base/checked.ts';
import { memoryReader, source } from './describe-document.ts';

/** OpenAPI 3.2, 4.5 and 4.6: where a document says that its backend runs. */
async function serverOf(document: object, address: string) {
  const text = JSON.stringify({ ...document, paths: { '/a': { get: { operationId: 'a', responses: {} } } } });
  const reader = { ...memoryReader({}), read: async () => checked({ address, text }) };
  const loaded = await load(source(), { reader, signal: new AbortController().signal });
  const described = loaded.ok ? describe(loaded.value, source()) : loaded;
  if (!described.ok) throw new TypeError(JSON.stringify(described.diagnostics));
  return {
    server: described.value.blueprint.calls['Query.a']?.server,
    codes: described.diagnostics.map(({ code }) => code),
  };
}

const remote = 'https://docs.test/v1/openapi.json';
const variables = { tenant: { default: 'acme' }, stage: { default: 2 } };

it.each([
  ['absolute', [{ url: 'http://shop.test/v2/' }], '/api.json', 'http://shop.test/v2/'],
  ['relative', [{ url: '/v2' }], remote, 'https://docs.test/v2'],
  ['relative to a folder', [{ url: './v2' }], remote, 'https://docs.test/v1/v2'],
  ['with variables', [{ url: 'https://{tenant}.test/{stage}', variables }], '/api.json', 'https://acme.test/2'],
  [
    'after one of another protocol',
    [{ url: 'wss://shop.test' }, { url: 'http://shop.test' }],
    '/',
    'http://shop.test/',
  ],
  ['after one that is not told', [{ url: 'https://{x}.test' }, { url: 'http://shop.test' }], '/', 'http://shop.test/'],
  ["the document's own", undefined, remote, 'https://docs.test/'],
])('the server is %s', async (_, servers, address, server) => {
  expect(await serverOf({ openapi: '3.1.0', servers }, address)).toEqual({ server, codes: [] });
});

it.each([
  ['nowhere', undefined],
  ['relative to a file', [{ url: '/v2' }]],
  ['of a variable without a value', [{ url: 'https://{tenant}.test' }]],
])('the server is not known: %s', async (_, servers) => {
  const told = { server: undefined, codes: ['CONFIG_MISSING_KEY'] };
  expect(await serverOf({ openapi: '3.1.0', servers }, '/api.json')).toEqual(told);
});
