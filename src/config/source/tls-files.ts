import type { TlsOptions } from '../../source/source.ts';
import type { ConfigTree, KeyPath } from '../config-tree.ts';
import { readTextFile } from '../read-text-file.ts';

/** The texts of the files that `tls:` names; paths are relative to `folder`. */
export async function readTls(
  written: TlsOptions,
  folder: string,
  tree: ConfigTree,
  path: KeyPath,
): Promise<TlsOptions> {
  if ((written.cert === undefined) !== (written.key === undefined)) {
    tree.wrong(path, 'A client certificate needs both "cert" and "key".');
  }
  const texts: { ca?: string; cert?: string; key?: string; serverName?: string } = { ...written };
  for (const part of ['ca', 'cert', 'key'] as const) {
    const file = written[part];
    if (file !== undefined) texts[part] = await readPem(file, folder, tree, [...path, part]);
  }
  return texts;
}

/** The text of a file in PEM form; empty, and told, where it cannot be read. */
export async function readPem(written: string, folder: string, tree: ConfigTree, path: KeyPath): Promise<string> {
  const read = await readTextFile(written, folder, tree, path);
  if (read && !read.text.includes('-----BEGIN ')) tree.wrong(path, `The file ${read.file} is not in PEM form.`);
  return read?.text ?? '';
}
