import { spawnSync } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { backendsOf, countRequests, missingModule, writeBackend } from './backend.ts';
import { ask, freePort, ServerProcess } from './server-process.ts';
import type { System } from './systems.ts';
import { type DataSet, isRight, type Workload } from './workload.ts';

/** What npm cannot install and is not there, as Debian's packages. */
export function missingPackages(programs: Readonly<Record<string, string>>): readonly string[] {
  const missing = Object.entries(programs).filter(
    ([name]) => spawnSync('sh', ['-c', `command -v ${name}`]).status !== 0,
  );
  const module = missingModule();
  return [...missing.map(([, debian]) => debian), ...(module === undefined ? [] : [module])];
}

/** The backends, and a folder for everybody's files. */
export class Stage {
  readonly folder: string;
  readonly #ports: { readonly http: number; readonly grpc: number };
  readonly #backend: ServerProcess;
  #asked = 0;

  private constructor(folder: string, ports: { http: number; grpc: number }, backend: ServerProcess) {
    this.folder = folder;
    this.#ports = ports;
    this.#backend = backend;
  }

  static async open(core?: number): Promise<Stage> {
    const folder = await mkdtemp(join(tmpdir(), 'selvage-bench-'));
    await chmod(folder, 0o755); // nginx reads it as nobody
    const ports = { http: await freePort(), grpc: await freePort() };
    const backend = new ServerProcess(['nginx', '-c', await writeBackend(folder, ports)], core);
    const stage = new Stage(folder, ports, backend);
    for (let attempt = 0; attempt < 100 && !backend.hasEnded; attempt += 1) {
      try {
        stage.#asked = await countRequests(ports);
        return stage;
      } catch {
        await wait(50); // it is not up yet
      }
    }
    throw new Error(`nginx does not start: ${backend.said}`);
  }

  /** The REST backend's address, for a set. */
  rest(set: DataSet): string {
    return backendsOf(set, this.#ports).rest;
  }

  /** How many calls the backends have had; to ask this is none. */
  async calls(): Promise<number> {
    this.#asked += 1;
    return (await countRequests(this.#ports)) - this.#asked;
  }

  /** Starts a system before a set's backends. */
  async start(system: System, set: DataSet, { core, fillers = 2_000 }: StartOptions = {}): Promise<Playing> {
    const port = await freePort();
    const command = await system.command({ folder: this.folder, set, port, fillers, ...backendsOf(set, this.#ports) });
    const headers = (await system.headers?.()) ?? {};
    return new Playing(system, new ServerProcess(command, core), `http://127.0.0.1:${port}/graphql`, headers);
  }

  async close(): Promise<void> {
    await this.#backend.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}

interface StartOptions {
  /** The one that it may use. */
  readonly core?: number | undefined;
  /** How many types the wide schema has that are only there. */
  readonly fillers?: number;
}

/** A system that runs. */
export class Playing {
  readonly url: string;
  /** What its requests carry. */
  readonly headers: Readonly<Record<string, string>>;
  readonly #system: System;
  readonly #process: ServerProcess;

  constructor(system: System, process: ServerProcess, url: string, headers: Playing['headers']) {
    this.headers = headers;
    this.#system = system;
    this.#process = process;
    this.url = url;
  }

  get pid(): number {
    return this.#process.pid;
  }

  /** Waits until it answers; a wrong answer is the end. */
  async mustAnswer(workload: Workload, pause = 50): Promise<void> {
    const { headers } = this;
    const answer = await ask(this.url, workload.query, this.#process, { pause, headers });
    if (isRight(workload, answer, isDeepStrictEqual)) return;
    throw new Error(`${this.#system.name} answers ${workload.name} wrongly: ${JSON.stringify(answer).slice(0, 500)}`);
  }

  stop(): Promise<void> {
    return this.#process.stop();
  }
}
