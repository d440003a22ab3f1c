import type { Readable } from 'node:stream';
import { GatewayError } from '../../base/error.ts';
import type { UploadedFile } from '../../base/upload.ts';

/** What a part says of the file that it is. */
interface FileHead {
  readonly filename: string;
  readonly contentType: string;
}

/** Bytes of a file that is being read which wait for whoever reads it; the client is not read on before they are fewer. */
const mostLag = 64 * 1024;

/** Who waits for what of a file. */
interface Waiting {
  readonly file: ArrivingFile;
  readonly reader: object | undefined;
  isMet(): boolean;
  resolve(): void;
  reject(error: GatewayError): void;
}

/**
 * The files of one request while they come, one after the other. What is read flows on as fast as its reader takes it. What nobody reads yet
 * is held, up to `mostHeld` bytes; then the client waits. Where it would wait for ever (the operation reads a later file first), the request
 * is refused.
 */
export class Arrivals {
  readonly #mostHeld: number;
  readonly #files = new Map<string, ArrivingFile>();
  readonly #waiting = new Set<Waiting>();
  readonly #refuse: () => void;
  #held = 0;
  #begun = 0;
  #isSettled = false;
  #failure: GatewayError | undefined;
  #isLooking = false;

  /** `uses`: by the name of the file's part, in how many places it stands. `refuse` is told that more would have to be held; it calls `fail`. */
  constructor(uses: ReadonlyMap<string, number>, mostHeld: number, refuse: () => void) {
    this.#mostHeld = mostHeld;
    this.#refuse = refuse;
    for (const [name, count] of uses) this.#files.set(name, new ArrivingFile(this, this.#files.size, count));
  }

  file(name: string): UploadedFile | undefined {
    return this.#files.get(name);
  }

  /** A file begins; false where none is expected of that name. */
  begin(name: string, stream: Readable, head: FileHead): boolean {
    const file = this.#files.get(name);
    if (!file) return false;
    file.begin(stream, head, this.#begun - this.#files.size); // those that have begun come before all others
    this.#begun += 1;
    this.look();
    return true;
  }

  take(name: string, chunk: Buffer): void {
    const file = this.#files.get(name);
    if (!file || file.isUnwanted || this.#failure) return;
    file.keep(chunk);
    this.#held += chunk.length;
    if (file.isStarted) file.pauseIf(file.bytes >= mostLag);
    else if (this.#held >= this.#mostHeld && !this.#makeRoom()) {
      file.pauseIf(true);
      this.#isSettled = true;
    }
    this.look();
  }

  end(name: string): void {
    this.#files.get(name)?.end();
    this.look();
  }

  /** All files have come; the name of one that has not. */
  finish(): string | undefined {
    for (const [name, file] of this.#files) if (!file.hasBegun) return name;
    this.#isSettled = true;
    this.look();
    return undefined;
  }

  /** Nothing more is kept of what comes, and whoever reads is told why. */
  fail(error: GatewayError): void {
    if (this.#failure) return;
    this.#failure = error;
    for (const file of this.#files.values()) this.release(file, file.drop());
    for (const waiting of this.#waiting) waiting.reject(error);
    this.#waiting.clear();
  }

  get failure(): GatewayError | undefined {
    return this.#failure;
  }

  /** Does a file that nobody reads wait for room? */
  get isFull(): boolean {
    return [...this.#files.values()].some(file => file.isPaused && !file.isStarted);
  }

  get isSettled(): boolean {
    return this.#isSettled;
  }

  /** Waits within the same tick where there is nothing to wait for. */
  until(file: ArrivingFile, isMet: () => boolean, reader?: object): Promise<void> {
    if (this.#failure) return Promise.reject(this.#failure);
    if (isMet()) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.#waiting.add({ file, reader, isMet, resolve, reject });
      this.look();
    });
  }

  /** So many bytes of the file are held no more. */
  release(file: ArrivingFile, bytes: number): void {
    this.#held -= bytes;
    for (const each of this.#files.values())
      if (each.isStarted ? each.bytes < mostLag : each.isUnwanted || this.#held < this.#mostHeld) each.resume();
    file.resumeIf(file.isUnwanted);
  }

  /** Whoever waits for what is there now goes on. */
  look(): void {
    for (const waiting of this.#waiting) {
      if (!waiting.isMet()) continue;
      this.#waiting.delete(waiting);
      waiting.resolve();
    }
    if (this.#waiting.size === 0 || this.#isLooking || !this.isFull) return;
    this.#isLooking = true;
    setImmediate(() => {
      this.#isLooking = false;
      if (this.#isStuck()) this.#refuse();
    });
  }

  refuse(): void {
    this.#refuse();
  }

  /**
   * Is there a file that waits for room, while what would read it waits for another? Of a file that somebody has asked for, it is he who must
   * wait; of one that nobody has asked for, anyone: the operation comes to it later, or never.
   */
  #isStuck(): boolean {
    const waiting = [...this.#waiting];
    return [...this.#files.values()].some(file => {
      if (!file.isPaused || file.isStarted || file.isUnwanted) return false;
      const { reader } = file;
      return waiting.some(each => each.file !== file && (reader === undefined || each.reader === reader));
    });
  }

  /** Files that were sent wherever they stand are only kept to be sent again. */
  #makeRoom(): boolean {
    for (const file of this.#files.values()) if (file.isDone) this.#held -= file.drop();
    return this.#held < this.#mostHeld;
  }
}

class ArrivingFile implements UploadedFile {
  readonly #arrivals: Arrivals;
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

  constructor(arrivals: Arrivals, order: number, uses: number) {
    this.#arrivals = arrivals;
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
    return this.#arrivals.until(this, () => this.hasBegun, reader);
  }

  settled(): Promise<void> {
    return this.#arrivals.until(this, () => this.#arrivals.isSettled && (this.#isWhole || this.#arrivals.isFull));
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
    if (this.#uses > 1) this.#arrivals.refuse();
    const { failure } = this.#arrivals;
    if (failure) throw failure;
    this.isSpent = true;
    this.reader = reader;
    const next = async (): Promise<IteratorResult<Uint8Array, undefined>> => {
      if (!this.isStarted) this.#start();
      await this.#arrivals.until(this, () => this.#chunks.length > 0 || this.#isWhole || this.isUnwanted, reader);
      const chunk = this.isUnwanted ? undefined : this.#chunks.shift();
      if (!chunk) return { done: true, value: undefined };
      this.bytes -= chunk.length;
      this.#arrivals.release(this, chunk.length);
      return { done: false, value: chunk };
    };
    const reading: AsyncIterableIterator<Uint8Array> = {
      [Symbol.asyncIterator]: () => reading,
      next,
      return: async () => {
        this.#arrivals.release(this, this.drop());
        this.#arrivals.look();
        return { done: true, value: undefined };
      },
    };
    return reading;
  }

  #start(): void {
    this.isStarted = true;
    this.resumeIf(this.bytes < mostLag);
    this.#arrivals.look();
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

  pauseIf(wanted: boolean): void {
    if (!wanted || this.#isWhole || this.isPaused) return;
    this.isPaused = true;
    this.#stream?.pause();
  }

  resumeIf(wanted: boolean): void {
    if (wanted) this.resume();
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
