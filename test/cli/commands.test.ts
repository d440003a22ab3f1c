// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references to the environment in a configuration
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSchema } from 'graphql';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startStock } from '../../src/demo/stock.ts';
import { run } from './run.ts';

const schemas = fileURLToPath(new URL('../../schemas/', import.meta.url));

let folder: string;
let config: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'selvage-cli-'));
  config = join(folder, 'selvage.yaml');
  for (const name of ['catalogue.openapi.yaml', 'billing.wsdl', 'billing.xsd', 'stock.proto']) {
    await cp(join(schemas, name), join(folder, name));
  }
});
afterEach(() => rm(folder, { recursive: true }));

function selvage(...argv: readonly string[]) {
  return run([...argv, '--config', config]);
}

function document(name: string): string {
  return join(folder, name);
}

describe('selvage add', () => {
  it('makes the configuration, and tells what it put there', async () => {
    const { code, out, err } = await selvage('add', document('catalogue.openapi.yaml'));
    const lines = '  catalogue:\n    protocol: openapi\n    document: catalogue.openapi.yaml\n';
    expect([code, err]).toEqual([0, '']);
    expect(out).toBe(
      `Made ${config}:\n\n${lines}\ncatalogue: openapi, 5 of 5 operations, 10 types; 0 errors, 0 warnings, 0 notes\n`,
    );
    expect(await readFile(config, 'utf8')).toMatch(new RegExp(`^#.*\nsources:\n${lines}$`));
    expect((await selvage('check')).code).toBe(0);
  });

  it('keeps what is there, byte for byte', async () => {
    const before = `# our shop
gateway: { port:   4100 }   # behind nginx
sources:
  catalogue:    # the REST one
    document:   catalogue.openapi.yaml

log: { level: warn } # quiet
`;
    await writeFile(config, before);
    expect((await selvage('add', document('billing.wsdl'), '--name', 'erp')).code).toBe(0);
    const added = '  erp:\n    protocol: soap\n    document: billing.wsdl\n';
    const after = await readFile(config, 'utf8');
    expect(after.replace(added, '')).toBe(before);
  });

  it('gives a prefix where names would meet', async () => {
    await selvage('add', document('catalogue.openapi.yaml'));
    const { code, out } = await selvage('add', document('catalogue.openapi.yaml'), '--name', 'outlet');
    expect(code).toBe(0);
    expect(out).toContain('Its names begin with outlet_: other sources have the same ones.');
    const { out: sdl } = await selvage('print');
    expect(Object.keys(buildSchema(sdl).getQueryType()?.getFields() ?? {})).toEqual(
      expect.arrayContaining(['getProduct', 'outlet_getProduct']),
    );
  });

  it('warns of what is added alone, with the lines', async () => {
    const api = (title: string) => `openapi: 3.1.0
info: { title: ${title}, version: '1' }
servers: [{ url: http://${title}.test }]
security: [{ key: [] }]
components: { securitySchemes: { key: { type: apiKey, in: header, name: key } } }
paths: { /${title}: { get: { operationId: ${title}, responses: { 204: { description: '' } } } } }
`;
    for (const title of ['orders', 'users']) {
      await writeFile(document(`${title}.yaml`), api(title));
      const { err } = await selvage('add', document(`${title}.yaml`));
      expect(err).toContain(`warning CREDENTIAL_MISSING ${document(`${title}.yaml`)}:5:34 `);
      expect(err.match(/^warning /gm)).toHaveLength(1);
    }
  });

  it('adds a gRPC server that describes itself', async () => {
    const stock = await startStock(() => {});
    const { code } = await selvage('add', stock.endpoint, '--protocol', 'grpc', '--name', 'stock');
    await stock.close();
    expect(code).toBe(0);
    expect(await readFile(config, 'utf8')).toMatch(
      new RegExp(
        `  stock:\\n    protocol: grpc\\n    reflection: true\\n    pin: sha256-[0-9a-f]{64}\\n    endpoint: ${stock.endpoint}\\n`,
      ),
    );
  });

  it.each<[string, readonly string[], number, string]>([
    ['a document that is not there', ['nowhere.yaml'], 1, 'error DOCUMENT_NOT_FOUND'],
    ['a source without an endpoint', ['stock.proto'], 1, 'hint: say where it runs with --url'],
    ['a name that is taken', ['billing.wsdl', '--name', 'catalogue'], 1, 'error CONFIG_EXISTS'],
    ['a name that is none', ['billing.wsdl', '--name', 'a.b'], 1, '"a.b" is no name for a source.'],
    ['a protocol that is none', ['billing.wsdl', '--protocol', 'soup'], 2, 'Did you mean "soap"?'],
  ])('adds nothing on %s', async (_, [name = '', ...options], code, told) => {
    await selvage('add', document('catalogue.openapi.yaml'));
    const before = await readFile(config, 'utf8');
    const outcome = await selvage('add', document(name), ...options);
    expect([outcome.code, outcome.out]).toEqual([code, '']);
    expect(outcome.err).toContain(told);
    expect(await readFile(config, 'utf8')).toBe(before);
  });

  it('adds nothing to a configuration with mistakes', async () => {
    await writeFile(config, 'sourcs: {}\n');
    const { code, err } = await selvage('add', document('billing.wsdl'));
    expect(code).toBe(78);
    expect(err).toContain('Did you mean "sources"?');
  });
});

describe('selvage check and selvage print', () => {
  it('tell every diagnostic of everything', async () => {
    await writeFile(
      config,
      `sources:
  catalogue: { document: catalogue.openapi.yaml }
  missing: { protocol: soap, document: missing.wsdl }
  broken: { protocol: grpc, document: broken.proto, endpoint: "127.0.0.1:1" }
`,
    );
    await writeFile(document('broken.proto'), 'syntax = "proto3";\nmessage {');
    const checked = await selvage('check');
    expect(checked.code).toBe(1);
    expect(checked.out).toContain('error DOCUMENT_NOT_FOUND');
    expect(checked.out).toContain('error DOCUMENT_SYNTAX');
    expect(checked.out).toMatch(
      /\ncatalogue: openapi, 5 of 5 operations\nmissing: soap, absent: not read\nbroken: grpc, absent: not read\n2 errors, 0 warnings, 0 notes\n$/,
    );
    const printed = await selvage('print');
    expect(printed.code).toBe(1);
    expect(buildSchema(printed.out).getQueryType()?.getFields()).toHaveProperty('getProduct');
    expect(printed.err).toContain('error DOCUMENT_NOT_FOUND');
  });

  it('tell whose protocol a document is that was declared as that of another', async () => {
    await writeFile(
      config,
      `sources:
  rest: { protocol: openapi, document: billing.wsdl }
  soap: { protocol: soap, document: catalogue.openapi.yaml }
  graph: { protocol: graphql, document: stock.proto, endpoint: "http://127.0.0.1:1" }
  rpc: { protocol: grpc, document: catalogue.openapi.yaml, endpoint: "127.0.0.1:1" }
`,
    );
    const { out, code } = await selvage('check');
    const mistaken = (name: string, declared: string, is: string) =>
      `error DOCUMENT_INVALID ${document(name)}: This is no document of ${declared}, but one of ${is}.\n    hint: write protocol: ${is}, or is it the right file?`;
    expect([code, out.split('\nrest: ')[0]]).toEqual([
      1,
      [
        mistaken('billing.wsdl', 'openapi', 'soap'),
        mistaken('catalogue.openapi.yaml', 'soap', 'openapi'),
        mistaken('stock.proto', 'graphql', 'grpc'),
        mistaken('catalogue.openapi.yaml', 'grpc', 'openapi'),
      ].join('\n'),
    ]);
  });

  it('tell each guess of what a SOAP operation is, as inspect does, until somebody says it', async () => {
    const guess = (name: string, kind: string, told: string) => {
      const at = `${document('billing.wsdl')} BillingPortType/${name}`;
      return expect.stringContaining(`note OPERATION_KIND_GUESSED ${at}: ${told} is taken for a ${kind}, by its name.`);
    };
    const guesses = (out: string) => [...out.matchAll(/OPERATION_KIND_GUESSED .*\/(\w+): /g)].map(([, name]) => name);
    const { out: inspected } = await run(['inspect', document('billing.wsdl')]);
    expect(inspected).toEqual(guess('GetInvoices', 'query', 'getInvoices'));
    await writeFile(config, 'gateway: { overlay: overlay.graphql }\nsources: { erp: { document: billing.wsdl } }\n');
    await writeFile(document('overlay.graphql'), '');
    const { code, out } = await selvage('check');
    expect([code, out]).toEqual([0, guess('GetInvoices', 'query', 'getInvoices')]);
    expect(guesses(out)).toEqual(guesses(inspected));
    const [first = '', second = '', ...others] = guesses(out);
    const field = (name: string) => `${name[0]?.toLowerCase()}${name.slice(1)}`;
    const { out: sdl } = await selvage('print');
    const typeOf = (name: string) => /(\(.*)$/m.exec(sdl.slice(sdl.indexOf(`  ${field(name)}(`)))?.[1];
    const said = `extend type Query { ${field(first)}${typeOf(first)} @operation(kind: MUTATION) }`;
    await writeFile(document('overlay.graphql'), said);
    const configured = `mutations: [${field(second)}]`;
    await writeFile(
      config,
      `gateway: { overlay: overlay.graphql }\nsources: { erp: { document: billing.wsdl, ${configured} } }\n`,
    );
    const decided = await selvage('check');
    expect([decided.code, guesses(decided.out)]).toEqual([0, others]);
    const { out: printed } = await selvage('print');
    const mutations = Object.keys(buildSchema(printed).getMutationType()?.getFields() ?? {});
    expect(mutations).toEqual(expect.arrayContaining([field(first), field(second)]));
  });

  it('offer the link that makes one call for all, as the line to paste', async () => {
    const ok = (schema: object) => ({ 200: { description: '', content: { 'application/json': { schema } } } });
    const object = (properties: object) => ({ type: 'object', properties });
    const text = { type: 'string' };
    const list = (schema: object) => ({ type: 'array', items: schema });
    const api = (paths: object, schemas: object) =>
      JSON.stringify({
        openapi: '3.1.0',
        info: { title: 'Shop', version: '1' },
        servers: [{ url: 'http://127.0.0.1:1' }],
        paths,
        components: { schemas },
      });
    const user = { $ref: '#/components/schemas/User' };
    const parameters = [{ name: 'id[]', in: 'query', required: true, schema: list(text) }];
    const users = { get: { operationId: 'listUsers', parameters, responses: ok(object({ data: list(user) })) } };
    const one = { name: 'id', in: 'path', required: true, schema: text };
    const single = { get: { operationId: 'getUser', parameters: [one], responses: ok(user) } };
    await writeFile(
      document('users.json'),
      api({ '/users': users, '/users/{id}': single }, { User: object({ id: text, name: text }) }),
    );
    const orders = { get: { operationId: 'orders', responses: ok(list({ $ref: '#/components/schemas/Order' })) } };
    await writeFile(document('orders.json'), api({ '/orders': orders }, { Order: object({ user_id: text }) }));
    const sources = 'sources: { orders: { document: orders.json }, users: { document: users.json } }';
    await writeFile(config, `gateway: { overlay: overlay.graphql }\n${sources}\n`);
    const overlay = (written: string) => writeFile(document('overlay.graphql'), written);
    await overlay('# nothing yet');
    const line =
      'extend type Order { user: User @resolve(call: "users.listUsers", batch: { key: "$parent.user_id", into: "id__", match: "id" }, select: "data") }';
    expect((await selvage('check')).out).toContain(`note BATCH_OFFERED Order.user_id: `);
    expect((await selvage('check')).out).toContain(`\n    hint: ${line}\n`);
    await overlay(line);
    expect(await selvage('check')).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^(?![\s\S]*(BATCH_OFFERED|LINK_UNBATCHED))[\s\S]*\n0 errors, 0 warnings, 0 notes\n$/),
    });
    await overlay('extend type Order { buyer: User @resolve(call: "users.getUser", args: { id: "$parent.user_id" }) }');
    const { out } = await selvage('check');
    expect(out).toContain('warning LINK_UNBATCHED');
    const offered = /hint: (extend type Order \{ buyer: .*)/.exec(out)?.[1] ?? 'nothing was offered';
    await overlay(offered);
    expect(await selvage('check')).toMatchObject({
      code: 0,
      out: expect.stringContaining('0 errors, 0 warnings, 0 notes'),
    });
  });

  it('end with 1 and 78 on a mistake of the configuration', async () => {
    await writeFile(config, 'sources: { a: { document: a.yaml, endpoint: "${A}" } }\n');
    const checked = await selvage('check');
    expect(checked).toMatchObject({ code: 1, err: '' });
    expect(checked.out).toContain('error CONFIG_ENV_NOT_SET');
    expect(await selvage('print')).toMatchObject({ code: 78, out: '' });
  });

  it.each(['check', 'print', 'serve'])('%s says so where there is no configuration', async command => {
    const { out, err } = await selvage(command);
    expect(out + err).toContain('error CONFIG_NOT_FOUND');
  });
});

describe('selvage serve', () => {
  it('prints GraphiQL and READY, and ends with 0 when it is asked to', async () => {
    await writeFile(
      config,
      'gateway: { port: 0 }\nlog: { level: silent }\nsources: { a: { document: catalogue.openapi.yaml } }\n',
    );
    const { code, out, err } = await selvage('serve');
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^GraphiQL: http:\/\/127\.0\.0\.1:\d+\/graphql\nREADY\n$/);
  });

  it('prints where the metrics are, where there are any', async () => {
    await writeFile(
      config,
      'gateway: { port: 0, admin: { port: 0 } }\nlog: { level: silent }\nsources: { a: { document: catalogue.openapi.yaml } }\n',
    );
    const { out } = await selvage('serve');
    expect(out).toMatch(/^metrics: http:\/\/127\.0\.0\.1:\d+\/metrics\nGraphiQL: \S+\nREADY\n$/);
  });

  it('does not say READY while nothing can be served', async () => {
    await writeFile(
      config,
      'gateway: { port: 0 }\nlog: { level: silent }\nsources: { a: { document: missing.yaml } }\n',
    );
    const { code, out, err } = await selvage('serve');
    expect(code).toBe(0);
    expect(out).not.toContain('READY');
    expect(err).toContain('error DOCUMENT_NOT_FOUND');
    expect(err).toContain('no source could be read yet');
  });

  it('ends with 78 on a mistake, and never shows a stack', async () => {
    await writeFile(config, 'sources: { a: { document: catalogue.openapi.yaml, timeout: 5 } }\n');
    const { code, out, err } = await selvage('serve');
    expect([code, out]).toEqual([78, '']);
    expect(err).toContain('error CONFIG_INVALID_VALUE');
    expect(err).not.toMatch(/^\s+at /m);
  });
});
