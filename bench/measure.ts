import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** One round of one system. */
export interface Round {
  readonly rps: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** User and system time of the gateway's process, for each request. */
  readonly cpuMicros: number;
  readonly rssMb: number;
  readonly callsPerRequest: number;
}

/** Loads a server by wrk from the other core, 50 connections. `calls` tells how many calls the backend has had. */
export async function measure(
  place: { readonly url: string; readonly pid: number; readonly folder: string },
  query: string,
  seconds: number,
  calls: () => Promise<number>,
): Promise<Round> {
  const script = join(place.folder, 'post.lua');
  await writeFile(
    script,
    `wrk.method = "POST"\nwrk.headers["content-type"] = "application/json"\nwrk.body = ${JSON.stringify(JSON.stringify({ query }))}\n`,
  );
  const [cpuBefore, callsBefore] = [cpuTicks(place.pid), await calls()];
  const load = [
    '-c',
    '1',
    'wrk',
    '-t1',
    '-c50',
    `-d${seconds}s`,
    '--latency',
    '--timeout',
    '10s',
    '-s',
    script,
    place.url,
  ];
  const { stdout } = await run('taskset', load);
  const [cpuAfter, callsAfter] = [cpuTicks(place.pid), await calls()];
  const requests = Number(/(\d+) requests in/.exec(stdout)?.[1]);
  if (!(requests > 0) || /Non-2xx|Socket errors/.test(stdout)) throw new Error(`The load went wrong:\n${stdout}`);
  return {
    rps: Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1]),
    p50: milliseconds(/50%\s+([\d.]+)(us|ms|s)/.exec(stdout)),
    p99: milliseconds(/99%\s+([\d.]+)(us|ms|s)/.exec(stdout)),
    cpuMicros: ((cpuAfter - cpuBefore) * microsPerTick) / requests,
    rssMb: Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${place.pid}/status`, 'utf8'))?.[1]) / 1024,
    callsPerRequest: (callsAfter - callsBefore) / requests,
  };
}

/** Linux counts in hundredths of a second (`getconf CLK_TCK`). */
const microsPerTick = 10_000;

function cpuTicks(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return Number(fields[11]) + Number(fields[12]);
}

function milliseconds(match: RegExpExecArray | null): number {
  const unit = match?.[2] === 'us' ? 0.001 : match?.[2] === 's' ? 1000 : 1;
  return Number(match?.[1]) * unit;
}
