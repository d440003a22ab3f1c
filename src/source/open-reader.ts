import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Checked, checked, refused } from '../base/checked.ts';
import { decodeText } from './decode-text.ts';
import { readWithinRoots, resolveRoots } from './file-access.ts';
import { readFromAllowedHost } from './http-access.ts';
import type { DocumentReader, SourceBytes, SourceText } from './reader.ts';
import { isUrl, refusal, systemCode } from './refusal.ts';
import type { Source } from './source.ts';

export interface ReaderLimits {
  /** Bytes of one text. */
  readonly bytes: number;
  /** Bytes of all texts of the source. */
  readonly totalBytes: number;
  /** Number of texts. */
  readonly texts: number;
  /** Milliseconds for one text from a URL. */
  readonly timeout: number;
  /** Entries of a folder and the folders in it. */
  readonly entries: number;
}

const defaultReaderLimits: ReaderLimits = {
  bytes: 64 * 1024 * 1024,
  totalBytes: 256 * 1024 * 1024,
  texts: 10_000,
  timeout: 15_000,
  entries: 20_000,
};

/** A reader for one source: what it may reach is fixed when it is opened. */
export function openReader(source: Source, limits: Partial<ReaderLimits> = {}): DocumentReader {
  return new ConfinedReader(source, { ...defaultReaderLimits, ...limits });
}

class ConfinedReader implements DocumentReader {
  readonly #source: Source;
  readonly #limits: ReaderLimits;
  readonly #read = new Map<string, Promise<Checked<SourceText>>>();
  readonly #roots: Promise<readonly string[]>;
  #bytes = 0;

  constructor(source: Source, limits: ReaderLimits) {
    this.#source = source;
    this.#limits = limits;
    this.#roots = resolveRoots(source);
  }

  async read(reference: string, base?: string): Promise<Checked<SourceText>> {
    const address = addressOf(reference, base);
    if (address === undefined) {
      return refused(
        refusal('DOCUMENT_OUTSIDE_ROOT', [base ?? reference], `"${reference}" names no file and no http(s) URL.`),
      );
    }
    const known = this.#read.get(address);
    if (known) return known;
    if (this.#read.size >= this.#limits.texts) {
      return refused(
        refusal('DOCUMENT_TOO_LARGE', [address], `The document is spread over more than ${this.#limits.texts} files.`),
      );
    }
    const reading = this.#readAddress(address);
    this.#read.set(address, reading);
    return reading;
  }

  async readBytes(reference: string): Promise<Checked<SourceBytes>> {
    const address = addressOf(reference, undefined);
    if (address !== undefined) return this.#bytesAt(address);
    return refused(refusal('DOCUMENT_OUTSIDE_ROOT', [reference], `"${reference}" names no file and no http(s) URL.`));
  }

  async list(folder: string, extension: string): Promise<Checked<readonly string[]>> {
    const found: string[] = [];
    const queue = [folder];
    let seen = 0;
    try {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        const entries = (await readdir(next, { withFileTypes: true })).sort((a, b) => (a.name < b.name ? -1 : 1));
        seen += entries.length;
        if (seen > this.#limits.entries) {
          return refused(
            refusal('DOCUMENT_TOO_LARGE', [folder], `The folder has more than ${this.#limits.entries} entries.`),
          );
        }
        for (const entry of entries) {
          if (entry.isDirectory()) queue.push(join(next, entry.name));
          else if (entry.isFile() && entry.name.endsWith(extension)) found.push(join(next, entry.name));
        }
      }
    } catch (error) {
      return refused(refusal('DOCUMENT_UNREADABLE', [folder], `The folder cannot be read (${systemCode(error)}).`));
    }
    return checked(found);
  }

  async isFolder(address: string): Promise<boolean> {
    if (isUrl(address)) return false;
    return (await stat(address).catch(() => undefined))?.isDirectory() ?? false;
  }

  async #readAddress(address: string): Promise<Checked<SourceText>> {
    const outcome = await this.#bytesAt(address);
    return outcome.ok
      ? checked({ address: outcome.value.address, text: decodeText(outcome.value.bytes) }, outcome.diagnostics)
      : outcome;
  }

  async #bytesAt(address: string): Promise<Checked<SourceBytes>> {
    const outcome = isUrl(address)
      ? await readFromAllowedHost(new URL(address), this.#source, this.#limits)
      : await readWithinRoots(address, await this.#roots, this.#limits.bytes);
    if (!outcome.ok) return outcome;
    this.#bytes += outcome.value.bytes.length;
    if (this.#bytes <= this.#limits.totalBytes) return outcome;
    return refused(
      refusal(
        'DOCUMENT_TOO_LARGE',
        [address],
        `The source's documents have more than ${this.#limits.totalBytes} bytes.`,
      ),
    );
  }
}

/** An absolute path or URL; undefined for other schemes, and for a file that a remote document refers to. */
function addressOf(reference: string, base: string | undefined): string | undefined {
  const withoutFragment = reference.replace(/#.*$/s, '');
  if (isUrl(withoutFragment)) return URL.canParse(withoutFragment) ? withoutFragment : undefined;
  if (base !== undefined && isUrl(base)) {
    if (/^[A-Za-z][A-Za-z0-9+.-]*:/.test(withoutFragment)) return undefined;
    return URL.canParse(withoutFragment, base) ? new URL(withoutFragment, base).href : undefined;
  }
  if (/^file:\/\//i.test(withoutFragment)) return pathOfFileUrl(withoutFragment);
  if (/^[A-Za-z][A-Za-z0-9+.-]+:/.test(withoutFragment)) return undefined;
  if (withoutFragment.includes('\0')) return undefined;
  return join(withoutFragment.startsWith('/') || base === undefined ? '' : join(base, '..'), withoutFragment);
}

function pathOfFileUrl(url: string): string | undefined {
  try {
    return fileURLToPath(url);
  } catch {
    return undefined; // a host, a broken escape or an encoded slash in it
  }
}
