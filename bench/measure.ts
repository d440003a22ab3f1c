import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Workload } from './workload.ts';

const run = promisify(execFile);

/** The core of what is measured; load and backends have the other. */
export const measuredCore = 0;
export const otherCore = 1;

/** One round of one system. */
export interface Round {
  readonly requests: number;
  readonly rps: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** User and system time of the system's processes, for each request. */
  readonly cpuMicros: number;
  readonly rssMb: number;
  readonly callsPerRequest: number;
}

/** Loads a server by wrk, 50 connections by default. `calls` tells how many calls the backends have had. */
export async function measure(
  place: {
    readonly url: string;
    readonly pid: number;
    readonly folder: string;
    /** What each request carries beside its content type. */
    readonly headers: Readonly<Record<string, string>>;
  },
  workload: Workload,
  seconds: number,
  calls: () => Promise<number>,
  connections = 50,
): Promise<Round> {
  const script = join(place.folder, 'post.lua');
  await writeFile(script, luaOf(workload, place.headers));
  const [cpuBefore, callsBefore] = [cpuMicrosOf(place.pid), await calls()];
  const load = await wrk(place.url, connections, seconds, ['-s', script]);
  const [cpuAfter, callsAfter] = [cpuMicrosOf(place.pid), await calls()];
  return {
    requests: load.requests,
    rps: load.rps,
    p50: load.p50,
    p99: load.p99,
    cpuMicros: (cpuAfter - cpuBefore) / load.requests,
    rssMb: rssMbOf(place.pid),
    callsPerRequest: (callsAfter - callsBefore) / load.requests,
  };
}

/** What the backend answers in a second when nothing is before it. */
export async function bareRps(url: string): Promise<number> {
  return (await wrk(url, 200, 2, [])).rps;
}

async function wrk(url: string, connections: number, seconds: number, more: readonly string[]) {
  const load = ['wrk', '-t1', `-c${connections}`, `-d${seconds}s`, '--latency', '--timeout', '10s', ...more, url];
  const { stdout } = await run('taskset', ['-c', String(otherCore), ...load]);
  const requests = Number(/(\d+) requests in/.exec(stdout)?.[1]);
  if (!(requests >= 0)) throw new Error(`wrk has not told what it did:\n${stdout}`);
  const troubles = [...stdout.matchAll(/^ *((?:Non-2xx|Socket errors).*)$/gm)].map(([, trouble]) => trouble);
  if (troubles.length > 0)
    throw new Error(`some of ${requests} requests in ${seconds} s failed (${troubles.join('; ')})`);
  return {
    requests,
    rps: Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1]),
    p50: milliseconds(/50%\s+([\d.]+)(us|ms|s)/.exec(stdout)),
    p99: milliseconds(/99%\s+([\d.]+)(us|ms|s)/.exec(stdout)),
  };
}

/** A document is made new by a comment, which no parser may look into, and an operation name, which no cache may ignore. */
function luaOf({ query, isNewEachTime = false }: Workload, headers: Readonly<Record<string, string>>): string {
  const carried = Object.entries({ 'content-type': 'application/json', ...headers });
  const lines = carried.map(([name, value]) => `wrk.headers[${JSON.stringify(name)}] = ${JSON.stringify(value)}\n`);
  const head = `wrk.method = "POST"\n${lines.join('')}`;
  if (!isNewEachTime) return `${head}wrk.body = ${JSON.stringify(JSON.stringify({ query }))}\n`;
  const [before, after] = JSON.stringify({ query: `query N@ ${query}` }).split('@');
  return `${head}local n = ${Date.now() % 1_000_000} * 1000000
request = function()
  n = n + 1
  return wrk.format(nil, nil, nil, ${JSON.stringify(before)} .. string.format("%.0f", n) .. ${JSON.stringify(after)})
end
`;
}

/** Linux counts in hundredths of a second (`getconf CLK_TCK`). */
const microsPerTick = 10_000;

/** Of a process and its children. */
export function cpuMicrosOf(pid: number): number {
  const ticks = treeOf(pid).map(each => {
    const fields = statOf(each);
    return Number(fields[11]) + Number(fields[12]);
  });
  return ticks.reduce((sum, each) => sum + each, 0) * microsPerTick;
}

/** Of a process and its children. */
export function rssMbOf(pid: number): number {
  const kilobytes = treeOf(pid).map(each =>
    Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${each}/status`, 'utf8'))?.[1]),
  );
  return kilobytes.reduce((sum, each) => sum + each, 0) / 1024;
}

/** The fields after the command's name, which may hold anything but is the last in parentheses. */
function statOf(pid: number): readonly string[] {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(') ') + 2).split(' ');
  } catch {
    return []; // it has ended
  }
}

function treeOf(root: number): readonly number[] {
  const parents = readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .map(name => [Number(name), Number(statOf(Number(name))[1])] as const);
  const tree = [root];
  for (const known of tree) tree.push(...parents.filter(([, parent]) => parent === known).map(([pid]) => pid));
  return tree;
}

function milliseconds(match: RegExpExecArray | null): number {
  const unit = match?.[2] === 'us' ? 0.001 : match?.[2] === 's' ? 1000 : 1;
  return Number(match?.[1]) * unit;
}
