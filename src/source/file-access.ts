import { open, realpath } from 'node:fs/promises';
import { dirname, isAbsolute, relative } from 'node:path';
import { type Checked, checked, refused } from '../base/checked.ts';
import type { SourceBytes } from './reader.ts';
import { isUrl, refusal, systemCode } from './refusal.ts';
import type { Source } from './source.ts';

/** The folders that a source's references may reach, symbolic links resolved; none where its document is a URL and nothing widens it. */
export async function resolveRoots(source: Source): Promise<readonly string[]> {
  const { document } = source;
  const { root, include } = source.options;
  const own = root === undefined && document !== undefined && !isUrl(document) ? [ownFolder(document)] : [];
  const wanted = [...(root === undefined ? [] : [root]), ...include].map(folderOf);
  const roots = await Promise.all([...own, ...wanted]);
  return roots.filter(root => root !== undefined);
}

/** A document that is not there yet may be written before it is read: then it lies in the folder it is named in. */
async function ownFolder(document: string): Promise<string | undefined> {
  return (await folderOf(document)) ?? (await folderOf(dirname(document)));
}

async function folderOf(address: string): Promise<string | undefined> {
  try {
    const path = await realpath(address);
    const handle = await open(path, 'r');
    try {
      // The document itself may be reached through a symbolic link: its folder is the one it is named in.
      return (await handle.stat()).isDirectory() ? path : await realpath(dirname(address));
    } finally {
      await handle.close();
    }
  } catch {
    return undefined; // reported when something is read from it
  }
}

/** Reads a file whose real path lies in one of the roots. References are URI references as often as paths, so both readings are tried. */
export async function readWithinRoots(
  address: string,
  roots: readonly string[],
  maxBytes: number,
): Promise<Checked<SourceBytes>> {
  let outcome = await readFile(address, roots, maxBytes);
  for (const spelling of otherSpellings(address)) {
    if (outcome.ok || outcome.diagnostics[0]?.code !== 'DOCUMENT_NOT_FOUND') break;
    const other = await readFile(spelling, roots, maxBytes);
    if (other.ok) outcome = other;
  }
  return outcome;
}

function otherSpellings(address: string): string[] {
  const spellings: string[] = [];
  if (address.includes('\\')) spellings.push(address.replaceAll('\\', '/'));
  if (address.includes('%') && !/%00/.test(address)) {
    try {
      spellings.push(decodeURIComponent(address));
    } catch {
      // not percent-encoded after all
    }
  }
  return spellings;
}

async function readFile(address: string, roots: readonly string[], maxBytes: number): Promise<Checked<SourceBytes>> {
  let path: string;
  try {
    path = await realpath(address);
  } catch (error) {
    const missing = systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR';
    if (!missing) return refused(unreadable(address, error));
    // Outside the roots, "not there" would tell what is there.
    const folder = await nearestFolder(address);
    return refused(isWithin(folder, roots) || roots.length === 0 ? notFound(address) : outside(address, roots));
  }
  if (!isWithin(path, roots)) return refused(outside(address, roots));
  try {
    const handle = await open(path, 'r');
    try {
      const status = await handle.stat();
      if (!status.isFile()) return refused(refusal('DOCUMENT_UNREADABLE', [address], 'This is not a file.'));
      if (status.size > maxBytes) {
        return refused(refusal('DOCUMENT_TOO_LARGE', [address], `The file has more than ${maxBytes} bytes.`));
      }
      return checked({ address, bytes: await handle.readFile() });
    } finally {
      await handle.close();
    }
  } catch (error) {
    return refused(unreadable(address, error));
  }
}

/** The innermost folder above a missing file that is there, symbolic links resolved: the roots are resolved, too. */
async function nearestFolder(address: string): Promise<string> {
  for (let folder = dirname(address); ; folder = dirname(folder)) {
    const found = await realpath(folder).catch(() => undefined);
    if (found !== undefined) return found;
    if (folder === dirname(folder)) return folder;
  }
}

function isWithin(path: string, roots: readonly string[]): boolean {
  return roots.some(root => {
    const way = relative(root, path);
    return way === '' || (way !== '..' && !way.startsWith('../') && !isAbsolute(way));
  });
}

function notFound(address: string) {
  return refusal(
    'DOCUMENT_NOT_FOUND',
    [address],
    'There is no such file.',
    'check the path; it is relative to the file that names it',
  );
}

function outside(address: string, roots: readonly string[]) {
  const allowed = roots.length === 0 ? 'No folder is allowed' : `Allowed: ${roots.join(', ')}`;
  return refusal(
    'DOCUMENT_OUTSIDE_ROOT',
    [address],
    `The file lies outside the folders that this source may read. ${allowed}.`,
    'widen them with `root:` or `include:` if it belongs to the source',
  );
}

function unreadable(address: string, error: unknown) {
  return refusal('DOCUMENT_UNREADABLE', [address], `The file cannot be read (${systemCode(error)}).`);
}
