import { expect, describe as group, it } from 'vitest';
import { load } from '../../../src/adapters/openapi/load.ts';
import { describe } from '../../../src/adapters/openapi/schema.ts';
import { checked } from '../../../src/base/checked.ts';
import { formatDiagnostic } from '../../../src/base/diagnostic.ts';
import type { Source, SourceOptions } from '../../../src/source/source.ts';
import { describeDocument, describeFiles, memoryReader, source } from './describe-document.ts';

const responses = { 204: { description: '' } };

/** OpenAPI 3.2, 4.5 and 4.6: where a document says that its backend runs. */
async function serverOf(document: object, address: string, from: Source = source()) {
  const text = JSON.stringify({ ...document, paths: { '/a': { get: { operationId: 'a', responses } } } });
  const reader = { ...memoryReader({}), read: async () => checked({ address, text }) };
  const loaded = await load(from, { reader, signal: new AbortController().signal });
  const described = loaded.ok ? describe(loaded.value, from) : loaded;
  return {
    server: described.ok ? described.value.blueprint.calls['Query.a']?.server : undefined,
    codes: described.diagnostics.map(({ code }) => code),
    told: described.diagnostics.map(formatDiagnostic),
  };
}

const remote = 'https://docs.test/v1/openapi.json';
const variables = { tenant: { default: 'acme' }, stage: { default: 2 } };
const regions = [
  {
    name: 'live',
    url: 'https://{region}.shop.test:{port}/v1',
    variables: { region: { default: 'eu', enum: ['eu', 'us'] }, port: { default: '8443' } },
  },
  { name: 'sandbox', url: 'https://sandbox.shop.test/v1' },
];

it.each([
  ['absolute', [{ url: 'http://shop.test/v2/' }], '/api.json', 'http://shop.test/v2/'],
  ['without a scheme', [{ url: '//shop.test/v2' }], '/api.json', 'https://shop.test/v2'],
  ['without a scheme, in a remote document', [{ url: '//shop.test/v2' }], 'http://docs.test/', 'http://shop.test/v2'],
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
  ['empty', [{ url: '' }], remote, 'https://docs.test/'],
  ['empty by its variable', [{ url: '{base}', variables: { base: { default: '' } } }], remote, 'https://docs.test/'],
  ["the document's own", undefined, remote, 'https://docs.test/'],
  ["the document's own, of an empty list", [], remote, 'https://docs.test/'],
])('the server is %s', async (_, servers, address, server) => {
  expect(await serverOf({ openapi: '3.1.0', servers }, address)).toMatchObject({ server, codes: [] });
});

it.each([
  ['nowhere', undefined, 'Give the source an `endpoint:`.'],
  ['relative to a file', [{ url: '/v2' }], 'Give the source an `endpoint:`.'],
  ['empty, of a file', [{ url: '' }], 'Give the source an `endpoint:`.'],
  [
    'of a variable without a value',
    [{ url: 'https://{tenant}.test' }],
    'Give the source an `endpoint:`, or `serverVariables: { tenant: … }`.',
  ],
])('the server is not known: %s', async (_, servers, hint) => {
  const { server, codes, told } = await serverOf({ openapi: '3.1.0', servers }, '/api.json');
  expect([server, codes]).toEqual([undefined, ['CONFIG_MISSING_KEY']]);
  expect(told[0]).toContain(`hint: ${hint}`);
});

group('it is told what of a server is not as it must be', () => {
  const odd = { default: 'asia', enum: ['eu', 'us'] };

  it('the default of a variable that is none of its values, which is taken', async () => {
    const servers = [{ url: 'https://{region}.shop.test', variables: { region: odd } }];
    const { server, told } = await serverOf({ openapi: '3.1.0', servers }, '/api.json');
    expect([server, told]).toEqual([
      'https://asia.shop.test/',
      [
        'warning DOCUMENT_INVALID /api.json /servers/0/variables/region/default: The default "asia" of the server\'s variable "region" is none of the values that its enum allows. It is taken all the same.\n    hint: serverVariables: { region: eu } chooses one of eu, us.',
      ],
    ]);
    const chosen = await serverOf({ openapi: '3.1.0', servers }, '/', source({ serverVariables: { region: 'us' } }));
    expect(chosen).toMatchObject({ server: 'https://us.shop.test/', told: [] });
    const replaced = await serverOf({ openapi: '3.1.0', servers }, '/', source({}, 'https://gate.test'));
    expect(replaced.told).toEqual([]);
  });

  it.each([
    [
      '3.1',
      { openapi: '3.1.0', servers: [{ url: 'https://me:s3cret@shop.test/v1' }] },
      'a user or a password',
      '/servers/0/url',
    ],
    [
      '3.1',
      { openapi: '3.1.0', servers: [{ url: '//s3cret@shop.test/v1' }] },
      'a user or a password',
      '/servers/0/url',
    ],
    [
      '3.1',
      { openapi: '3.1.0', servers: [{ url: 'https://shop.test/v1?s3cret=1#top' }] },
      'a query and a fragment',
      '/servers/0/url',
    ],
    ['2.0', { swagger: '2.0', host: 'me:s3cret@shop.test', basePath: '/v1' }, 'a user or a password', '/host'],
    ['2.0', { swagger: '2.0', host: 'shop.test', basePath: '/v1?s3cret=1' }, 'a query', '/host'],
  ])('a part of its URL that is never sent, and that is not repeated (%s, %j)', async (_, document, parts, at) => {
    const { server, told } = await serverOf(document, '/api.json');
    expect([server, told]).toEqual([
      'https://shop.test/v1',
      [
        `warning DOCUMENT_INVALID /api.json ${at}: The server's URL has ${parts}, which is not sent.\n    hint: Give the source what it is signed in with (\`credential:\`, \`credentials:\`) or called at (\`endpoint:\`).`,
      ],
    ]);
    expect((await serverOf(document, '/api.json', source({}, 'https://gate.test'))).told).toEqual([]);
  });
});

group('the configuration chooses', () => {
  it.each<[string, Partial<SourceOptions>, string]>([
    ['nothing: the first, and the defaults', {}, 'https://eu.shop.test:8443/v1'],
    ['a variable', { serverVariables: { region: 'us' } }, 'https://us.shop.test:8443/v1'],
    ['all variables', { serverVariables: { region: 'us', port: '443' } }, 'https://us.shop.test/v1'],
    ['a server by its name', { server: 'sandbox' }, 'https://sandbox.shop.test/v1'],
    ['a server by its place', { server: 1 }, 'https://sandbox.shop.test/v1'],
    ['a server by its place, as text', { server: '1' }, 'https://sandbox.shop.test/v1'],
  ])('%s', async (_, options, server) => {
    const document = { openapi: '3.2.0', servers: regions };
    expect(await serverOf(document, '/api.json', source(options))).toMatchObject({ server, codes: [] });
  });

  it.each<[string, Partial<SourceOptions>, string]>([
    [
      'a value that the document does not have',
      { serverVariables: { region: 'usa' } },
      'error CONFIG_INVALID_VALUE shop serverVariables region: The variable "region" of a server cannot be "usa". Did you mean "us"?\n    hint: The document has eu, us.',
    ],
    [
      'a variable that no server has',
      { serverVariables: { regoin: 'us' } },
      'error CONFIG_UNKNOWN_KEY shop serverVariables regoin: No server of the document has the variable "regoin". Did you mean "region"?',
    ],
    [
      'a server that is not there',
      { server: 'sandbx' },
      'error CONFIG_INVALID_VALUE shop server: The document has no server "sandbx". Did you mean "sandbox"?\n    hint: Write its `name` (OpenAPI 3.2), or its place in the list, from 0.',
    ],
    [
      'a place that is not there',
      { server: 2 },
      'error CONFIG_INVALID_VALUE shop server: The document has no server "2".\n    hint: Write its `name` (OpenAPI 3.2), or its place in the list, from 0.',
    ],
  ])('and is refused: %s', async (_, options, expected) => {
    const document = { openapi: '3.2.0', servers: regions };
    const { server, told } = await serverOf(document, '/api.json', source(options));
    expect([server, told]).toEqual([undefined, [expected]]);
  });
});

group('of several places', () => {
  const at = (host: string) => ({ servers: [{ url: `https://${host}.test` }] });
  const operation = (more: object) => ({ get: { operationId: 'a', responses, ...more } });

  it.each<[string, object, string]>([
    [
      "the operation's goes first",
      { ...at('root'), paths: { '/a': { ...at('path'), ...operation(at('op')) } } },
      'https://op.test/',
    ],
    ["then the path's", { ...at('root'), paths: { '/a': { ...at('path'), ...operation({}) } } }, 'https://path.test/'],
    ["then the document's", { ...at('root'), paths: { '/a': operation({}) } }, 'https://root.test/'],
    [
      'an empty list says nothing',
      { ...at('root'), paths: { '/a': operation({ servers: [] }) } },
      'https://root.test/',
    ],
  ])('%s', async (_, document, server) => {
    const { call } = await describeDocument({ openapi: '3.1.0', ...document });
    expect(call('a').server).toBe(server);
  });

  it("a relative one is the file's that it stands in", async () => {
    const paths = { '/a': { $ref: 'https://parts.test/folder/a.json' } };
    const files = {
      '/api.json': { openapi: '3.1.0', paths },
      'https://parts.test/folder/a.json': { servers: [{ url: './v3' }], ...operation({}) },
    };
    const { call } = await describeFiles(files);
    expect(call('a').server).toBe('https://parts.test/folder/v3');
  });

  it('a relative one of a file is beside the document’s own, and that is told', async () => {
    const document = { ...at('root'), paths: { '/a': operation({ servers: [{ url: '/v3' }] }) } };
    const { call, diagnostics } = await describeDocument({ openapi: '3.1.0', ...document });
    expect(call('a')).toMatchObject({ server: 'https://root.test/v3' });
    expect(call('a').foreign).toBeUndefined();
    expect(diagnostics).toMatchObject([
      {
        severity: 'note',
        at: ['/api.json', '/paths/~1a/get/servers/0/url'],
        message: expect.stringContaining('root.test/v3'),
      },
    ]);
  });
});

group('Swagger 2.0', () => {
  const paths = {
    '/a': { get: { operationId: 'a', responses } },
    '/b': { get: { operationId: 'b', responses, schemes: ['http'] } },
  };
  it.each<[string, object, string | undefined]>([
    [
      'host, path and the best scheme',
      { host: 'shop.test', basePath: '/v1', schemes: ['http', 'https'] },
      'https://shop.test/v1',
    ],
    ['no scheme', { host: 'shop.test' }, 'https://shop.test/'],
    ['a scheme that is not HTTP', { host: 'shop.test', schemes: ['wss'] }, undefined],
  ])('%s', async (_, more, server) => {
    const { call } = await describeDocument({ swagger: '2.0', paths, ...more });
    expect(call('a').server).toBe(server);
  });

  it('a scheme of the operation’s own leads to another origin, which is not told who asks', async () => {
    const document = { swagger: '2.0', host: 'shop.test', schemes: ['https'], paths };
    const { call, diagnostics } = await describeDocument(document, source({ credential: { bearer: 't' } }));
    expect([call('a').foreign, call('b').foreign, call('b').server]).toEqual([undefined, true, 'http://shop.test/']);
    expect(diagnostics.map(formatDiagnostic)).toEqual([
      'warning CREDENTIAL_WITHHELD /api.json /paths/~1b/get: An operation is asked at http://shop.test, which is not where the source itself runs: neither its headers nor its credentials go there.\n    hint: trustedOrigins: ["http://shop.test"]',
    ]);
  });
});

group('a server of another origin', () => {
  const paths = {
    '/a': { get: { operationId: 'a', responses } },
    '/b': { servers: [{ url: 'https://upload.test/v1' }], get: { operationId: 'b', responses, security: [] } },
    '/c': { servers: [{ url: 'https://upload.test/v2' }], get: { operationId: 'c', responses } },
    '/d': { servers: [{ url: 'https://shop.test/other' }], get: { operationId: 'd', responses } },
  };
  const document = { openapi: '3.1.0', servers: [{ url: 'https://shop.test' }], paths };
  const foreign = async (from: Source, of: object = document) => {
    const { description, diagnostics } = await describeDocument(of, from);
    const calls = Object.values(description.blueprint.calls);
    return { foreign: calls.flatMap(call => (call.foreign ? [call.operation] : [])), diagnostics };
  };

  it('is told once what is kept from it, with the line to paste', async () => {
    const { foreign: names, diagnostics } = await foreign(source({ credential: { bearer: 't' } }));
    expect([names, diagnostics.map(formatDiagnostic)]).toEqual([
      ['b', 'c'],
      [
        'warning CREDENTIAL_WITHHELD /api.json /paths/~1c/get: An operation is asked at https://upload.test, which is not where the source itself runs: neither its headers nor its credentials go there.\n    hint: trustedOrigins: ["https://upload.test"]',
      ],
    ]);
  });

  it('is not spoken of where there is nothing to keep', async () => {
    expect((await foreign(source())).diagnostics).toEqual([]);
  });

  it.each<[string, Source, object, readonly string[]]>([
    ['is trusted where the configuration says so', source({ trustedOrigins: ['https://upload.test'] }), document, []],
    ['is never asked where there is an endpoint', source({}, 'https://gate.test'), document, []],
    [
      'is the source itself where there is no other',
      source(),
      { openapi: '3.1.0', paths: { '/b': paths['/b'], '/c': paths['/c'] } },
      [],
    ],
    [
      'is each where none is the document’s own',
      source(),
      { openapi: '3.1.0', paths: { '/b': paths['/b'], '/d': paths['/d'] } },
      ['b', 'd'],
    ],
  ])('%s', async (_, from, of, expected) => {
    expect((await foreign(from, of)).foreign).toEqual(expected);
  });
});
