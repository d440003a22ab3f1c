import { spawnSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { bareRps, otherCore } from './measure.ts';
import { rowsOf, table } from './report.ts';
import { playRounds } from './rounds.ts';
import { missingPackages, Stage } from './stage.ts';
import { ownSystems } from './systems.ts';
import { workloads } from './workload.ts';

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

function chosen<T extends { readonly name: string }>(all: readonly T[], written: string | undefined): readonly T[] {
  if (written === undefined) return all;
  const names = written.toLowerCase().split(',');
  const unknown = names.filter(name => !all.some(each => each.name === name));
  if (unknown.length > 0)
    throw new Error(`Unknown: ${unknown.join(', ')}. Known: ${all.map(({ name }) => name).join(', ')}.`);
  return all.filter(({ name }) => names.includes(name));
}

process.on('SIGINT', () => process.exit(130));
const missing = missingPackages({ nginx: 'nginx-light', wrk: 'wrk', taskset: 'util-linux' });
if (missing.length > 0) {
  process.stderr.write(`bench: not installed, and needed: apt-get install ${missing.join(' ')}\n`);
  process.exit(1);
}
const tell = (line: string) => void process.stderr.write(`${line}\n`);
spawnSync('taskset', ['-acp', String(otherCore), String(process.pid)]);
spawnSync(process.execPath, [
  fileURLToPath(new URL('../scripts/ensure-built.mjs', import.meta.url)),
  'code',
  'graphiql',
]);

const systems = chosen(ownSystems, values.systems);
const pairs = chosen(workloads, values.only).flatMap(workload =>
  systems.filter(system => system.without(workload) === undefined).map(system => [workload, system] as const),
);
const stage = await Stage.open(otherCore);
for (const [set, path] of [
  ['rest', '/posts'],
  ['slow', '/users/1'],
] as const) {
  tell(`the backend alone: ${Math.round(await bareRps(`${stage.rest(set)}${path}`))} answers/s of ${path} (${set})`);
}
const { series, failures } = await playRounds(
  stage,
  pairs,
  { rounds: Number(values.rounds), seconds: Number(values.seconds) },
  tell,
);
await stage.close();

const rows = rowsOf(series);
const machine = `${cpus()[0]?.model ?? 'unknown'}, ${cpus().length} cores, Node.js ${process.version}`;
const result = JSON.stringify({ machine, results: rows }, undefined, 2);
if (values.out !== undefined) await writeFile(values.out, result);
process.stdout.write(values.json ? `${result}\n` : `${machine}\n\n${table(rows)}\n`);
if (values.readme) {
  const readme = fileURLToPath(new URL('../README.md', import.meta.url));
  const text = await readFile(readme, 'utf8');
  const titles = workloads.map(({ name, title }) => `${name.toUpperCase()}: ${title}`).join('; ');
  const section = `Medians of ${values.rounds} interleaved rounds of \`npm run bench\` (${machine}), each system alone on one core. ${titles}. Only ratios
travel to other machines; differences in throughput under 25 % are noise. Coalesced rows share executions between identical queries.\n\n${table(rows)}`;
  await writeFile(readme, text.replace(/(<!-- bench:begin -->)[\s\S]*(<!-- bench:end -->)/, `$1\n${section}\n$2`));
}
process.exit(failures.length === 0 ? 0 : 1);
