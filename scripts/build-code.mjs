import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = new URL('../', import.meta.url);
const output = new URL('dist/', root);
const { dependencies } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'));

/** Of the packages, what a start is not to look for in its many files. All others are the installation's. */
const within = ['chokidar', 'commander', 'dataloader', 'js-yaml', 'lru-cache', 'pino', 'undici', 'yaml', 'zod'];

/** graphql, and what must have the same one. */
const graphql = [
  'graphql',
  ...Object.keys(dependencies).filter(name => /^(graphql-yoga|@graphql-tools\/.+)$/.test(name)),
];

// A process that embeds the gateway has a graphql already; the command line's own has none.
await bundle({ gateway: 'src/gateway.ts' }, within);
await bundle({ main: 'src/cli/main.ts' }, [...within, ...graphql]);

/**
 * Bundles an entry into `dist/`: a start reads few files, and what is imported when it is needed stays in files of its own (ADR 24).
 * @param {Record<string, string>} entryPoints
 * @param {readonly string[]} inside the packages that are bundled too
 */
function bundle(entryPoints, inside) {
  return build({
    entryPoints,
    absWorkingDir: fileURLToPath(root),
    outdir: fileURLToPath(output),
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    mainFields: ['module', 'main'],
    alias: { yaml: fileURLToPath(new URL('node_modules/yaml/browser/index.js', root)) }, // its modules; those for Node.js are CommonJS
    external: Object.keys(dependencies).flatMap(name => (inside.includes(name) ? [] : [name, `${name}/*`])),
    banner: {
      js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
    },
    sourcemap: true,
    sourcesContent: false,
  });
}

/** What other builds put there. A gateway that was started before goes on importing the parts of its own build, for a day. */
const others = new Set(['graphiql', 'types', '.built']);
const yesterday = Date.now() - 24 * 60 * 60 * 1000;
for (const name of readdirSync(output)) {
  const file = new URL(name, output);
  const isOurs = statSync(file).isFile() && statSync(file).mtimeMs > yesterday;
  if (!isOurs && !others.has(name)) rmSync(file, { recursive: true });
}
