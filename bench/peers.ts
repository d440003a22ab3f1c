import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { blogDocument } from './documents/blog.ts';
import type { Place } from './place.ts';
import type { System } from './systems.ts';

const path = (relative: string) => fileURLToPath(new URL(`peers/${relative}`, import.meta.url));
const compose = path('node_modules/@graphql-mesh/compose-cli/esm/bin.js');
const hive = path('node_modules/@graphql-hive/gateway/dist/bin.js');
const tailcall = path('node_modules/@tailcallhq/core-linux-x64-gnu/bin/tailcall');
const glibc = path('glibc/usr/lib/x86_64-linux-gnu');

const measuredOn = new Set(['q1', 'q2', 'w2']);
const peer = (name: string, command: System['command']): System => ({
  name,
  lane: null,
  command,
  without: ({ name }) => (measuredOn.has(name) ? undefined : 'other makers are measured on Q1, Q2 and W2'),
});

/** The other makers' gateways that `npm run bench:peers` has installed. */
export const peers: readonly System[] = [
  ...(existsSync(hive) && existsSync(compose) ? [peer('hive', hiveCommand)] : []),
  ...(existsSync(tailcall)
    ? [
        peer('tailcall', place => tailcallCommand(place, false)),
        peer('tailcall-dedupe', place => tailcallCommand(place, true)),
      ]
    : []),
];

/** Hive Gateway with omnigraph, as Mesh's manual has it: composed from the OpenAPI document, joined by `@resolveTo`. */
async function hiveCommand(place: Place): Promise<readonly string[]> {
  const supergraph = join(place.folder, `hive-${place.set}.graphql`);
  if (!existsSync(supergraph)) await composeSupergraph(place, supergraph);
  return [process.execPath, hive, 'supergraph', supergraph, '--host', '127.0.0.1', '--port', String(place.port)];
}

async function composeSupergraph(place: Place, output: string): Promise<void> {
  const { folder, set, rest } = place;
  const resolveTo =
    set === 'slow'
      ? 'sourceFieldName: "user", requiredSelectionSet: "{ userId }", sourceArgs: { id: "{root.userId}" }'
      : 'sourceFieldName: "users", keyField: "userId", keysArg: "id"';
  const source = join(folder, `hive-${set}.json`);
  await writeFile(source, JSON.stringify(blogDocument(place)));
  const openapi = createRequire(path('package.json')).resolve('@omnigraph/openapi');
  const config = join(folder, `hive-${set}.mjs`);
  await writeFile(
    config,
    `import openapi from ${JSON.stringify(openapi)};
export const composeConfig = {
  subgraphs: [{ sourceHandler: openapi.loadOpenAPISubgraph('blog', ${JSON.stringify({ source, endpoint: rest })}) }],
  additionalTypeDefs: \`extend type Post { user: User @resolveTo(sourceName: "blog", sourceTypeName: "Query", ${resolveTo}) }\`,
};
`,
  );
  await promisify(execFile)(process.execPath, [compose, '-c', config, '-o', output], { cwd: folder });
}

/** Tailcall with users in batches where they come in batches. With `dedupe`, as its published figures have it, equal calls share one. */
async function tailcallCommand({ folder, set, rest, port }: Place, dedupe: boolean): Promise<readonly string[]> {
  const shared = dedupe ? ', dedupe: true' : '';
  const [batch, user] =
    set === 'slow'
      ? ['', `url: "${rest}/users/{{.value.userId}}"`]
      : [
          ', batch: { delay: 1, maxSize: 1000 }',
          `url: "${rest}/users", query: [{ key: "id", value: "{{.value.userId}}" }], batchKey: ["id"]`,
        ];
  const config = join(folder, `tailcall-${port}.graphql`);
  await writeFile(
    config,
    `schema @server(port: ${port}, hostname: "127.0.0.1") @upstream(httpCache: 0${batch}) { query: Query }
type Query { posts: [Post] @http(url: "${rest}/posts"${shared}) }
type Post { id: Int! userId: Int! title: String! body: String user: User @http(${user}${shared}) }
type User { id: Int! name: String email: String }
`,
  );
  const loader = existsSync(glibc) ? [join(glibc, 'ld-linux-x86-64.so.2'), '--library-path', glibc] : [];
  return [...loader, tailcall, 'start', config];
}
