import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const bin = fileURLToPath(new URL('../../bin/selvage.js', import.meta.url));
const document = fileURLToPath(new URL('../../schemas/catalogue.openapi.yaml', import.meta.url));

let folder: string;
let config: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'selvage-process-'));
  config = join(folder, 'selvage.yaml');
  await writeFile(config, `gateway: { port: 0 }\nsources: { a: { document: ${document} } }\n`);
  await promisify(execFile)(process.execPath, [bin, '--version']); // builds what is missing
});
afterAll(() => rm(folder, { recursive: true }));

function selvage(...argv: readonly string[]): { child: ChildProcess; text(): string; ended: Promise<number | null> } {
  const child = spawn(process.execPath, ['--disallow-code-generation-from-strings', bin, ...argv]);
  let text = '';
  const add = (chunk: Buffer) => {
    text += chunk;
  };
  child.stdout.on('data', add);
  child.stderr.on('data', add);
  return { child, text: () => text, ended: once(child, 'close').then(([code]) => code as number | null) };
}

describe('the process', () => {
  it.each([
    [['--help'], 0, 'Exit codes:'],
    [['serve', '--help'], 0, '--config <file>'],
    [['--version'], 0, '0.1.0'],
    [[], 2, 'Usage: selvage'],
    [['srve'], 2, 'Did you mean serve?'],
  ])('%j ends with %i', async (argv, code, told) => {
    const { ended, text } = selvage(...argv);
    expect(await ended).toBe(code);
    expect(text()).toContain(told);
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('serves until %s, and ends with 0', async signal => {
    const { child, ended, text } = selvage('serve', '--config', config);
    await expect.poll(text).toContain('READY');
    const url = /GraphiQL: (\S+)/.exec(text())?.[1] ?? '';
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"query":"{ __typename }"}',
    });
    expect(await response.json()).toEqual({ data: { __typename: 'Query' } });
    child.kill(signal);
    expect(await ended).toBe(0);
  });

  it('finds the files of its package, wherever the code that asks for them was built to', async () => {
    const misspelt = join(folder, 'misspelt.json');
    const info = { title: 't', version: '1', licence: {} };
    await writeFile(misspelt, JSON.stringify({ openapi: '3.1.0', info, paths: {} }));
    const { stdout } = await promisify(execFile)(process.execPath, [bin, 'inspect', misspelt]);
    expect(stdout).toContain('Did you mean "license"?');
  });

  it('ends with 78 where the port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as { port: number }; // of a TCP server that listens
    const { ended, text } = selvage('serve', '--config', config, '--port', String(port));
    expect(await ended).toBe(78);
    expect(text()).toContain(`Port ${port} of 127.0.0.1 is in use`);
    expect(text()).not.toMatch(/^\s+at /m);
    other.close();
  });
});
