import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { parse as parseYaml, stringify } from 'yaml';
import { adapters } from '../../src/adapters/index.ts';
import { readConfig } from '../../src/config.ts';
import { policyNamesOf } from '../../src/edge/authorization/options.ts';
import { createCore } from '../../src/edge/core.ts';
import type { Lane } from '../../src/edge/handler.ts';
import type { ResponseStream } from '../../src/edge/subscriptions/response-stream.ts';
import type { GatewayOptions } from '../../src/gateway.ts';
import { createRegistry } from '../../src/registry/registry.ts';
import { createServer } from '../../src/server/server.ts';
import { executable } from '../support/executable.ts';
import { message, parseExchange } from './exchange.ts';
import { startGrpcBackend } from './grpc-backend.ts';
import { type SpecBackend, startHttpBackend } from './http-backend.ts';
import { Ledger } from './ledger.ts';
import { type CaseRun, type Outcome, Reading } from './reading.ts';
import type { Block, SpecCase } from './spec-file.ts';

/** Runs one case from its documents to its result. */
export async function runCase(specCase: SpecCase, way: Way = {}): Promise<CaseRun> {
  const spec = new Reading(specCase);
  const folder = await mkdtemp(join(tmpdir(), 'selvage-spec-'));
  const ledger = new Ledger(spec.all('exchange').map(parseExchange));
  const backends: SpecBackend[] = [];
  const registry = createRegistry({ adapters });
  try {
    for (const { words, text } of spec.all('file')) await writeFile(join(folder, words[0]!), text);
    const sources: Record<string, object> = {};
    for (const block of spec.all('source')) {
      const [name = '', protocol = '', endpoint] = block.words;
      const document = `${name}.${extensions[protocol] ?? block.language}`;
      await writeFile(join(folder, document), block.text);
      const backend = endpoint === undefined ? await start(name, protocol, join(folder, document), ledger) : undefined;
      if (backend) backends.push(backend);
      sources[name] = {
        protocol,
        document,
        endpoint: backend?.endpoint ?? endpoint,
        ...(protocol === 'grpc' ? { tls: false } : {}),
      };
    }
    const written = spec
      .all('config')
      .reduce((into, { text }) => merged(into, parseYaml(text)), { sources } as unknown);
    const config = await readConfig(stringify(written), join(folder, 'selvage.yaml'), {});
    if (!config.ok) return spec.comparison({ diagnostics: spec.told(config.diagnostics, folder) }, ledger);
    const overlay = spec.all('overlay').map(({ text }, index) => ({ address: `overlay-${index}.graphql`, text }));
    const { sources: declared, policies, edge } = config.value;
    const policyNames = policyNamesOf(edge.authorization);
    const applied = await registry.apply({ sources: declared, overlay, policies, policyNames });
    const diagnostics = spec.told([...config.diagnostics, ...applied.diagnostics], folder);
    if (!applied.ok) return spec.comparison({ diagnostics }, ledger);
    await executable(applied.value);
    const { limits, deadline } = config.value.gateway;
    const log = pino({ level: 'silent' });
    const { lane = 'plan', door = 'both' } = way;
    const handler = createCore({ supergraph: () => applied.value, limits, deadline, log, lane, edge });
    const answered = spec.one('request')
      ? await askOverHttp(spec.one('request')!, { handler, ready, limits, log, port: 0, host: '127.0.0.1', door })
      : await ask(spec, handler, lane);
    const compiled = { ...spec.schemaOf(applied.value), ...spec.planOf(applied.value) };
    return spec.comparison({ diagnostics, ...compiled, ...answered }, ledger);
  } finally {
    await registry.close();
    await Promise.all(backends.map(backend => backend.close()));
    await rm(folder, { recursive: true });
  }
}

/** Which lane and which door of the gateway a case goes through. */
export type Way = Pick<GatewayOptions, 'lane' | 'door'>;

const ready = () => true;

const extensions: Readonly<Record<string, string>> = {
  openapi: 'yaml',
  soap: 'wsdl',
  grpc: 'proto',
  graphql: 'graphql',
};

function start(name: string, protocol: string, document: string, ledger: Ledger): Promise<SpecBackend> {
  if (protocol === 'grpc') return startGrpcBackend(name, document, ledger);
  return startHttpBackend(name, protocol === 'openapi' ? '' : '/', ledger);
}

async function ask(
  spec: Reading,
  handler: ReturnType<typeof createCore>,
  allowed: Lane,
): Promise<Pick<Outcome, 'result' | 'lane'>> {
  const asked = spec.asked();
  if (!asked) return {};
  const { result, lane, stream } = await handler({
    id: requestId,
    streams: true,
    ...asked,
    method: 'POST',
    headers: message(`\n${spec.one('headers')?.text ?? ''}`).headers,
    signal: new AbortController().signal,
  });
  const planned = spec.one('plan') !== undefined && allowed === 'plan' && lane !== undefined;
  return { result: stream ? await answersOf(stream) : comparable(result), ...(planned ? { lane } : {}) };
}

async function answersOf(stream: ResponseStream): Promise<unknown> {
  const answers: unknown[] = [];
  for (let each = await stream.next(); each; each = await stream.next()) answers.push(comparable(each.result));
  return { answers };
}

async function askOverHttp(
  block: Block,
  options: Parameters<typeof createServer>[0],
): Promise<Pick<Outcome, 'result' | 'status'>> {
  const server = await createServer(options);
  try {
    const { first, headers, body } = message(block.text.split(/^--- /m)[0]!);
    const [method = '', path = ''] = first.split(' ');
    const init = { method, headers: { 'x-request-id': requestId, ...headers }, ...(body === '' ? {} : { body }) };
    const response = await fetch(new URL(path, server.url), init);
    return { status: response.status, result: comparable(await response.json()) };
  } finally {
    await server.close();
  }
}

const requestId = 'spec';

/** As JSON; without what a spec does not tell: places in the document, and the correlation id where it is the request's. */
function comparable(result: unknown): unknown {
  const { data, errors = [] } = JSON.parse(JSON.stringify(result)) as {
    data?: unknown;
    errors?: Record<string, unknown>[];
  };
  return {
    ...(data === undefined ? {} : { data }),
    errors: errors.map(({ locations, ...error }) => ({
      ...error,
      extensions: withoutCorrelation(error['extensions']),
    })),
  };
}

function withoutCorrelation(extensions: unknown): unknown {
  const { correlationId, ...rest } = { ...(extensions as Record<string, unknown>) }; // an error's extensions are an object
  return correlationId === undefined || correlationId === requestId ? rest : { correlationId, ...rest };
}

/** Maps are merged, anything else is replaced. */
function merged(under: unknown, over: unknown): unknown {
  if (!isMap(under) || !isMap(over)) return over;
  const entries = Object.entries(over).map(([key, value]) => [key, key in under ? merged(under[key], value) : value]);
  return { ...under, ...Object.fromEntries(entries) };
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
