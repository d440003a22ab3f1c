import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

const children = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of children) child.kill('SIGTERM');
});

/** A process of ours, on one core where one is named, gone with us. What it says on stderr is shown if it dies before it is stopped. */
export class ServerProcess {
  readonly #child: ChildProcess;
  #said = '';

  constructor(command: readonly string[], core?: number, env: Readonly<Record<string, string>> = {}) {
    const all = core === undefined ? command : ['taskset', '-c', String(core), ...command];
    this.#child = spawn(all[0]!, all.slice(1), {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, NODE_ENV: 'production', ...env },
    });
    this.#child.stderr?.on('data', (chunk: Buffer) => {
      this.#said = (this.#said + chunk.toString()).slice(-2_000);
    });
    children.add(this.#child);
    this.#child.once('exit', () => children.delete(this.#child));
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** The end of what it said on stderr. */
  get said(): string {
    return this.#said;
  }

  async stop(): Promise<void> {
    if (this.hasEnded) return;
    const ended = new Promise(resolve => this.#child.once('exit', resolve));
    this.#child.kill('SIGTERM');
    const kill = setTimeout(() => this.#child.kill('SIGKILL'), 5_000);
    await ended;
    clearTimeout(kill);
  }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise(resolve => server.once('listening', resolve));
  const address = server.address();
  await new Promise(resolve => server.close(resolve));
  return typeof address === 'object' && address ? address.port : 0;
}

/** The answer of a server that may not be up yet. */
export async function ask(
  url: string,
  query: string,
  server: ServerProcess,
  { pause = 50, headers = {} }: { readonly pause?: number; readonly headers?: Readonly<Record<string, string>> } = {},
): Promise<unknown> {
  const body = JSON.stringify({ query });
  const init = { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body };
  const deadline = Date.now() + 60_000;
  while (Date.now() < deadline && !server.hasEnded) {
    try {
      return await (await fetch(url, init)).json();
    } catch {
      await wait(pause); // it is not up yet
    }
  }
  throw new Error(`Nothing answers at ${url}.\n${server.said}`);
}
