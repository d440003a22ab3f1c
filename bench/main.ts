import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual, parseArgs } from 'node:util';
import { served, writeBackend } from './backend.ts';
import { measure, type Round } from './measure.ts';
import { median, type Row, table } from './report.ts';
import { writeGateway } from './selvage.ts';
import { expected, type Workload, workloads } from './workload.ts';

interface System {
  readonly name: string;
  readonly lane: string | null;
  /** The arguments of node. */
  start(place: {
    readonly folder: string;
    readonly backend: string;
    readonly port: number;
  }): Promise<readonly string[]>;
}

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
const script = (file: string): System['start'] => {
  return async ({ backend, port }) => ['--import', 'tsx', path(`servers/${file}.ts`), backend, String(port)];
};
const gateway = (flight: 'off' | 'tick' | 'inflight', lane: string, flags: readonly string[] = []): System['start'] => {
  return async ({ folder, backend, port }) => {
    const config = await writeGateway(folder, backend, port, flight);
    return [...flags, path('../bin/selvage.js'), 'serve', '--config', config, '--lane', lane];
  };
};

const systems: readonly System[] = [
  { name: 'hand-written', lane: null, start: script('hand-written') },
  { name: 'yoga', lane: null, start: script('yoga') },
  { name: 'selvage', lane: 'plan', start: gateway('off', 'plan') },
  { name: 'selvage-tick', lane: 'plan', start: gateway('tick', 'plan') },
  { name: 'selvage-inflight', lane: 'plan', start: gateway('inflight', 'plan') },
  {
    name: 'selvage-closures',
    lane: 'plan',
    start: gateway('off', 'plan', ['--disallow-code-generation-from-strings']),
  },
  { name: 'selvage-reference', lane: 'reference', start: gateway('off', 'reference') },
];

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    systems: { type: 'string' },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '3' },
    json: { type: 'boolean', default: false },
    out: { type: 'string' },
    readme: { type: 'boolean', default: false },
  },
});

const children = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of children) child.kill('SIGTERM');
});
process.on('SIGINT', () => process.exit(130));

function launch(core: number, command: string, args: readonly string[]): ChildProcess {
  const child = spawn('taskset', ['-c', String(core), command, ...args], { stdio: 'ignore' });
  children.add(child);
  child.once('exit', () => children.delete(child));
  return child;
}

/** What npm cannot install. */
function requirePrograms(): void {
  const missing = ['nginx', 'wrk', 'taskset'].filter(
    name => spawnSync('sh', ['-c', `command -v ${name}`]).status !== 0,
  );
  if (missing.length === 0) return;
  process.stderr.write(
    `bench: ${missing.join(', ')} must be installed (apt-get install nginx-light wrk util-linux).\n`,
  );
  process.exit(1);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise(resolve => server.once('listening', resolve));
  const address = server.address();
  await new Promise(resolve => server.close(resolve));
  return typeof address === 'object' && address ? address.port : 0;
}

async function ask(url: string, query: string): Promise<unknown> {
  for (let attempt = 0; attempt < 150; attempt += 1) {
    try {
      const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query }) };
      return await (await fetch(url, init)).json();
    } catch {
      await wait(100); // it is not up yet
    }
  }
  throw new Error(`Nothing answers at ${url}.`);
}

/** A fresh process, compared with what is expected, warmed, and measured. */
async function round(system: System, workload: Workload, folder: string, backend: string): Promise<Round> {
  const port = await freePort();
  const child = launch(0, process.execPath, await system.start({ folder, backend, port }));
  try {
    const url = `http://127.0.0.1:${port}/graphql`;
    const answer = await ask(url, workload.query);
    if (!isDeepStrictEqual(answer, expected(workload)))
      throw new Error(`${system.name} answers ${workload.name} wrongly.`);
    const place = { url, pid: child.pid ?? 0, folder };
    const calls = () => served(backend);
    await measure(place, workload.query, 2, calls);
    return await measure(place, workload.query, Number(values.seconds), calls);
  } finally {
    child.kill('SIGTERM');
    await new Promise(resolve =>
      child.exitCode === null && child.signalCode === null ? child.once('exit', resolve) : resolve(null),
    );
  }
}

function chosen<T extends { readonly name: string }>(all: readonly T[], written: string | undefined): readonly T[] {
  if (written === undefined) return all;
  const names = written.split(',');
  const unknown = names.filter(name => !all.some(each => each.name === name));
  if (unknown.length > 0)
    throw new Error(`Unknown: ${unknown.join(', ')}. Known: ${all.map(({ name }) => name).join(', ')}.`);
  return all.filter(({ name }) => names.includes(name));
}

requirePrograms();
const folder = await mkdtemp(join(tmpdir(), 'selvage-bench-'));
await chmod(folder, 0o755); // nginx reads it as nobody
const port = await freePort();
const backend = `http://127.0.0.1:${port}`;
launch(1, 'nginx', ['-c', await writeBackend(folder, port)]);
const rows: Row[] = [];
const taken = chosen(systems, values.systems);
for (const workload of chosen(workloads, values.only)) {
  const rounds = new Map<System, Round[]>(taken.map(system => [system, []]));
  for (let index = 0; index < Number(values.rounds); index += 1) {
    for (const system of index % 2 === 0 ? taken : taken.toReversed()) {
      const done = await round(system, workload, folder, backend);
      rounds.get(system)?.push(done);
      process.stderr.write(
        `${workload.name} round ${index + 1} ${system.name}: ${Math.round(done.cpuMicros)} µs CPU, ${Math.round(done.rps)} rps\n`,
      );
    }
  }
  const medians = taken.map(system => {
    const of = (field: keyof Round) => median((rounds.get(system) ?? []).map(each => each[field]));
    return {
      system,
      rps: of('rps'),
      p50: of('p50'),
      p99: of('p99'),
      cpuMicros: of('cpuMicros'),
      rssMb: of('rssMb'),
      callsPerRequest: of('callsPerRequest'),
    };
  });
  const base = medians.find(({ system }) => system.name === 'hand-written');
  for (const { system, ...figures } of medians) {
    rows.push({
      workload: workload.name,
      system: system.name,
      lane: system.lane,
      ...figures,
      rpsRatio: base ? figures.rps / base.rps : Number.NaN,
      cpuRatio: base ? figures.cpuMicros / base.cpuMicros : Number.NaN,
      coalesced: base !== undefined && figures.callsPerRequest < base.callsPerRequest * 0.99,
    });
  }
}
await rm(folder, { recursive: true, force: true });

const machine = `${cpus()[0]?.model ?? 'unknown'}, ${cpus().length} cores, Node.js ${process.version}`;
const result = JSON.stringify({ machine, results: rows }, undefined, 2);
if (values.out !== undefined) await writeFile(values.out, result);
process.stdout.write(values.json ? `${result}\n` : `${machine}\n\n${table(rows)}\n`);
if (values.readme) {
  const readme = path('../README.md');
  const text = await readFile(readme, 'utf8');
  const titles = workloads.map(({ name, title }) => `${name.toUpperCase()}: ${title}`).join('; ');
  const section = `Medians of ${values.rounds} interleaved rounds of \`npm run bench\` (${machine}), each system alone on one core. ${titles}. Only ratios
travel to other machines; differences in throughput under 25 % are noise. Coalesced rows share executions between identical queries.\n\n${table(rows)}`;
  await writeFile(readme, text.replace(/(<!-- bench:begin -->)[\s\S]*(<!-- bench:end -->)/, `$1\n${section}\n$2`));
}
process.exit(0);
