import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type ExecutionResult, graphql } from 'graphql';
import type { CallContext } from '../../../src/adapter/adapter.ts';
import { executableSchema } from '../../../src/adapter/executable.ts';
import { requestContext } from '../../../src/adapter/request-context.ts';
import { openapi } from '../../../src/adapters/openapi/index.ts';
import type { Diagnostic } from '../../../src/base/diagnostic.ts';
import type { SourceOptions } from '../../../src/source/source.ts';
import { describeDocument, source } from './describe-document.ts';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

interface AnsweringBackend extends AsyncDisposable {
  readonly endpoint: string;
  /** Every request that came. */
  readonly seen: readonly IncomingMessage[];
  readonly diagnostics: readonly Diagnostic[];
  sdl(type: string): string;
  has(type: string): boolean;
  ask(query: string, asking?: Partial<CallContext>): Promise<ExecutionResult>;
}

/** A real server that the document describes, and an executable schema in front of it. */
export async function answeringBackend(
  document: object,
  answer: Answer,
  options: Partial<SourceOptions> = {},
): Promise<AnsweringBackend> {
  const seen: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    seen.push(request);
    request.resume();
    answer(request, response);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // a TCP server that listens has one
  const from = source(options, endpoint);
  const { description, diagnostics, sdl, schema: described } = await describeDocument(document, from);
  const subschema = openapi.connect(description.blueprint, from);
  const schema = executableSchema(subschema);
  return {
    endpoint,
    seen,
    diagnostics,
    sdl,
    has: type => described.getType(type) !== undefined,
    async ask(query, asking = {}) {
      const call: CallContext = {
        signal: new AbortController().signal,
        deadline: performance.now() + 60_000,
        headers: {},
        requestId: 'r1',
        ...asking,
      };
      const result = await graphql({ schema, source: query, contextValue: requestContext(call, 100) });
      return JSON.parse(JSON.stringify(result)) as ExecutionResult; // JSON has no types
    },
    async [Symbol.asyncDispose]() {
      await subschema.close();
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    },
  };
}

/** Answers everything alike. */
export function replying(
  status: number,
  body: string | Buffer = '',
  headers: Record<string, string | string[]> = {},
): Answer {
  return (_, response) => response.writeHead(status, headers).end(body);
}

/** A document with these operations, by `METHOD /path`. */
export function operations(written: Readonly<Record<string, object>>, components: object = {}) {
  const paths: Record<string, Record<string, object>> = {};
  for (const [key, operation] of Object.entries(written)) {
    const [method = '', path = ''] = key.split(' ');
    paths[path] = { ...paths[path], [method.toLowerCase()]: operation };
  }
  return { openapi: '3.2.0', info: { title: 't', version: '1' }, paths, components };
}

/** A response whose body has this schema. */
export function body(schema: object, mediaType = 'application/json', more: object = {}) {
  return { description: '', content: { [mediaType]: { schema } }, ...more };
}
