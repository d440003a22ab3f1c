import { readdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { build } from 'vite';

const root = new URL('../src/console/', import.meta.url);
const output = new URL('../dist/graphiql/', import.meta.url);

/** Builds the GraphiQL page from `src/console/` into `dist/graphiql/`: hashed files, each with a compressed twin where that is smaller. */
export async function buildGraphiql(): Promise<void> {
  await build({
    configFile: false,
    root: fileURLToPath(root),
    base: '/graphql/',
    logLevel: 'warn',
    worker: { format: 'es' },
    build: {
      outDir: fileURLToPath(output),
      emptyOutDir: true,
      target: 'es2022',
      modulePreload: false,
      reportCompressedSize: false,
      chunkSizeWarningLimit: 10_000,
      rolldownOptions: {
        // React libraries mark files "use client" for servers; in a bundle for browsers the mark means nothing
        onwarn: (warning, print) => (warning.code === 'MODULE_LEVEL_DIRECTIVE' ? undefined : print(warning)),
      },
    },
  });
  const assets = new URL('assets/', output);
  const names = await readdir(assets);
  await Promise.all(names.map(name => compress(new URL(name, assets))));
}

async function compress(file: URL): Promise<void> {
  const content = await readFile(file);
  const compressed = await promisify(gzip)(content, { level: 9 });
  if (compressed.length < content.length) await writeFile(new URL(`${file.href}.gz`), compressed);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildGraphiql();
