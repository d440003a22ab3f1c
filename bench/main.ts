import { spawnSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from './build.ts';
import { coldStarts, playColdStart } from './cold-start.ts';
import { goalsOf, goalTable, overloadGoals, remarksOf } from './goals.ts';
import { bareRps, otherCore } from './measure.ts';
import { type OverloadRow, overloads, overloadTable, playOverload } from './overload.ts';
import { peers } from './peers.ts';
import { coldTable, type Row, rowsOf, table } from './report.ts';
import { playRounds } from './rounds.ts';
import { missingPackages, Stage } from './stage.ts';
import { ownSystems, type System } from './systems.ts';
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

/** Of what has a name, that which is written in a list. */
function chosen<T extends { readonly name: string }>(all: readonly T[], written: string | undefined): readonly T[] {
  if (written === undefined) return all;
  const names = written.toLowerCase().split(',');
  const unknown = names.filter(name => !all.some(each => each.name === name));
  if (unknown.length > 0) {
    const known = all.map(({ name }) => name).join(', ');
    process.stderr.write(
      `bench: ${unknown.join(', ')} is not known (or not installed: npm run bench:peers). Known: ${known}.\n`,
    );
    process.exit(2);
  }
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
await build();

const systems = chosen([...ownSystems, ...peers], values.systems);
const only = new Set(chosen([...workloads, ...coldStarts, ...overloads], values.only).map(({ name }) => name));
const pairs = workloads
  .filter(({ name }) => only.has(name))
  .flatMap(workload => {
    const [those, others] = [[], []] as [System[], System[]];
    for (const system of systems) (system.without(workload) === undefined ? those : others).push(system);
    for (const system of others) tell(`${workload.name} is without ${system.name}: ${system.without(workload)}`);
    return those.map(system => [workload, system] as const);
  });

const stage = await Stage.open(otherCore);
const bare = [];
for (const [what, set, path] of [
  ['the list of posts (20 kB)', 'rest', '/posts'],
  ['a user of the slow backend', 'slow', '/users/1'],
] as const) {
  bare.push(`${what} ${Math.round(await bareRps(`${stage.rest(set)}${path}`))} times a second`);
}
const backend = `The backend alone, asked by wrk on the same core, answers ${bare.join(', and ')}.`;
tell(backend);

const { series, failures } = await playRounds(
  stage,
  pairs,
  { rounds: Number(values.rounds), seconds: Number(values.seconds) },
  tell,
);
const cold: Row[] = [];
if (systems.some(({ name }) => name === 'selvage-tick'))
  for (const start of coldStarts.filter(({ name }) => only.has(name)))
    cold.push(await playColdStart(start, stage, tell));
const played = { rounds: Number(values.rounds), seconds: Number(values.seconds) };
const overloaded: OverloadRow[] = [];
if (systems.some(({ name }) => name === 'selvage-admitting'))
  for (const overload of overloads.filter(({ name }) => only.has(name)))
    overloaded.push(await playOverload(overload, stage, played, tell));
await stage.close();

const rows = rowsOf(series);
const all = [...rows, ...cold];
const machine = `${cpus()[0]?.model ?? 'unknown'}, ${cpus().length} cores, Node.js ${process.version}`;
const result = `${JSON.stringify({ machine, results: all, overload: overloaded }, undefined, 2)}\n`;
if (values.out !== undefined) await writeFile(values.out, result);
const busiest = Math.max(0, ...rows.map(row => row.rps * row.callsPerRequest));
const sections = [
  table(rows),
  coldTable(cold),
  overloadTable(overloaded),
  goalTable([...goalsOf(series, all), ...overloadGoals(overloaded)]),
  [`${backend} The busiest system asked for ${Math.round(busiest)} answers a second.`, ...remarksOf(rows)].join('\n'),
  ...failures.map(failure => `FAILED: ${failure}`),
].filter(section => section !== '');
process.stdout.write(values.json ? result : `${[machine, ...sections].join('\n\n')}\n`);
if (values.readme) {
  const readme = fileURLToPath(new URL('../README.md', import.meta.url));
  const text = await readFile(readme, 'utf8');
  const titles = [...workloads, ...coldStarts, ...overloads]
    .filter(({ name }) => only.has(name))
    .map(({ name, title }) => `- ${name.toUpperCase()}: ${title}`)
    .join('\n');
  const section = `Medians of ${values.rounds} interleaved rounds of \`npm run bench\` (${machine}), each system alone on one core, 50 connections. Only ratios
travel to other machines; differences in throughput under 25 % are noise. Base is hand-written Node.js,
of the hops (SOAP, GRPC) the bare client library. Coalesced rows share executions between identical queries.

${titles}

${sections.join('\n\n')}`;
  await writeFile(
    readme,
    text.replace(
      /(<!-- bench:begin -->)[\s\S]*(<!-- bench:end -->)/,
      (_, begin, end) => `${begin}\n${section}\n${end}`,
    ),
  );
}
process.exit(failures.length === 0 ? 0 : 1);
