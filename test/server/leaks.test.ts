import pino from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { adapters } from '../../src/adapters/index.ts';
import { createCore } from '../../src/edge/core.ts';
import { defaultLimits } from '../../src/edge/limits/limits.ts';
import { createServer, type RunningServer } from '../../src/server/server.ts';
import { defaultSourceOptions } from '../../src/source/source.ts';
import { compose } from '../../src/supergraph/compose.ts';
import { type Backend, secret } from '../adapters/backends/backend.ts';
import { startBackend } from '../adapters/backends/start-backend.ts';
import { describe as described } from '../adapters/open-adapter.ts';

const failures = [
  'invalid',
  'denied',
  'not-found',
  'conflict',
  'limited',
  'crash',
  'garbage',
  'redirect',
  'reset',
  'huge',
  'null-name',
] as const;

/** By protocol: the failures that have words of the backend in a place that the adapter reads. */
const worded: Readonly<Record<string, readonly string[]>> = {
  openapi: ['invalid', 'denied', 'not-found', 'conflict', 'limited', 'crash', 'garbage'],
  soap: ['invalid', 'denied', 'not-found', 'conflict', 'limited', 'crash', 'garbage', 'redirect'],
  grpc: ['invalid', 'denied', 'not-found', 'conflict', 'limited', 'crash', 'garbage'],
  graphql: ['invalid', 'denied', 'not-found', 'conflict', 'limited', 'crash', 'garbage'],
};

describe.each(Object.keys(startBackend))('what a %s backend says when it fails', protocol => {
  let backend: Backend;
  let server: RunningServer;
  let close: () => Promise<void>;
  const lines: string[] = [];

  beforeAll(async () => {
    backend = await startBackend[protocol]!();
    const adapter = await adapters[protocol]!();
    const { blueprint } = await described(backend, adapter);
    const options = { ...defaultSourceOptions, maxResponse: 100_000, tls: false as const };
    const source = { name: 'shop', protocol, endpoint: backend.endpoint, options };
    const subschema = adapter.connect(blueprint, source);
    const composed = compose({ members: [{ source, subschema }], overlay: [], absent: [] });
    if (!composed.ok) throw new TypeError(JSON.stringify(composed.diagnostics));
    const log = pino({ level: 'debug' }, { write: (line: string) => void lines.push(line) });
    const core = { supergraph: () => composed.value, limits: defaultLimits, deadline: 60_000, log };
    const handler = createCore(core);
    server = await createServer({ handler, ready: () => true, limits: defaultLimits, log, port: 0, host: '127.0.0.1' });
    close = async () => {
      await server.close();
      await subschema.close();
      await backend.close();
    };
  });
  afterAll(() => close());

  it.each(failures)('%s: not in the answer, but in the log under the id of the answer', async how => {
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: `{ a: ${backend.fields.fail(JSON.stringify(how))} }` }),
    });
    const body = await response.text();
    const head = JSON.stringify([...response.headers, response.statusText]);
    const { host } = new URL(/^\w+:\/\//.test(backend.endpoint) ? backend.endpoint : `http://${backend.endpoint}`);
    for (const word of [...secret.split(' '), host, 'node_modules', '/src/', '    at ', 'x-secret']) {
      expect(head + body).not.toContain(word);
    }
    const id = response.headers.get('x-request-id');
    expect(JSON.parse(body)).toMatchObject({
      data: { a: null },
      errors: [{ path: expect.arrayContaining(['a']), extensions: { correlationId: id } }],
    });
    const logged = lines.filter(line => JSON.parse(line).requestId === id).join('');
    expect(logged).toContain('"msg":"upstream error"');
    expect(worded[protocol]?.includes(how) ? logged : secret).toContain('ORA-00942');
  });
});
