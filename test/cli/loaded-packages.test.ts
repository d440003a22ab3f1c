import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { getIntrospectionQuery } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Backend } from '../../src/demo/backend.ts';
import { startCatalogue } from '../../src/demo/catalogue.ts';

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const bin = path('../../bin/selvage.js');

let folder: string;
let catalogue: Backend;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'selvage-loaded-'));
  catalogue = await startCatalogue(() => {});
  await promisify(execFile)(process.execPath, [bin, '--version']); // builds what is missing
});
afterAll(async () => {
  await catalogue.close();
  await rm(folder, { recursive: true });
});

const rest = () =>
  `catalogue: { document: ${path('../../schemas/catalogue.openapi.yaml')}, endpoint: "${catalogue.endpoint}" }`;
const soap = () => `billing: { document: ${path('../../schemas/billing.wsdl')} }`;

/**
 * Serves, answers the operations by plain POST, ends. The packages that were loaded for it, ours too, with how many modules of each; those
 * that are bundled into ours are told by its source maps.
 */
async function loadedFor(
  sources: readonly string[],
  operations: readonly string[],
  ...argv: readonly string[]
): Promise<ReadonlyMap<string, number>> {
  const [config, list] = [join(folder, 'selvage.yaml'), join(folder, 'modules')];
  await writeFile(config, `gateway: { port: 0 }\nlog: { level: warn }\nsources: { ${sources.join(', ')} }\n`);
  await writeFile(list, '');
  const env = { ...process.env, RECORD_MODULES: list };
  const child = spawn(process.execPath, ['--import', path('record-modules.mjs'), bin, 'serve', '-c', config, ...argv], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'close');
  let out = '';
  child.stdout.on('data', chunk => {
    out += chunk;
  });
  await expect.poll(() => out).toContain('READY');
  const url = /GraphiQL: (\S+)/.exec(out)?.[1] ?? '';
  for (const query of operations) {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query }) });
    expect(await response.json()).toEqual({ data: expect.anything() });
  }
  child.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
  const modules = new Set((await readFile(list, 'utf8')).split('\n').map(each => each.replace('file://', '')));
  const counts = new Map<string, number>();
  const ours = [...modules].filter(isOurs);
  const bundled = await Promise.all(
    ours.map(async module => sourcesOf(JSON.parse(await readFile(`${module}.map`, 'utf8')))),
  );
  for (const module of [...modules, ...bundled.flat()]) {
    const name = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(module)?.[1] ?? (isOurs(module) ? 'selvage' : undefined);
    if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}

const sourcesOf = ({ sources }: { readonly sources: readonly string[] }) =>
  sources.filter(source => source.includes('/node_modules/'));

const isOurs = (module: string) => module.startsWith(path('../../dist/'));

/** What a gateway may load before it is asked for anything out of the ordinary. Each costs memory and time at every start. */
const ordinary = [
  ...['@pinojs/redact', 'atomic-sleep', 'on-exit-leak-free', 'pino', 'pino-std-serializers', 'quick-format-unescaped'],
  ...['real-require', 'safe-stable-stringify', 'sonic-boom', 'thread-stream'],
  ...['chokidar', 'readdirp'],
  ...[
    'commander',
    'dataloader',
    'eventsource-parser',
    'graphql',
    'js-yaml',
    'lru-cache',
    'selvage',
    'undici',
    'yaml',
    'zod',
  ],
];

describe('what a gateway loads', () => {
  it('is little for a REST source: no yoga, no stitch, no other protocol, and of undici the pool', async () => {
    const loaded = await loadedFor([rest()], ['{ listProducts(limit: 1) { name } }', getIntrospectionQuery()]);
    expect([...loaded.keys()].filter(name => !ordinary.includes(name))).toEqual([]);
    expect(loaded.get('undici')).toBeLessThan(50);
    expect(loaded.get('selvage')).toBeLessThan(70);
  });

  it('is not the SOAP client before a SOAP backend is called', async () => {
    const loaded = await loadedFor([rest(), soap()], ['{ listProducts(limit: 1) { name } }']);
    expect([...loaded.keys()].filter(name => !ordinary.includes(name))).toEqual(['saxes', 'xmlchars']);
  });

  it('is stitch when an operation runs in the reference lane', async () => {
    const loaded = await loadedFor([rest()], ['{ listProducts(limit: 1) { name } }'], '--lane', 'reference');
    expect([...loaded.keys()]).toContain('@graphql-tools/stitch');
    expect([...loaded.keys()]).not.toContain('graphql-yoga');
  });
});
