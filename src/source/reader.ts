import type { Checked } from '../base/checked.ts';

/** One text that was read, under the address it was found at: an absolute path or a URL. */
export interface SourceText {
  readonly address: string;
  readonly text: string;
}

/** What was read, where it is no text. */
export interface SourceBytes {
  readonly address: string;
  readonly bytes: Uint8Array;
}

/** Reads a source's documents and what they refer to, within its root, its allowed hosts and its budget. */
export interface DocumentReader {
  /**
   * Reads `reference`, relative to `base` (the address of the text that refers to it; absent for the source's own document). The same
   * address is read once.
   *
   * Refusals: DOCUMENT_NOT_FOUND, DOCUMENT_UNREADABLE, DOCUMENT_OUTSIDE_ROOT, DOCUMENT_HOST_NOT_ALLOWED, DOCUMENT_UNREACHABLE,
   * DOCUMENT_TIMEOUT, DOCUMENT_REFUSED (the host's own refusal, redirects among them), DOCUMENT_TOO_LARGE.
   */
  read(reference: string, base?: string): Promise<Checked<SourceText>>;
  /** The same for a source's own document that is no text; nothing refers to it, and it is not kept. */
  readBytes(address: string): Promise<Checked<SourceBytes>>;
  /** The files of a folder and the folders in it that end in `extension`, in order of their names. */
  list(folder: string, extension: string): Promise<Checked<readonly string[]>>;
  /** Is this address a folder? */
  isFolder(address: string): Promise<boolean>;
}
