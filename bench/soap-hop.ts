import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { goalTable } from './goals.ts';
import type { HopSystem } from './servers/soap-client.ts';

/**
 * What one SOAP call costs its client: our adapter's against undici with saxes by hand, and against `soap`'s own. Each has a process of its
 * own, whose CPU is counted: V8 would slow all of saxes down where parsers of several kinds share one. Medians of interleaved rounds, 16
 * calls under way. `npm run bench:soap -- [rounds] [calls]`
 */
const [rounds, calls] = [Number(process.argv[2] ?? 9), Number(process.argv[3] ?? 1_000)];
const counts = [50, 100, 200];
const systems: readonly HopSystem[] = ['adapter', 'by hand', 'without namespaces', 'soap'];

const processes: ChildProcess[] = [];

async function start(file: string, ...args: string[]): Promise<ChildProcess> {
  const path = fileURLToPath(new URL(`./servers/${file}`, import.meta.url));
  const child = fork(path, args, { execArgv: ['--import', 'tsx'] });
  processes.push(child);
  return child;
}

async function told<T>(child: ChildProcess): Promise<T> {
  const [message] = (await once(child, 'message')) as [T]; // by our own processes
  return message;
}

const port = await told<number>(await start('soap-list.ts'));
const clients = new Map<HopSystem, ChildProcess>();
for (const system of systems) {
  const client = await start('soap-client.ts', system, `http://127.0.0.1:${port}/directory`);
  await told(client);
  clients.set(system, client);
}

/** Microseconds of CPU for each call, and megabytes in use. */
async function cost(system: HopSystem, count: number): Promise<{ readonly micros: number; readonly rssMb: number }> {
  const client = clients.get(system)!;
  client.send({ count, calls: system === 'soap' ? Math.ceil(calls / 5) : calls });
  return told(client);
}

const median = (all: readonly number[]) =>
  [...all].sort((one, other) => one - other)[Math.floor(all.length / 2)] ?? Number.NaN;

const figures = new Map<string, number[]>();
const memory = new Map<HopSystem, number>();
const figuresOf = (system: HopSystem, count: number) => figures.get(`${system} ${count}`) ?? [];
for (let round = 0; round <= rounds; round += 1) {
  for (const count of counts) {
    for (const system of round % 2 === 0 ? systems : systems.toReversed()) {
      const { micros, rssMb } = await cost(system, count);
      memory.set(system, Math.max(rssMb, memory.get(system) ?? 0));
      if (round > 0) figures.set(`${system} ${count}`, [...figuresOf(system, count), micros]); // the first warms up
    }
  }
}
const ratio = (one: readonly number[], other: readonly number[]) =>
  median(one.map((figure, round) => figure / other[round]!));
console.log(`| system | ${counts.map(count => `${count} items`).join(' | ')} | RSS MB |`);
console.log(`|---|${counts.map(() => '---|').join('')}---|`);
for (const system of systems) {
  const cells = counts.map(count => {
    const own = figuresOf(system, count);
    return `${median(own).toFixed(0)} µs, ours x ${ratio(figuresOf('adapter', count), own).toFixed(2)}`;
  });
  console.log(`| ${system} | ${cells.join(' | ')} | ${memory.get(system)?.toFixed(0)} |`);
}
const ours = (count: number) => figuresOf('adapter', count);
const system = 'adapter';
console.log(
  `\n${goalTable([
    {
      ...{ what: 'SOAP hop of 100 items: CPU, x undici and saxes by hand', system, atMost: 1.2 },
      figure: ratio(ours(100), figuresOf('by hand', 100)),
    },
    {
      ...{ what: 'SOAP hop of 100 items: CPU of the client of `soap`, x ours', system, atLeast: 4 },
      figure: ratio(figuresOf('soap', 100), ours(100)),
    },
    {
      ...{ what: 'SOAP hop: CPU of 200 items, x of 100', system, atMost: 2.6 },
      figure: ratio(ours(200), ours(100)),
    },
  ])}`,
);
for (const child of processes) child.kill();
