import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Checked } from '../../src/base/checked.ts';
import { loadConfig } from '../../src/config.ts';
import { createGateway, type Gateway, type GatewayOptions } from '../../src/gateway.ts';
import type { Supergraph } from '../../src/supergraph/supergraph.ts';
import { plainAdapter } from '../registry/plain-adapter.ts';

let folder: string;
let gateway: Gateway | undefined;
let plain: ReturnType<typeof plainAdapter>;
let reports: Checked<Supergraph>[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'selvage-gateway-'));
  plain = plainAdapter();
  reports = [];
});
afterEach(async () => {
  await gateway?.close();
  gateway = undefined;
  await rm(folder, { recursive: true });
});

/** Over the counting protocol, under the name of one that a configuration can have. */
async function open(options: Partial<GatewayOptions> = {}): Promise<Gateway> {
  gateway = await createGateway({
    config: join(folder, 'selvage.yaml'),
    env: {},
    log: pino({ level: 'silent' }),
    report: outcome => reports.push(outcome),
    registry: { adapters: { graphql: plain.adapters.plain }, retryDelay: () => 20 },
    ...options,
  });
  return gateway;
}

/** As editors do it: a new file takes the old one's place. */
async function save(name: string, text: string): Promise<void> {
  const path = join(folder, name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}.tmp`, text);
  await rename(`${path}.tmp`, path);
}

function saveConfig(names: readonly string[], gatewaySettings = 'port: 0'): Promise<void> {
  const sources = names.map(
    name => `  ${name}: { protocol: graphql, document: ${name}.txt, endpoint: "http://127.0.0.1:9/" }\n`,
  );
  return save('selvage.yaml', `gateway: { ${gatewaySettings} }\nsources:\n${sources.join('')}`);
}

async function ask(url: string, query: string): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  return { status: response.status, body: await response.json() };
}

describe('a gateway', () => {
  it('serves what its configuration says', async () => {
    await saveConfig(['a', 'b']);
    await save('a.txt', 'type Query { a: String }');
    await save('b.txt', 'type Query { b: String }');
    const { url } = await (await open()).listen();
    expect(await ask(url, '{ a b }')).toEqual({ status: 200, body: { data: { a: 'a', b: 'b' } } });
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
  });

  it('takes a configuration that was loaded already', async () => {
    await saveConfig(['a']);
    await save('a.txt', 'type Query { a: String }');
    const config = await loadConfig(join(folder, 'selvage.yaml'), {});
    expect(config.ok).toBe(true);
    await open({ config: (config as { value: NonNullable<GatewayOptions['config']> }).value }); // it was not refused
    expect(gateway?.current()?.schema.getQueryType()?.getFields()).toHaveProperty('a');
  });

  it('does not start on a mistake, and says which', async () => {
    await save('selvage.yaml', 'sources: { a: { documnet: a.txt } }\n');
    await expect(open()).rejects.toMatchObject({
      name: 'GatewayError',
      message: expect.stringContaining('CONFIG_UNKNOWN_KEY'),
    });
    await saveConfig(['a']);
    await save('a.txt', 'type Query { a: String } # with a note');
    await save('schemas/overlay/x.graphql', 'extend type Nowhere { b: String @inaccessible }');
    await expect(open()).rejects.toMatchObject({ message: expect.stringMatching(/^error OVERLAY_UNKNOWN_TYPE/) });
    await save('selvage.yaml', 'sources: {}\n');
    await expect(open()).rejects.toMatchObject({
      message: expect.stringMatching(/^error CONFIG_MISSING_KEY \S+selvage\.yaml sources: There are no sources\./),
    });
    expect(plain.counts.connected - plain.counts.closed).toBe(0);
    expect(reports).toEqual([]);
  });

  it('says so where its port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise(resolve => other.once('listening', resolve));
    const { port } = other.address() as { port: number }; // of a TCP server that listens
    await saveConfig(['a']);
    await save('a.txt', 'type Query { a: String }');
    await expect((await open({ port })).listen()).rejects.toMatchObject({
      name: 'GatewayError',
      message: `Port ${port} of 127.0.0.1 is in use: stop what listens there, or choose another port.`,
    });
    other.close();
  });

  it('counts what it serves, and tells it apart from its clients', async () => {
    await saveConfig(['a'], 'port: 0, admin: { port: 0 }');
    await save('a.txt', 'type Query { a: String }');
    const { url } = await (await open()).listen();
    const post = (body: string, type = 'application/json') =>
      fetch(`${url}/graphql`, { method: 'POST', headers: { 'content-type': type }, body });
    expect(await ask(url, '{ a }')).toMatchObject({ status: 200 });
    expect(await ask(url, '{ __typename __schema { __typename } }')).toMatchObject({ status: 200 });
    expect(await ask(url, '{ nope }')).toMatchObject({ body: { errors: [{}] } });
    expect((await post('{"query":')).status).toBe(400);
    expect((await post('query={a}', 'text/plain')).status).toBe(415);
    expect((await fetch(`${url}/metrics`)).status).toBe(404);
    const text = await (await fetch(`${gateway?.adminUrl}/metrics`)).text();
    expect(text.match(/^selvage_.*(total|count).* [1-9]\d*$/gm)).toEqual([
      'selvage_operations_total{lane="plan"} 1',
      'selvage_operations_total{lane="reference"} 1',
      'selvage_plan_fallbacks_total{reason="introspection"} 1',
      'selvage_rejected_total{reason="GRAPHQL_VALIDATION_FAILED"} 1',
      'selvage_rejected_total{reason="BAD_REQUEST"} 2',
      'selvage_operation_duration_seconds_count{lane="plan"} 1',
      'selvage_operation_duration_seconds_count{lane="reference"} 1',
    ]);
  });

  it('has no admin listener unless one is asked for', async () => {
    await saveConfig(['a']);
    await save('a.txt', 'type Query { a: String }');
    await (await open()).listen();
    expect(gateway?.adminUrl).toBeUndefined();
  });

  it('is not ready while no source could be read, and becomes it', async () => {
    await saveConfig(['late']);
    const { url } = await (await open()).listen();
    expect((await fetch(`${url}/readyz`)).status).toBe(503);
    await save('late.txt', 'type Query { late: String }');
    await expect.poll(async () => (await fetch(`${url}/readyz`)).status).toBe(200);
    expect(reports[0]?.ok).toBe(false);
    expect(reports.at(-1)?.ok).toBe(true); // how often it was tried in vain between, no test can say
  });

  it('swaps revisions under load without a failed request', async () => {
    await saveConfig(['a']);
    await save('a.txt', 'type Query { a: String v0: String }');
    const { url } = await (await open()).listen();
    plain.answers.delay = 5;
    let stop = false;
    const answers: unknown[] = [];
    const clients = Array.from({ length: 8 }, async () => {
      while (!stop) answers.push(await ask(url, '{ a }'));
    });
    for (let version = 1; version <= 10; version++) {
      await save('a.txt', `type Query { a: String v${version}: String }`);
      expect((await gateway?.reload())?.ok).toBe(true);
      const asked = answers.length;
      await expect.poll(() => answers.length, { interval: 5 }).toBeGreaterThan(asked + 8);
    }
    stop = true;
    await Promise.all(clients);
    const failed = answers.filter(answer => JSON.stringify(answer) !== '{"status":200,"body":{"data":{"a":"a"}}}');
    expect(failed).toEqual([]);
    expect(await ask(url, '{ v10 }')).toMatchObject({ body: { data: { v10: 'a' } } });
  });

  it('keeps the old revision on any error of a change', async () => {
    await saveConfig(['a']);
    await save('a.txt', 'type Query { a: String }');
    const { url } = await (await open()).listen();
    const revision = gateway?.current()?.revision;
    const mistakes: [() => Promise<void>, string][] = [
      [() => save('selvage.yaml', 'sources: ['), 'CONFIG_SYNTAX'],
      [() => saveConfig(['a', 'nowhere']), 'DOCUMENT_NOT_FOUND'],
      [() => saveConfig(['a'], 'overlay: nowhere.graphql'), 'DOCUMENT_NOT_FOUND'],
    ];
    for (const [mistake, code] of mistakes) {
      await mistake();
      const outcome = await gateway?.reload();
      expect([outcome?.ok, outcome?.diagnostics[0]?.code]).toEqual([false, code]);
      expect(gateway?.current()?.revision).toBe(revision);
      expect(await ask(url, '{ a }')).toEqual({ status: 200, body: { data: { a: 'a' } } });
    }
  });

  it('takes new limits with the next revision', async () => {
    await saveConfig(['a'], 'port: 0');
    await save('a.txt', 'type Query { a: A } type A { a: A }');
    const { url } = await (await open()).listen();
    expect(await ask(url, '{ a { a { __typename } } }')).toMatchObject({ status: 200 });
    await saveConfig(['a'], 'port: 0, limits: { depth: 2 }');
    await gateway?.reload();
    expect(await ask(url, '{ a { a { __typename } } }')).toMatchObject({
      body: { errors: [{ extensions: { code: 'OPERATION_TOO_COMPLEX' } }] },
    });
  });
});

describe('a gateway that watches', () => {
  it.each<[string, () => Promise<void>]>([
    ['the configuration', () => saveConfig(['a', 'b'])],
    ['a document', () => save('a.txt', 'type Query { a: String b: String }')],
    [
      'an overlay file, the first of its folder',
      () => save('schemas/overlay/x.graphql', 'extend type Query { b: String @resolve(call: "a.a") }'),
    ],
  ])('follows %s', async (_, change) => {
    await saveConfig(['a']);
    await save('a.txt', 'type Query { a: String }');
    await save('b.txt', 'type Query { b: String }');
    await open({ watch: true });
    await change();
    await expect.poll(() => gateway?.current()?.schema.getQueryType()?.getFields()['b']).toBeDefined();
    expect(reports.every(({ ok }) => ok)).toBe(true);
  });

  it('follows on after a mistake', async () => {
    await saveConfig(['a']);
    await save('a.txt', 'type Query { a: String }');
    await open({ watch: true });
    await saveConfig(['a', 'b']);
    await expect.poll(() => reports.length).toBeGreaterThan(1);
    expect(reports[1]?.diagnostics.map(({ code }) => code)).toEqual(['DOCUMENT_NOT_FOUND']);
    await save('b.txt', 'type Query { b: String }');
    await expect.poll(() => gateway?.current()?.schema.getQueryType()?.getFields()['b']).toBeDefined();
  });
});
