// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references to the environment in a line for the configuration
import { describe, expect, it } from 'vitest';
import { load } from '../../../src/adapters/openapi/load.ts';
import { describe as describeOpenApi } from '../../../src/adapters/openapi/schema.ts';
import { formatDiagnostic } from '../../../src/base/diagnostic.ts';
import type { SourceOptions } from '../../../src/source/source.ts';
import { describeDocument, describeFiles, type Files, memoryReader, source } from './describe-document.ts';

const schemes = {
  key: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
  sid: { type: 'apiKey', in: 'cookie', name: 'sid' },
  basic: { type: 'http', scheme: 'Basic' },
  jwt: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
  digest: { type: 'http', scheme: 'digest' },
  token: { type: 'http', scheme: 'Token' },
  machine: {
    type: 'oauth2',
    flows: { clientCredentials: { tokenUrl: 'https://login.test/token', scopes: { read: '', write: '' } } },
  },
  person: {
    type: 'oauth2',
    oauth2MetadataUrl: 'https://login.test/metadata',
    flows: { authorizationCode: {}, deviceAuthorization: {} },
  },
  oidc: { type: 'openIdConnect', openIdConnectUrl: 'https://login.test/.well-known/openid-configuration' },
  mtls: { type: 'mutualTLS' },
};

/** An operation for each security, by operationId; `undefined` says nothing. */
function documentOf(security: Readonly<Record<string, unknown>>, root?: unknown, version = '3.2.0') {
  const paths = Object.entries(security).map(([operationId, requirements]) => [
    `/${operationId}`,
    {
      get: {
        operationId,
        responses: { 204: { description: '' } },
        ...(requirements === undefined ? {} : { security: requirements }),
      },
    },
  ]);
  return {
    openapi: version,
    servers: [{ url: 'http://shop.test' }],
    paths: Object.fromEntries(paths),
    components: { securitySchemes: schemes },
    ...(root === undefined ? {} : { security: root }),
  };
}

/** What signs the operation in, by scheme; `credential`: what is given for all. */
async function chosen(requirements: unknown, options: Partial<SourceOptions> = {}, root?: unknown) {
  const { call } = await describeDocument(documentOf({ a: requirements }, root), source(options));
  return call('a').credentials?.map(({ scheme }) => scheme) ?? 'credential';
}

const bearer = { bearer: 't' };
const both = { credentials: { key: { apiKey: { value: 'k' } }, jwt: bearer } };

describe('what signs an operation in', () => {
  it.each<[string, unknown, Partial<SourceOptions>, unknown, unknown]>([
    ['what is given for all, where the document says nothing', undefined, both, undefined, 'credential'],
    ['nothing, where none is needed', [], { ...both, credential: bearer }, [{ key: [] }], []],
    ['nothing, where the only requirement is empty', [{}], { ...both, credential: bearer }, undefined, []],
    ["the document's, where the operation says nothing", undefined, both, [{ key: [] }], ['key']],
    ["the operation's before the document's", [{ jwt: [] }], both, [{ key: [] }], ['jwt']],
    ['the first alternative that is configured', [{ basic: [] }, { jwt: [] }, { key: [] }], both, undefined, ['jwt']],
    ['all schemes of an alternative', [{ key: [], jwt: [] }], both, undefined, ['key', 'jwt']],
    ['no alternative in part', [{ key: [], basic: [] }, { jwt: [] }], both, undefined, ['jwt']],
    ['a configured one before nothing at all', [{}, { key: [] }], both, undefined, ['key']],
    ['nothing, where that is allowed and nothing is configured', [{ basic: [] }, {}], both, undefined, []],
    ['what is given for all, where no scheme is', [{ basic: [] }], { credential: bearer }, undefined, 'credential'],
    [
      'what is given for all, although none is needed of what is not configured',
      [{ basic: [] }, {}],
      { credential: bearer },
      undefined,
      'credential',
    ],
    ['what is bound before what is given for all', [{ key: [] }], { ...both, credential: bearer }, undefined, ['key']],
  ])('%s', async (_, requirements, options, root, expected) => {
    expect(await chosen(requirements, options, root)).toEqual(expected);
  });

  it.each<[string, unknown, Partial<SourceOptions>]>([
    ['a header of the configuration', [{ key: [] }], { headers: { 'x-api-KEY': 'k' } }],
    ['a forwarded header', [{ person: ['read'] }], { forward: ['authorization'] }],
    ['a forwarded cookie', [{ sid: [] }], { forward: ['cookie'] }],
    ["the connection's certificate", [{ mtls: [] }], { tls: { cert: 'c', key: 'k' } }],
  ])('%s is as good as a credential', async (_, requirements, options) => {
    const { diagnostics } = await describeDocument(documentOf({ a: requirements }), source(options));
    expect(diagnostics).toEqual([]);
  });

  it('is missed by no operation that may go without', async () => {
    const { diagnostics } = await describeDocument(documentOf({ a: [{}, { key: [] }], b: [{ basic: [] }, {}] }));
    expect(diagnostics).toEqual([]);
  });

  it('may be one scheme of the configuration and a header that goes with every call', async () => {
    const options = { headers: { 'x-api-key': 'k' }, credentials: { jwt: bearer } };
    expect(await chosen([{ key: [], jwt: [] }], options)).toEqual(['jwt']);
  });

  it('is read of Swagger 2.0', async () => {
    const { openapi: _, servers: __, components: ___, ...rest } = documentOf({ a: [{ key: [] }], b: [{ user: [] }] });
    const securityDefinitions = { key: schemes.key, user: { type: 'basic' } };
    const document = { ...rest, swagger: '2.0', host: 'shop.test', securityDefinitions };
    const credentials = {
      key: { apiKey: { value: 'k' } },
      user: { basic: { username: 'u', password: 'p' } },
    };
    const { call, diagnostics } = await describeDocument(document, source({ credentials }));
    expect([call('a').credentials, call('b').credentials, diagnostics]).toEqual([
      [{ scheme: 'key', key: { in: 'header', name: 'X-API-Key' } }],
      [{ scheme: 'user' }],
      [],
    ]);
  });

  it('may be named by URI, in this file and in others (OpenAPI 3.2, 4.30)', async () => {
    const document = documentOf({
      a: [{ '#/components/securitySchemes/key': [] }],
      b: [{ './shared.json#/schemes/partner': [] }],
      c: [{ './shared.json#/schemes/key': [] }],
    });
    const files: Files = {
      '/api.json': document,
      '/shared.json': { schemes: { partner: schemes.jwt, key: { type: 'apiKey', in: 'query', name: 'k' } } },
    };
    const other = './shared.json#/schemes/key';
    const credentials = { key: { apiKey: { value: 'k' } }, partner: bearer, [other]: { apiKey: { value: 'o' } } };
    const { call, diagnostics } = await describeFiles(files, source({ credentials }));
    expect(diagnostics).toEqual([]);
    expect(['a', 'b', 'c'].map(name => call(name).credentials)).toEqual([
      [{ scheme: 'key', key: { in: 'header', name: 'X-API-Key' } }],
      [{ scheme: 'partner' }],
      [{ scheme: other, key: { in: 'query', name: 'k' } }],
    ]);
  });
});

describe('what nothing is configured for', () => {
  it.each([
    [
      'key',
      'an API key in the header "X-API-Key"',
      'credentials: { key: { apiKey: { value: "${KEY}" } } }',
      { apiKey: { value: 'k' } },
    ],
    [
      'basic',
      'HTTP basic',
      'credentials: { basic: { basic: { username: "${BASIC_USERNAME}", password: "${BASIC_PASSWORD}" } } }',
      { basic: { username: 'u', password: 'p' } },
    ],
    ['jwt', 'HTTP bearer', 'credentials: { jwt: { bearer: "${JWT_TOKEN}" } }', bearer],
    [
      'token',
      'HTTP token',
      'credentials: { token: { apiKey: { in: header, name: authorization, value: "${TOKEN_KEY}" } } }',
      { apiKey: { in: 'header' as const, name: 'authorization', value: 'Token x' } },
    ],
    [
      'machine',
      'OAuth 2: clientCredentials',
      'credentials: { machine: { oauth2: { tokenUrl: "https://login.test/token", clientId: "${MACHINE_CLIENT_ID}", clientSecret: "${MACHINE_CLIENT_SECRET}", scopes: ["read", "write"] } } }',
      bearer,
    ],
    [
      'person',
      'OAuth 2: authorizationCode, deviceAuthorization',
      'credentials: { person: { passThrough: {} } }',
      bearer,
    ],
    [
      'oidc',
      'OpenID Connect',
      'credentials: { oidc: { openIdConnect: { discoveryUrl: "https://login.test/.well-known/openid-configuration", clientId: "${OIDC_CLIENT_ID}", clientSecret: "${OIDC_CLIENT_SECRET}", scopes: ["read", "write"] } } }',
      bearer,
    ],
  ])('is told once for each scheme, with the line to paste: %s', async (scheme, what, line, credential) => {
    const document = documentOf({ a: [{ [scheme]: ['write'] }], b: [{ [scheme]: ['read'] }] });
    const { diagnostics } = await describeDocument(document);

    expect(diagnostics).toEqual([
      {
        severity: 'warning',
        code: 'CREDENTIAL_MISSING',
        message: `2 operations ask for "${scheme}" (${what}), for which nothing is configured: they are called without.`,
        at: ['/api.json', `/components/securitySchemes/${scheme}`],
        hint: line,
      },
    ]);
    const configured = await describeDocument(document, source({ credentials: { [scheme]: credential } }));
    expect(configured.diagnostics).toEqual([]);
  });

  it('is told of the alternative that the gateway gets furthest with', async () => {
    const told = async (requirements: unknown) =>
      (await describeDocument(documentOf({ a: requirements }))).diagnostics.map(({ at }) => at[1]);
    expect(await told([{ person: [] }, { key: [] }])).toEqual(['/components/securitySchemes/key']);
    expect(await told([{ digest: [] }, { person: [] }])).toEqual(['/components/securitySchemes/person']);
    expect(await told([{ mtls: [], key: [] }])).toEqual([
      '/components/securitySchemes/mtls',
      '/components/securitySchemes/key',
    ]);
  });

  it('is not told where all operations are signed in to by what is given for all', async () => {
    const document = documentOf({ a: [{ person: [] }], b: undefined, c: [{ digest: [] }] });
    expect((await describeDocument(document, source({ credential: bearer }))).diagnostics).toEqual([]);
  });

  it('is a client certificate, which is the connection’s', async () => {
    const { diagnostics } = await describeDocument(documentOf({ a: [{ mtls: [] }] }));
    expect(diagnostics.map(({ hint }) => hint)).toEqual(['tls: { cert: client.pem, key: client.key }']);
  });

  it('is refused where it is HTTP digest', async () => {
    const { diagnostics } = await describeDocument(documentOf({ a: [{ digest: [] }] }));
    expect(diagnostics.map(formatDiagnostic)).toEqual([
      'warning CONSTRUCT_NOT_SUPPORTED /api.json /components/securitySchemes/digest: An operation asks for "digest" (HTTP digest), which is not supported: it is called without.',
    ]);
  });

  it.each([
    [{ name: 'X-Key' }, 'which has no `in`'],
    [{ name: 'X-Key', in: 'body' }, 'which has the `in` "body", which is none of header, query and cookie'],
    [{ in: 'header' }, 'which has no `name`'],
  ])('is an API key of which nobody says where it goes: %j', async (written, flaw) => {
    const components = { securitySchemes: { odd: { type: 'apiKey', ...written } } };
    const document = { ...documentOf({ a: [{ odd: [] }] }), components };
    const { diagnostics } = await describeDocument(document);
    expect(diagnostics.map(formatDiagnostic)).toEqual([
      `warning CREDENTIAL_MISSING /api.json /components/securitySchemes/odd: An operation asks for "odd" (an API key, ${flaw}), for which nothing is configured: it is called without.\n    hint: credentials: { odd: { apiKey: { in: …, name: …, value: "\${ODD_KEY}" } } }`,
    ]);
    const key = { in: 'header', name: 'x-key', value: 'k' } as const;
    const { call } = await describeDocument(document, source({ credentials: { odd: { apiKey: key } } }));
    expect(call('a').credentials).toEqual([{ scheme: 'odd', key: { in: 'header', name: 'x-key' } }]);
  });

  it('may be what the document does not define', async () => {
    const document = documentOf({ a: [{ nobody: [] }], b: [{ nobody: [] }] });
    const without = await describeDocument(document);
    expect(without.diagnostics.map(formatDiagnostic)).toEqual([
      'warning DOCUMENT_INVALID /api.json /paths/~1a/get/security/0/nobody: The document asks for the security scheme "nobody", which it does not define.\n    hint: Define it in the document, or sign for it with `credentials: { nobody: … }` of the source.',
    ]);
    const { call } = await describeDocument(document, source({ credentials: { nobody: bearer } }));
    expect(call('a').credentials).toEqual([{ scheme: 'nobody' }]);
  });
});

describe('what is configured for nothing', () => {
  it.each<[string, SourceOptions['credentials'], string]>([
    [
      'a name that is none',
      { keys: { apiKey: { value: 'k' } } },
      'error CONFIG_UNKNOWN_KEY shop credentials keys: The document has no security scheme "keys". Did you mean "key"?\n    hint: It has key, sid, basic, jwt, digest, token, machine, person, oidc, mtls.',
    ],
    [
      'a client certificate',
      { mtls: bearer },
      'error CONFIG_INVALID_VALUE shop credentials mtls: "mtls" asks for a client certificate.\n    hint: Give it in `tls: { cert, key }`.',
    ],
    [
      'a password for HTTP digest',
      { digest: { basic: { username: 'u', password: 'p' } } },
      'error CONFIG_INVALID_VALUE shop credentials digest: "digest" asks for HTTP digest authentication, which is not supported.\n    hint: Remove it.',
    ],
    [
      'an API key that goes nobody knows where',
      { jwt: { apiKey: { value: 'k' } } },
      'error CONFIG_INVALID_VALUE shop credentials jwt: "jwt" does not say where an API key goes.\n    hint: Write apiKey: { in, name, value }.',
    ],
  ])('%s is refused', async (_, credentials, expected) => {
    const from = source({ credentials });
    const document = documentOf({ a: [{ jwt: [] }], b: [{ mtls: [] }], c: [{ digest: [] }] });
    const io = { reader: memoryReader({ '/api.json': document }), signal: new AbortController().signal };
    const loaded = await load(from, io);
    const described = loaded.ok ? describeOpenApi(loaded.value, from) : loaded;
    const errors = described.diagnostics.filter(({ severity }) => severity === 'error');
    expect([described.ok, errors.map(formatDiagnostic)]).toEqual([false, [expected]]);
  });

  it('is told where no operation asks for it', async () => {
    const { diagnostics } = await describeDocument(documentOf({ a: undefined }), source(both));
    expect(diagnostics.map(formatDiagnostic)).toEqual(
      ['key', 'jwt'].map(
        name =>
          `warning CREDENTIAL_WITHHELD shop credentials ${name}: No operation is signed in to by "${name}": its credential is never sent.\n    hint: What is given as \`credential:\` goes wherever the document does not say that nothing is needed.`,
      ),
    );
  });
});

describe("a parameter that is a scheme's key", () => {
  const withKey = (security: unknown, root?: unknown) => {
    const document = documentOf({ a: security }, root);
    const parameters = [
      { name: 'x-api-key', in: 'header', required: true, schema: { type: 'string' } },
      { name: 'sid', in: 'cookie', schema: { type: 'string' } },
      { name: 'key', in: 'query', schema: { type: 'string' } },
    ];
    const { get } = document.paths['/a'];
    return { ...document, paths: { '/a': { get: { ...get, parameters } } } };
  };
  const argumentsOf = async (document: unknown, options: Partial<SourceOptions> = {}) =>
    (await describeDocument(document, source(options))).call('a').parameters.map(({ argument }) => argument);

  it.each<[string, unknown, Partial<SourceOptions>, readonly string[]]>([
    ['is no argument', [{ key: [] }, { sid: [] }], {}, ['key']],
    ['is one where the operation does not ask for the scheme', [{ sid: [] }], {}, ['x_api_key', 'key']],
    ['is one where nothing is needed', [], {}, ['x_api_key', 'sid', 'key']],
    ['is none where the document does not say what is needed', undefined, {}, ['key']],
    [
      'is none where the configuration puts a key there',
      [{ jwt: [] }],
      { credentials: { jwt: { apiKey: { in: 'query', name: 'key', value: 'k' } } } },
      ['x_api_key', 'sid'],
    ],
    [
      'is none where the one credential is there',
      undefined,
      { credential: { apiKey: { in: 'query', name: 'key', value: 'k' } } },
      [],
    ],
  ])('%s', async (_, security, options, expected) => {
    expect(await argumentsOf(withKey(security), options)).toEqual(expected);
  });
});
