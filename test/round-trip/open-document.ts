import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildASTSchema, type GraphQLSchema } from 'graphql';
import { pino } from 'pino';
import { stringify } from 'yaml';
import type { Blueprint } from '../../src/adapter/adapter.ts';
import type { OpenApiCall } from '../../src/adapters/openapi/call/call.ts';
import type { Model } from '../../src/adapters/openapi/call/shape.ts';
import { createGateway } from '../../src/gateway.ts';
import { type FileValue, withoutFiles } from './file-value.ts';

export interface GraphQLAnswer {
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly {
    readonly message: string;
    readonly path?: readonly unknown[];
    readonly extensions: Readonly<Record<string, unknown>>;
  }[];
}

/** Nothing of an operation is too large here. */
const limits = {
  body: '64MB',
  document: '64MB',
  tokens: 1_000_000,
  depth: 1_000,
  aliases: 1_000_000,
  expandedFields: 1_000_000,
  directives: 1_000_000,
  cost: 1_000_000_000,
  variableDepth: 1_000,
  variableValues: 1_000_000,
  variableString: '64MB',
  uploads: 1_000,
  uploadBuffer: '64MB',
  resultNodes: 1_000_000_000,
};

/** A gateway that listens, over one document and one backend. */
export async function openDocument(document: string, endpoint: string, options: object = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'selvage-round-trip-'));
  const config = join(folder, 'selvage.yaml');
  const sources = { it: { protocol: 'openapi', document, endpoint, ...options } };
  await writeFile(
    config,
    stringify({ gateway: { port: 0, limits, cost: { assumedListSize: 1 }, deadline: '60s' }, sources }),
  );
  const gateway = await createGateway({ config, env: {}, log: pino({ level: 'silent' }), report: () => undefined });
  const close = async () => {
    await gateway.close();
    await rm(folder, { recursive: true });
  };
  const subschema = gateway.current()?.subschemas.get('it');
  if (!subschema) {
    await close();
    throw new TypeError(`no revision of ${document}`);
  }
  const blueprint = subschema.blueprint as Blueprint<OpenApiCall, Model>; // the protocol says so
  const { url } = await gateway.listen();
  return {
    blueprint,
    schema: buildASTSchema(blueprint.typeDefs, { assumeValid: true }) as GraphQLSchema,
    client: gateway.current()!.schema,
    async ask(query: string, variables: object): Promise<GraphQLAnswer> {
      return JSON.parse(await post(url, 'application/json', query, variables)) as GraphQLAnswer; // a GraphQL response
    },
    /** Until the backend's stream is over. */
    async subscribe(query: string, variables: object): Promise<readonly GraphQLAnswer[]> {
      const text = await post(url, 'text/event-stream', query, variables);
      return text.split('\n\n').flatMap(event => {
        const [, data] = /^event: next\ndata: (.*)$/s.exec(event) ?? [];
        return data === undefined ? [] : [JSON.parse(data.replaceAll('\ndata: ', '\n')) as GraphQLAnswer]; // as above
      });
    },
    close,
  };
}

/** On a connection of its own: one that was kept could be closed from the other side just when it is used again. */
async function post(url: string, accept: string, query: string, variables: object): Promise<string> {
  const { files, rest } = withoutFiles(variables);
  const operations = JSON.stringify({ query, variables: rest });
  const form = files.size === 0 ? undefined : new Response(formOf(operations, files));
  const request = httpRequest(`${url}/graphql`, {
    method: 'POST',
    agent: false,
    headers: {
      accept,
      'x-selvage-csrf': '1',
      'content-type': form?.headers.get('content-type') ?? 'application/json',
    },
  });
  request.end(form ? Buffer.from(await form.arrayBuffer()) : operations);
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  response.setEncoding('utf8');
  let text = '';
  for await (const chunk of response as AsyncIterable<string>) text += chunk;
  return text;
}

/** As the GraphQL multipart request specification says. */
function formOf(operations: string, files: ReadonlyMap<string, FileValue>): FormData {
  const form = new FormData();
  const ways = [...files.keys()];
  form.set('operations', operations);
  form.set('map', JSON.stringify(Object.fromEntries(ways.map((way, index) => [index, [way]]))));
  for (const [index, way] of ways.entries()) {
    const { bytes, name, type } = files.get(way)!;
    form.append(String(index), new File([new Uint8Array(bytes)], name, { type }));
  }
  return form;
}
