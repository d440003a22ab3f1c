import { open } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { ConfigTree, KeyPath } from './config-tree.ts';

const maxBytes = 4 * 1024 * 1024;

/** A file that the configuration names, relative to `folder`. What is wrong with it is told where it is named; undefined then. */
export async function readTextFile(
  name: string,
  folder: string,
  tree: ConfigTree,
  path: KeyPath,
): Promise<{ readonly file: string; readonly text: string } | undefined> {
  const file = resolve(folder, name);
  try {
    const handle = await open(file, 'r');
    try {
      if ((await handle.stat()).size <= maxBytes) return { file, text: await handle.readFile('utf8') };
      tree.wrong(path, `The file ${file} has more than ${maxBytes} bytes.`);
    } finally {
      await handle.close();
    }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    tree.wrong(
      path,
      `The file ${file} cannot be read (${code}).`,
      'check the path; it is relative to the configuration',
    );
  }
  return undefined;
}
