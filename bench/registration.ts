import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { getNullableType, isObjectType, isRequiredArgument } from 'graphql';
import { createGateway } from '../src/gateway.ts';
import { build } from './build.ts';
import { graphLike } from './documents/graph-like.ts';
import { cpuMicrosOf } from './measure.ts';
import { median } from './report.ts';
import { serveCommand } from './systems.ts';

/** `npm run bench:documents`: what it takes `selvage serve` to register large documents, and to answer the first query. */
const { values } = parseArgs({ options: { only: { type: 'string' }, rounds: { type: 'string', default: '5' } } });

interface Measured {
  readonly name: string;
  /** Undefined where it is not on this machine. */
  readonly document: string | undefined;
  readonly goals?: { readonly milliseconds: number; readonly heapMb: number };
}

interface Served {
  /** A query that answers with an object of the source. */
  readonly query: string;
  readonly types: number;
  readonly operations: number;
}

/** Milliseconds are from the start of the process. */
interface Figures {
  readonly ready: number;
  readonly answered: number;
  /** Milliseconds of CPU until then, of all threads. */
  readonly cpu: number;
  /** The most, in MB. */
  readonly rss: number;
  /** The most that stood in the heap when it was cleaned, in MB. */
  readonly heap: number;
}

const folder = await mkdtemp(join(tmpdir(), 'selvage-registration-'));
process.on('exit', () => void rm(folder, { recursive: true, force: true }));

const fixture = (path: string) => {
  const file = fileURLToPath(new URL(`../../shared/fixtures/openapi/${path}`, import.meta.url));
  return existsSync(file) ? file : undefined;
};
const measured: readonly Measured[] = [
  { name: 'kubernetes', document: fixture('kubernetes/swagger.json') },
  { name: 'openai', document: fixture('openai/openapi.yaml') },
  {
    name: 'github',
    document: createRequire(import.meta.url).resolve('@octokit/openapi/generated/api.github.com.json'),
    goals: { milliseconds: 1_500, heapMb: 400 },
  },
  { name: 'generated', document: join(folder, 'generated.json') },
];

const backend = createServer((_, response) => {
  response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
}).listen(0, '127.0.0.1');
await once(backend, 'listening');
backend.unref();
const endpoint = `http://127.0.0.1:${(backend.address() as AddressInfo).port}`; // it listens

await build();
const only = values.only?.split(',');
const rows: string[] = [];
for (const { name, document, goals } of measured.filter(each => only?.includes(each.name) ?? true)) {
  if (document === undefined) {
    process.stderr.write(`${name}: its document is not on this machine\n`);
    continue;
  }
  if (name === 'generated') await writeFile(document, JSON.stringify(graphLike()));
  const config = join(folder, `${name}.yaml`);
  const source = { protocol: 'openapi', document, endpoint };
  const settings = { gateway: { port: 0 }, log: { level: 'error' }, sources: { document: source } };
  await writeFile(config, JSON.stringify(settings));
  const { query, types, operations } = await serves(config);
  const all: Figures[] = [];
  for (let round = 0; round < Number(values.rounds); round++) {
    const figures = await start(config, query);
    process.stderr.write(
      `${name}: ${Math.round(figures.answered)} ms, CPU ${Math.round(figures.cpu)} ms, heap ${Math.round(figures.heap)} MB\n`,
    );
    all.push(figures);
  }
  const of = (figure: keyof Figures) => Math.round(median(all.map(each => each[figure])));
  const met = goals && (of('answered') <= goals.milliseconds && of('heap') <= goals.heapMb ? 'met' : '**missed**');
  const goal = goals ? `≤ ${goals.milliseconds} ms, ≤ ${goals.heapMb} MB: ${met}` : '–';
  rows.push(
    `| ${[name, operations, types, of('ready'), of('answered'), of('cpu'), of('heap'), of('rss'), goal].join(' | ')} |`,
  );
}
process.stdout.write(`${cpus()[0]?.model ?? 'unknown'}, ${cpus().length} cores, Node.js ${process.version}

| document | operations | types | ms from start to READY | to the first answer | ms of CPU | peak heap MB | peak RSS MB | goal |
|---|---|---|---|---|---|---|---|---|
${rows.join('\n')}
`);

async function serves(config: string): Promise<Served> {
  const gateway = await createGateway({ config, report: () => undefined });
  const schema = gateway.current()?.schema;
  if (!schema) throw new Error('The document was not registered.');
  const fields = Object.values(schema.getQueryType()?.getFields() ?? {});
  const objects = fields.filter(({ type }) => isObjectType(getNullableType(type)));
  const field = objects.find(({ args }) => !args.some(isRequiredArgument)) ?? objects[0];
  if (!field) throw new Error('No query answers with an object.');
  const given = field.args.filter(isRequiredArgument).map(argument => `${argument.name}: "1"`);
  const operations = gateway.sources()[0]?.operations?.imported ?? 0;
  await gateway.close();
  return {
    query: `{ ${field.name}${given.length > 0 ? `(${given.join(', ')})` : ''} { __typename } }`,
    types: Object.keys(schema.getTypeMap()).length,
    operations,
  };
}

async function start(config: string, query: string): Promise<Figures> {
  const [command, ...args] = serveCommand(config, 'plan', ['--trace-gc']);
  const begun = performance.now();
  const child = spawn(command!, args, {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, NODE_ENV: 'production' },
  });
  const ended = once(child, 'exit');
  let said = '';
  let ready = Number.NaN;
  let answered = Number.NaN;
  let cpu = Number.NaN;
  let status = '';
  for await (const chunk of child.stdout) {
    said += String(chunk);
    if (!Number.isNaN(ready) || !said.includes('READY')) continue;
    ready = performance.now() - begun;
    const url = /GraphiQL: (\S+)/.exec(said)?.[1];
    const body = JSON.stringify({ query });
    const response = await fetch(url!, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    const answer = await response.text();
    answered = performance.now() - begun;
    if (!answer.includes('__typename')) throw new Error(`${query} was answered by ${answer.slice(0, 500)}`);
    status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
    cpu = cpuMicrosOf(child.pid ?? 0) / 1000;
    child.kill('SIGTERM');
  }
  await ended;
  const rss = Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1024;
  const heaps = [...said.matchAll(/(?:Scavenge|Mark-Compact)[^\d]*([\d.]+) \(/g)].map(match => Number(match[1]));
  return { ready, answered, cpu, rss, heap: Math.max(...heaps) };
}
