import { type ExecutionResult, graphql } from 'graphql';
import { expect } from 'vitest';
import type { Adapter, Blueprint, Subschema } from '../../src/adapter/adapter.ts';
import { executableSchema } from '../../src/adapter/executable.ts';
import { requestContext } from '../../src/adapter/request-context.ts';
import { formatDiagnostic } from '../../src/base/diagnostic.ts';
import type { Principal } from '../../src/base/principal.ts';
import { openReader } from '../../src/source/open-reader.ts';
import { defaultSourceOptions, type Source, type SourceOptions } from '../../src/source/source.ts';
import type { Backend } from './backends/backend.ts';
import { until } from './backends/traffic.ts';

/** What the adapter makes of the backend's document. */
export async function describe(backend: Backend, adapter: Adapter, options: Partial<SourceOptions> = {}) {
  const source = sourceOf(backend, options);
  const described = await adapter.describe(source, {
    reader: openReader(source),
    signal: new AbortController().signal,
  });
  if (!described.ok) throw new TypeError(described.diagnostics.map(formatDiagnostic).join('\n'));
  backend.traffic.reset();
  return described.value;
}

/** describe, then connect. */
export async function open(backend: Backend, adapter: Adapter, options: Partial<SourceOptions> = {}) {
  const { blueprint } = await describe(backend, adapter);
  return connect(backend, adapter, blueprint, options);
}

interface Asking {
  readonly signal?: AbortSignal;
  readonly deadline?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly principal?: Principal;
}

/** An executable schema in front of the backend. */
export function connect(
  backend: Backend,
  adapter: Adapter,
  blueprint: Blueprint<unknown, unknown>,
  options: Partial<SourceOptions> = {},
) {
  const subschema: Subschema<unknown, unknown> = adapter.connect(blueprint, sourceOf(backend, options));
  const schema = executableSchema(subschema);
  return {
    schema,
    async ask(
      query: string,
      variableValues: Record<string, unknown> = {},
      asking: Asking = {},
    ): Promise<ExecutionResult> {
      const call = {
        signal: asking.signal ?? new AbortController().signal,
        deadline: asking.deadline ?? performance.now() + 60_000,
        headers: asking.headers ?? {},
        requestId: 'contract',
        ...(asking.principal ? { principal: asking.principal } : {}),
      };
      const contextValue = requestContext(call, 500);
      return plain(await graphql({ schema, source: query, variableValues, contextValue }));
    },
    close: () => subschema.close(),
    [Symbol.asyncDispose]: () => subschema.close(),
  };
}

function sourceOf(backend: Backend, options: Partial<SourceOptions> = {}): Source {
  return {
    name: 'contract',
    protocol: backend.protocol,
    ...(backend.document === undefined ? {} : { document: backend.document }),
    endpoint: backend.endpoint,
    options: { ...defaultSourceOptions, ...options },
  };
}

/** As a client gets it. */
function plain(result: ExecutionResult): ExecutionResult {
  return JSON.parse(JSON.stringify(result)) as ExecutionResult; // JSON has no types
}

export function codesOf(result: ExecutionResult): unknown[] {
  return (result.errors ?? []).map(error => error.extensions?.['code']);
}

/** Asks until the backend has heard of it: on a busy machine the time may be up before. */
export async function timedOut(backend: Backend, ask: () => Promise<ExecutionResult>): Promise<void> {
  await until(async () => {
    expect(codesOf(await ask())).toEqual(['UPSTREAM_TIMEOUT']);
    return backend.traffic.peak > 0;
  });
  await until(() => backend.traffic.open === 0);
  expect(backend.traffic.abandoned).toBeGreaterThan(0);
}
