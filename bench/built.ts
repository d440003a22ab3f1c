import { mkdir, rm } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = new URL('../', import.meta.url);
const folder = new URL('node_modules/.selvage-bench/', root);

/**
 * A module of the gateway as its users run it. Under tsx each function is given its name anew whenever one is made, which costs a small call
 * a fifth more, and only a bench would pay it.
 */
export async function built(module: string): Promise<unknown> {
  await mkdir(folder, { recursive: true });
  const outfile = fileURLToPath(new URL(`${process.pid}.mjs`, folder));
  await build({
    ...{ absWorkingDir: fileURLToPath(root), entryPoints: [module], outfile, bundle: true },
    ...{ format: 'esm', platform: 'node', target: 'node20.19', packages: 'external' },
  });
  const imported: unknown = await import(pathToFileURL(outfile).href);
  await rm(outfile);
  return imported;
}
