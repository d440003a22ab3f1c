import { type GraphQLSchema, graphql } from 'graphql';
import { executableSchema } from '../../../src/adapter/executable.ts';
import { requestContext } from '../../../src/adapter/request-context.ts';
import { graphql as adapter } from '../../../src/adapters/graphql/index.ts';
import { formatDiagnostic } from '../../../src/base/diagnostic.ts';
import { openReader } from '../../../src/source/open-reader.ts';
import { defaultSourceOptions, type Source, type SourceOptions } from '../../../src/source/source.ts';
import { type HttpAnswer, startHttpBackend } from '../backends/http-backend.ts';

interface Posted {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** A GraphQL server that keeps what it is posted; `answer`, where it is set, answers instead of the schema. */
export async function startRecordingServer(schema: GraphQLSchema, rootValue: unknown) {
  const posted: Posted[] = [];
  const recording: { answer: ((request: Posted) => HttpAnswer) | undefined } = { answer: undefined };
  const http = await startHttpBackend(async exchange => {
    const request = JSON.parse(exchange.body) as Posted;
    posted.push(request);
    if (recording.answer) return recording.answer(request);
    const { query, variables } = request;
    return { body: JSON.stringify(await graphql({ schema, source: query, variableValues: variables, rootValue })) };
  });
  return Object.assign(recording, { ...http, posted, endpoint: `${http.url}/graphql` });
}

/** The adapter in front of a server, as the gateway runs it. */
export async function openGate(endpoint: string, options: Partial<SourceOptions> = {}, document?: string) {
  const source: Source = {
    name: 'upstream',
    protocol: 'graphql',
    endpoint,
    ...(document === undefined ? {} : { document }),
    options: { ...defaultSourceOptions, ...options },
  };
  const described = await adapter.describe(source, {
    reader: openReader(source),
    signal: new AbortController().signal,
  });
  if (!described.ok) throw new TypeError(described.diagnostics.map(formatDiagnostic).join('\n'));
  const subschema = adapter.connect(described.value.blueprint, source);
  const schema = executableSchema(subschema);
  return {
    described,
    schema,
    close: () => subschema.close(),
    async ask(query: string, variableValues: Record<string, unknown> = {}) {
      const signal = new AbortController().signal;
      const call = { signal, deadline: performance.now() + 60_000, headers: {}, requestId: 'test' };
      const result = await graphql({ schema, source: query, variableValues, contextValue: requestContext(call, 500) });
      const { data } = JSON.parse(JSON.stringify(result)) as { data: unknown }; // JSON has no types
      const errors = (result.errors ?? []).map(({ path, extensions, message }) => ({
        path,
        code: extensions['code'],
        message,
      }));
      return { data, errors };
    },
  };
}
