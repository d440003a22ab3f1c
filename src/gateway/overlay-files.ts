import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Checked, unlessErrors } from '../base/checked.ts';
import type { Diagnostic } from '../base/diagnostic.ts';
import type { SourceText } from '../source/reader.ts';
import { baseOf, matchesPath } from './path-glob.ts';

const maxBytes = 4 * 1024 * 1024;
const maxEntries = 20_000;

/** The overlay's texts: of every file that a glob matches, once, in order of their paths. A file named without `*` must be there. */
export async function readOverlay(globs: readonly string[]): Promise<Checked<readonly SourceText[]>> {
  const diagnostics: Diagnostic[] = [];
  const found = await Promise.all(globs.map(glob => (glob.includes('*') ? filesOf(glob) : [glob])));
  const texts: SourceText[] = [];
  for (const address of [...new Set(found.flat())].sort()) {
    try {
      const { size } = await stat(address);
      if (size > maxBytes)
        diagnostics.push(refusal('DOCUMENT_TOO_LARGE', address, `The file has more than ${maxBytes} bytes.`));
      else texts.push({ address, text: await readFile(address, 'utf8') });
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
      const missing = code === 'ENOENT';
      const message = missing ? 'There is no such overlay file.' : `The overlay file cannot be read (${code}).`;
      diagnostics.push(refusal(missing ? 'DOCUMENT_NOT_FOUND' : 'DOCUMENT_UNREADABLE', address, message));
    }
  }
  return unlessErrors(texts, diagnostics);
}

async function filesOf(glob: string): Promise<string[]> {
  const files: string[] = [];
  const folders = [baseOf(glob)];
  const deep = glob.slice(baseOf(glob).length + 1).includes('/');
  let seen = 0;
  for (let folder = folders.shift(); folder !== undefined && seen < maxEntries; folder = folders.shift()) {
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
    seen += entries.length;
    for (const entry of entries) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) {
        if (deep) folders.push(path);
      } else if (matchesPath(path, glob)) files.push(path);
    }
  }
  return files;
}

function refusal(code: Diagnostic['code'], address: string, message: string): Diagnostic {
  return { severity: 'error', code, message, at: [address], hint: 'check gateway.overlay in the configuration' };
}
