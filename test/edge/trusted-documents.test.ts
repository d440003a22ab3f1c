import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { formatDiagnostic } from '../../src/base/diagnostic.ts';
import { anonymous } from '../../src/base/principal.ts';
import { type Config, readConfig } from '../../src/config.ts';
import { sha256, type TrustedDocument } from '../../src/edge/documents/trusted-documents.ts';
import type { OperationRequest } from '../../src/edge/handler.ts';
import { coreOf, forest, serverOf, transports } from './query-shape.ts';

const known = '{ tree { name } }';
const ofWeb = '{ many { name } }';
const ofApp = '{ echo(text: "app") }';
const stranger = '{ tree { tree { name } } }';
const documents: readonly TrustedDocument[] = [
  { client: null, id: 'tree', text: known },
  { client: 'web', id: 'page', text: ofWeb },
  { client: 'app', id: 'page', text: ofApp },
];
const apq = (hash: string) => ({ extensions: { persistedQuery: { version: 1, sha256Hash: hash } } });
const from = (client: string) => ({ headers: { client } });

type Row = readonly [name: string, request: Partial<OperationRequest>, codes: readonly string[]];

const forbidden = ['FORBIDDEN'];
const unresolved = ['OPERATION_RESOLUTION_FAILURE'];
const contradiction = ['BAD_REQUEST'];

const rows: Readonly<Record<'only' | 'allow' | 'off', readonly Row[]>> = {
  only: [
    ['its id', { documentId: 'tree' }, []],
    ['its hash', { documentId: sha256(known) }, []],
    ['its hash, which says that it is one', { documentId: `sha256:${sha256(known)}` }, []],
    ["its hash in Apollo's words", apq(sha256(known)), []],
    ['its text', { query: known }, []],
    ['its id and its text', { documentId: 'tree', query: known }, []],
    ['its hash and its text', { ...apq(sha256(known)), query: known }, []],
    ['another text', { query: stranger }, forbidden],
    ['its text and a blank', { query: `${known} ` }, forbidden],
    ['an unknown id', { documentId: 'nope' }, unresolved],
    ['an unknown hash', apq(sha256(stranger)), unresolved],
    ['a name that every object has', { documentId: 'constructor' }, unresolved],
    ['its id and another text', { documentId: 'tree', query: stranger }, contradiction],
    ['its hash and another text', { ...apq(sha256(known)), query: stranger }, contradiction],
    ['an unknown hash and its text: Apollo registers so', { ...apq(sha256(stranger)), query: stranger }, unresolved],
    ['an id and the hash of another', { documentId: 'tree', ...apq(sha256(ofWeb)), ...from('web') }, contradiction],
    ["the client's own id", { documentId: 'page', ...from('web') }, []],
    ["the client's own id, of another client", { documentId: 'page', ...from('app') }, []],
    ['an id of clients without saying which', { documentId: 'page' }, unresolved],
    ['the hash of another client', { documentId: sha256(ofWeb), ...from('app') }, unresolved],
    ['the text of another client', { query: ofWeb, ...from('app') }, forbidden],
    ['the id that all have, by a client', { documentId: 'tree', ...from('web') }, []],
    ['a mutation that is not registered', { query: 'mutation { plant(name: "x") { name } }' }, forbidden],
    ['nothing at all', {}, ['BAD_REQUEST']],
  ],
  allow: [
    ['its id', { documentId: 'tree' }, []],
    ['another text', { query: stranger }, []],
    ['an unknown id', { documentId: 'nope' }, unresolved],
    ['its id and another text', { documentId: 'tree', query: stranger }, contradiction],
    ['an unknown hash and its text', { ...apq(sha256(stranger)), query: stranger }, []],
    ['an unknown hash and another text', { ...apq(sha256('{ x }')), query: stranger }, contradiction],
  ],
  off: [
    ['its id', { documentId: 'tree' }, unresolved],
    ['a hash', apq(sha256(known)), unresolved],
    ['any text', { query: stranger }, []],
  ],
};

describe.each(['only', 'allow', 'off'] as const)('C13: mode %s', mode => {
  test.each(rows[mode])('C13: %s', async (_, request, codes) => {
    const { ask } = coreOf({ trustedDocuments: { mode, documents } });
    const before = forest.sent.length;
    expect((await ask(request)).codes).toEqual(codes);
    expect(forest.sent.length - before).toBe(codes.length === 0 ? 1 : 0);
  });
});

test('C13: a document never registers itself', async () => {
  const { ask } = coreOf({ trustedDocuments: { mode: 'allow', documents } });
  expect((await ask({ ...apq(sha256(stranger)), query: stranger })).codes).toEqual([]);
  const { codes, messages } = await ask(apq(sha256(stranger)));
  expect({ codes, messages }).toEqual({ codes: unresolved, messages: ['PersistedQueryNotSupported'] });
});

test('C13: the client may be told by who it is', async () => {
  const { ask } = coreOf({ trustedDocuments: { mode: 'only', documents, client: { by: 'subject' } } });
  const principal = { ...anonymous, subject: 'web', via: 'test' };
  expect((await ask({ documentId: 'page', principal })).codes).toEqual([]);
  expect((await ask({ documentId: 'page', ...from('web') })).codes).toEqual(unresolved);
});

test('C13: what has an id has the limits of any other document', async () => {
  const deep = `${'{tree'.repeat(16)}{name}${'}'.repeat(16)}`;
  const { ask } = coreOf({ trustedDocuments: { mode: 'only', documents: [{ client: null, id: 'deep', text: deep }] } });
  expect((await ask({ documentId: 'deep' })).codes).toEqual(['OPERATION_TOO_COMPLEX']);
});

const byId = transports.filter(({ persisted }) => persisted);

test.each(byId.map((each): [string, typeof each] => [each.name, each]))(
  'C13: unknown ids and texts by %s',
  async (_, transport) => {
    const { server, ask } = await serverOf(transport, [known]);
    expect(await ask(known)).toMatchObject({ status: 200, codes: [], answer: { data: { tree: { name: 'oak' } } } });
    expect(await ask(stranger)).toMatchObject({ status: 400, codes: unresolved });
    const { status } = await fetch(`${server.url}/graphql?${new URLSearchParams({ query: stranger })}`, {
      headers: { accept: 'application/graphql-response+json' },
    });
    expect(status).toBe(403);
    await server.close();
  },
);

describe('the documents of the configuration', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'selvage-documents-'));
    await mkdir(join(folder, 'documents'));
    const save = (name: string, content: unknown) =>
      writeFile(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
    await save('documents/tree.graphql', known);
    await save('documents/relay.json', { a1: ofWeb });
    await save('documents/notes.txt', 'not read');
    await save('web.json', { w1: ofWeb });
    await save('clients.json', { app: { p1: ofApp }, web: { p1: known } });
    await save('apollo.json', {
      format: 'apollo-persisted-query-manifest',
      version: 1,
      operations: [
        { id: 'x1', name: 'A', type: 'query', body: known, clientName: null },
        { id: 'x2', name: 'B', type: 'query', body: ofApp, clientName: 'app' },
      ],
    });
    await save('broken.json', { a: '{ a', b: 1 });
    await save('list.json', '[]');
    await mkdir(join(folder, 'empty'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  const read = async (section: string) =>
    readConfig(
      `trustedDocuments: ${section}\nsources: { a: { protocol: openapi, document: a.yaml } }`,
      join(folder, 'selvage.yaml'),
      {},
    );

  test('are read from folders and manifests', async () => {
    const config = await read(
      '{ mode: only, documents: [documents, clients.json, apollo.json], clients: { web: web.json }, client: "header:X-Client" }',
    );
    expect(config.diagnostics.map(formatDiagnostic)).toEqual([]);
    expect((config as { value: Config }).value.edge.trustedDocuments).toEqual({
      mode: 'only',
      client: { by: 'header', name: 'x-client' },
      documents: [
        { client: null, id: 'a1', text: ofWeb },
        { client: null, id: 'tree', text: known },
        { client: 'app', id: 'p1', text: ofApp },
        { client: 'web', id: 'p1', text: known },
        { client: null, id: 'x1', text: known },
        { client: 'app', id: 'x2', text: ofApp },
        { client: 'web', id: 'w1', text: ofWeb },
      ],
    });
  });

  test.each([
    ['{ mode: only }', 'In the mode "only", nothing could be executed: no documents are registered.'],
    ['{ documents: nowhere.json }', 'nowhere.json: it cannot be read (ENOENT).'],
    ['{ documents: empty }', 'empty: it holds no .graphql, .gql or .json files.'],
    ['{ documents: list.json }', 'list.json: it is no JSON object.'],
    [
      '{ documents: broken.json }',
      'has no GraphQL document under the id "a" (Syntax Error: Expected Name, found <EOF>.).',
    ],
    ['{ documents: [web.json, { a: b }] }', 'Entry 2 of "documents" must be a file or a folder'],
    ['{ mode: maybe }', '"mode" must be off, allow or only, but is "maybe".'],
    ['{ client: cookie }', '"client" must be "subject", or "header:" and the name of a header, but is "cookie".'],
  ])('%s is a mistake', async (section, told) => {
    const { diagnostics } = await read(section);
    expect(diagnostics.map(formatDiagnostic).join('\n')).toContain(told);
  });
});
