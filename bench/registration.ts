import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from './build.ts';
import { graphLike } from './documents/graph-like.ts';
import { median } from './report.ts';

/** `npm run bench:documents`: what it takes to register large documents, and to answer the first query. Each time by a new process. */
const { values } = parseArgs({ options: { only: { type: 'string' }, rounds: { type: 'string', default: '5' } } });

interface Measured {
  readonly name: string;
  /** Undefined where it is not on this machine. */
  readonly document: string | undefined;
  readonly goals?: { readonly milliseconds: number; readonly heapMb: number };
}

interface Figures {
  readonly registering: number;
  readonly answered: number;
  /** Milliseconds of CPU until then, of all threads. */
  readonly cpu: number;
  readonly types: number;
  readonly operations: number;
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

await build();
const only = values.only?.split(',');
const rows: string[] = [];
for (const { name, document, goals } of measured.filter(each => only?.includes(each.name) ?? true)) {
  if (document === undefined) {
    process.stderr.write(`${name}: its document is not on this machine\n`);
    continue;
  }
  if (name === 'generated') await writeFile(document, JSON.stringify(graphLike()));
  const all: Figures[] = [];
  for (let round = 0; round < Number(values.rounds); round++) {
    const figures = await register(name, document);
    process.stderr.write(
      `${name}: ${Math.round(figures.answered)} ms, CPU ${Math.round(figures.cpu)} ms, heap ${Math.round(figures.heap)} MB\n`,
    );
    all.push(figures);
  }
  const of = (figure: keyof Figures) => Math.round(median(all.map(each => each[figure])));
  const met = goals && (of('answered') <= goals.milliseconds && of('heap') <= goals.heapMb ? 'met' : '**missed**');
  const goal = goals ? `≤ ${goals.milliseconds} ms, ≤ ${goals.heapMb} MB: ${met}` : '–';
  rows.push(
    `| ${[name, of('operations'), of('types'), of('registering'), of('answered'), of('cpu'), of('heap'), of('rss'), goal].join(' | ')} |`,
  );
}
process.stdout.write(`${cpus()[0]?.model ?? 'unknown'}, ${cpus().length} cores, Node.js ${process.version}

| document | operations | types | ms to register | ms from start to first answer | ms of CPU | peak heap MB | peak RSS MB | goal |
|---|---|---|---|---|---|---|---|---|
${rows.join('\n')}
`);

async function register(name: string, document: string): Promise<Figures> {
  const config = join(folder, `${name}.yaml`);
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the configuration's own
  const source = { protocol: 'openapi', document, endpoint: '${BENCH_ENDPOINT}' };
  await writeFile(
    config,
    JSON.stringify({ gateway: { port: 0 }, log: { level: 'error' }, sources: { document: source } }),
  );
  const script = fileURLToPath(new URL('register-once.mjs', import.meta.url));
  const child = spawn(process.execPath, ['--trace-gc', script, config], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_ENV: 'production' },
  });
  let said = '';
  for await (const chunk of child.stdout) said += String(chunk);
  const figures = said.split('\n').findLast(line => line.startsWith('{'));
  if (figures === undefined) throw new Error(`${name} was not registered: ${said.slice(-500)}`);
  const heap = Math.max(
    ...[...said.matchAll(/(?:Scavenge|Mark-Compact)[^\d]*([\d.]+) \(/g)].map(match => Number(match[1])),
  );
  return { ...(JSON.parse(figures) as Figures), heap }; // register-once.mjs wrote it
}
