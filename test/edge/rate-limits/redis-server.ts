import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Absent, the tests that need it are skipped; with CI=true `setup-test-tools.sh` has failed before. */
export const hasRedis = await promisify(execFile)('redis-server', ['--version']).then(
  () => true,
  () => false,
);
if (!hasRedis) console.warn('SKIPPED: redis-server is not installed (npm run setup:test-tools)');

/** A redis-server of the test's own, on a port that was free. */
export class RedisServer {
  readonly port: number;
  readonly url: string;
  readonly #folder: string;
  #child: ChildProcess | undefined;

  static async start(): Promise<RedisServer> {
    const server = new RedisServer(await freePort(), await mkdtemp(join(tmpdir(), 'selvage-redis-')));
    await server.run();
    return server;
  }

  private constructor(port: number, folder: string) {
    this.port = port;
    this.url = `redis://127.0.0.1:${port}`;
    this.#folder = folder;
  }

  /** Starts it (again), unless it runs; what it knew is gone. */
  async run(): Promise<void> {
    if (this.#child?.exitCode === null && this.#child.signalCode === null) return;
    const options = {
      '--port': this.port,
      '--bind': '127.0.0.1',
      '--save': '',
      '--appendonly': 'no',
      '--dir': this.#folder,
    };
    this.#child = spawn('redis-server', Object.entries(options).flat().map(String), { stdio: 'ignore' });
    while (!(await answersPing(this.port))) await new Promise(resolve => setTimeout(resolve, 20));
  }

  /** SIGSTOP: connections stand, and nothing is answered. */
  pause(): void {
    this.#child?.kill('SIGSTOP');
  }

  resume(): void {
    this.#child?.kill('SIGCONT');
  }

  async kill(): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  async close(): Promise<void> {
    await this.kill();
    await rm(this.#folder, { recursive: true });
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as { port: number }; // of a TCP server that listens
  probe.close();
  await once(probe, 'close');
  return port;
}

function answersPing(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'));
    const end = (answers: boolean) => {
      socket.destroy();
      resolve(answers);
    };
    socket.once('data', data => end(data.toString().startsWith('+PONG')));
    socket.once('error', () => end(false));
  });
}
