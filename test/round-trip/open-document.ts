import { mkdtemp, rm, writeFile } from 'node:fs/promises';
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

interface GraphQLAnswer {
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
      const { files, rest } = withoutFiles(variables);
      const operations = JSON.stringify({ query, variables: rest });
      const init =
        files.size === 0
          ? { headers: { 'content-type': 'application/json' }, body: operations }
          : { headers: { 'x-selvage-csrf': '1' }, body: formOf(operations, files) };
      const response = await fetch(`${url}/graphql`, { method: 'POST', ...init });
      return (await response.json()) as GraphQLAnswer; // a GraphQL response
    },
    close,
  };
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
