import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { until } from '../../backends/traffic.ts';

/** Debian's, whose packages are python3-grpcio and python3-protobuf. */
const python = '/usr/bin/python3';
const folder = fileURLToPath(new URL('.', import.meta.url));

export const interop = readFileSync(join(folder, 'interop.proto'), 'utf8');

/** Are grpcio, protobuf and protoc here? */
export const hasPython =
  spawnSync(python, ['-c', 'import grpc.aio, google.protobuf']).status === 0 &&
  spawnSync('protoc', ['--version']).status === 0;

interface Told {
  readonly began?: string;
  readonly ended?: string;
  /** Bytes are lists of numbers. */
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** Seconds. */
  readonly left?: number | null;
  readonly peer?: string;
  readonly port?: number;
}

export interface PythonBackend {
  readonly endpoint: string;
  /** What arrived and what ended, in its order. */
  readonly told: readonly Told[];
  /** Calls of a method that are open. */
  open(method: string): number;
  say(line: 'serving' | 'ill'): void;
  close(): Promise<void>;
}

/** The interop server, as a process of its own. */
export async function startPython(options: Readonly<Record<string, unknown>> = {}): Promise<PythonBackend> {
  const made = await mkdtemp(join(tmpdir(), 'interop-'));
  const set = join(made, 'set.pb');
  const protos = ['interop.proto', 'health.proto', 'rpc.proto'];
  const compiled = spawnSync('protoc', [
    `-I${folder}`,
    '-I/usr/include',
    '--include_imports',
    `--descriptor_set_out=${set}`,
    ...protos,
  ]);
  if (compiled.status !== 0) throw new TypeError(String(compiled.stderr));
  const server = spawn(python, [join(folder, 'server.py'), set, JSON.stringify(options)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const told: Told[] = [];
  createInterface({ input: server.stdout }).on('line', line => told.push(JSON.parse(line)));
  const ended = new Promise(resolve => server.once('exit', resolve));
  await Promise.race([until(() => told.length > 0), ended]);
  const port = told[0]?.port;
  if (port === undefined) throw new TypeError('the Python server did not start');
  return {
    endpoint: `127.0.0.1:${port}`,
    told,
    open: method =>
      told.filter(({ began }) => began === method).length - told.filter(({ ended }) => ended === method).length,
    say: line => void server.stdin.write(`${line}\n`),
    async close() {
      server.kill();
      await ended;
      await rm(made, { recursive: true });
    },
  };
}
