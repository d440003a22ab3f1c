import type { Readable } from 'node:stream';
import { GatewayError } from '../../base/error.ts';
import type { UploadedFile } from '../../base/upload.ts';

/** What a part says of the file that it is. */
export interface FileHead {
  readonly filename: string;
  readonly contentType: string;
}

/** Bytes of a file that is being read which wait for whoever reads it; the client is not read on before they are fewer. */
export const mostLag = 64 * 1024;

/** All files of the request that a file comes with, as far as it depends on them. */
export interface Delivery {
  /** Why nothing more is read of any. */
  readonly failure: GatewayError | undefined;
  /** Has all come, or as much as may be held? */
  readonly isSettled: boolean;
  /** Does a file that nobody reads wait for room? */
  readonly isFull: boolean;
  /** Waits within the same tick where there is nothing to wait for. */
  until(file: ArrivingFile, isMet: () => boolean, reader?: object): Promise<void>;
  /** So many bytes of the file are held no more. */
  release(file: ArrivingFile, bytes: number): void;
  /** Whoever waits for what is there now goes on. */
  look(): void;
  /** More would have to be held than may be. */
  refuse(): void;
}

/** One file of a request: its bytes that have come and were not read yet, and whether its client is read on. */
export class ArrivingFile implements UploadedFile {
  readonly #delivery: Delivery;
  readonly #uses: number;
  #head: FileHead = { filename: '', contentType: '' };
  #stream: Readable | undefined;
  #chunks: Buffer[] = [];
  #isWhole = false;
  #taken = 0;
  order: number;
  /** Held. */
  bytes = 0;
  isPaused = false;
  isSpent = false;
  /** Nobody wants what is left of it. */
  isUnwanted = false;
  /** Whoever asked for it reads. */
  isStarted = false;
  /** Who asked for it as it comes. */
  reader: object | undefined;

  constructor(delivery: Delivery, order: number, uses: number) {
    this.#delivery = delivery;
    this.#uses = uses;
    this.order = order;
  }

  get filename(): string {
    return this.#head.filename;
  }

  get contentType(): string {
    return this.#head.contentType;
  }

  get hasBegun(): boolean {
    return this.#stream !== undefined;
  }

  get size(): number | undefined {
    return this.#isWhole && !this.isSpent ? this.bytes : undefined;
  }

  /** Was it sent, whole, wherever it stands? */
  get isDone(): boolean {
    return this.#isWhole && this.#taken >= this.#uses;
  }

  begun(reader?: object): Promise<void> {
    return this.#delivery.until(this, () => this.hasBegun, reader);
  }

  settled(): Promise<void> {
    return this.#delivery.until(this, () => this.#delivery.isSettled && (this.#isWhole || this.#delivery.isFull));
  }

  whole(): readonly Uint8Array[] | undefined {
    if (this.size === undefined) return undefined;
    this.#taken += 1;
    return this.#chunks;
  }

  read(reader: object): AsyncIterableIterator<Uint8Array> {
    const whole = this.whole();
    if (whole) return again(whole);
    if (this.isSpent) throw spent();
    if (this.#uses > 1) this.#delivery.refuse();
    const { failure } = this.#delivery;
    if (failure) throw failure;
    this.isSpent = true;
    this.reader = reader;
    const next = async (): Promise<IteratorResult<Uint8Array, undefined>> => {
      if (!this.isStarted) this.#start();
      await this.#delivery.until(this, () => this.#chunks.length > 0 || this.#isWhole || this.isUnwanted, reader);
      const chunk = this.isUnwanted ? undefined : this.#chunks.shift();
      if (!chunk) return { done: true, value: undefined };
      this.bytes -= chunk.length;
      this.#delivery.release(this, chunk.length);
      return { done: false, value: chunk };
    };
    const reading: AsyncIterableIterator<Uint8Array> = {
      [Symbol.asyncIterator]: () => reading,
      next,
      return: async () => {
        this.#delivery.release(this, this.drop());
        this.#delivery.look();
        return { done: true, value: undefined };
      },
    };
    return reading;
  }

  #start(): void {
    this.isStarted = true;
    if (this.bytes < mostLag) this.resume();
    this.#delivery.look();
  }

  begin(stream: Readable, head: FileHead, order: number): void {
    this.#stream = stream;
    this.#head = head;
    this.order = order;
  }

  keep(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.bytes += chunk.length;
  }

  end(): void {
    this.#isWhole = true;
    this.isPaused = false;
  }

  /** Holds nothing of it any more; returns how many bytes it held. */
  drop(): number {
    const { bytes } = this;
    this.#chunks = [];
    this.bytes = 0;
    this.isSpent = true;
    this.isUnwanted = true;
    return bytes;
  }

  pause(): void {
    if (this.#isWhole || this.isPaused) return;
    this.isPaused = true;
    this.#stream?.pause();
  }

  resume(): void {
    if (!this.isPaused) return;
    this.isPaused = false;
    this.#stream?.resume();
  }
}

function spent(): GatewayError {
  return new GatewayError(
    'BAD_USER_INPUT',
    'A file that is too large to be held was read before: it was sent on as it came, and cannot be sent again.',
  );
}

async function* again(pieces: readonly Uint8Array[]): AsyncGenerator<Uint8Array, undefined> {
  yield* pieces;
}
