import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const type = (required: readonly string[], properties: Readonly<Record<string, string>>) => ({
  type: 'object',
  required,
  properties: Object.fromEntries(Object.entries(properties).map(([name, kind]) => [name, { type: kind }])),
});

const listOf = (name: string) => ({
  200: {
    description: 'ok',
    content: { 'application/json': { schema: { type: 'array', items: { $ref: `#/components/schemas/${name}` } } } },
  },
});

const id = { name: 'id', in: 'query', schema: { type: 'array', items: { type: 'integer' } } };

const document = {
  openapi: '3.0.3',
  info: { title: 'blog', version: '1' },
  paths: {
    '/posts': { get: { operationId: 'posts', responses: listOf('Post') } },
    '/users': { get: { operationId: 'users', parameters: [id], responses: listOf('User') } },
  },
  components: {
    schemas: {
      Post: type(['id', 'userId', 'title'], { id: 'integer', userId: 'integer', title: 'string', body: 'string' }),
      User: type(['id'], { id: 'integer', name: 'string', email: 'string' }),
    },
  },
};

const overlay =
  'extend type Post { user: User @resolve(call: "blog.users", batch: { key: "$parent.userId", into: "id", match: "id" }) }';

/** A gateway as its users configure it: a document, an overlay, all else by default. The path of its selvage.yaml. */
export async function writeGateway(
  folder: string,
  backend: string,
  port: number,
  singleFlight: 'off' | 'tick' | 'inflight',
): Promise<string> {
  await writeFile(join(folder, 'blog.json'), JSON.stringify(document));
  await writeFile(join(folder, 'overlay.graphql'), overlay);
  const path = join(folder, `${singleFlight}.yaml`);
  const flight = singleFlight === 'inflight' ? '{ inflight: { sources: [blog] } }' : `{ mode: "${singleFlight}" }`;
  await writeFile(
    path,
    `gateway: { port: ${port}, overlay: overlay.graphql, singleFlight: ${flight} }
sources: { blog: { protocol: openapi, document: blog.json, endpoint: "${backend}" } }
`,
  );
  return path;
}
