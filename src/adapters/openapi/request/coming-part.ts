import type { UploadedFile } from '../../../base/upload.ts';

/** A part that is a file which still comes: its head, which is known when the file has begun, then its bytes. */
export class ComingPart implements AsyncIterableIterator<Uint8Array> {
  readonly #file: UploadedFile;
  readonly #bytes: AsyncIterableIterator<Uint8Array>;
  readonly #reader: object;
  #head: (() => Uint8Array) | undefined;

  /** `reader`: who reads the files of the whole body. The file is asked for at once. */
  constructor(file: UploadedFile, head: () => Uint8Array, reader: object) {
    this.#file = file;
    this.#bytes = file.read(reader);
    this.#head = head;
    this.#reader = reader;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<Uint8Array, undefined>> {
    if (!this.#head) return this.#bytes.next();
    await this.#file.begun(this.#reader);
    const value = this.#head();
    this.#head = undefined;
    return { done: false, value };
  }

  async return(): Promise<IteratorResult<Uint8Array, undefined>> {
    await this.#bytes.return?.();
    return { done: true, value: undefined };
  }
}
