import type { Readable } from 'node:stream';
import type { GatewayError } from '../../base/error.ts';
import type { UploadedFile } from '../../base/upload.ts';
import { ArrivingFile, type Delivery, type FileHead, mostLag } from './arriving-file.ts';

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
export class Arrivals implements Delivery {
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
    if (file.isStarted) {
      if (file.bytes >= mostLag) file.pause();
    } else if (this.#held >= this.#mostHeld && !this.#makeRoom()) {
      file.pause();
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

  get isFull(): boolean {
    return [...this.#files.values()].some(file => file.isPaused && !file.isStarted);
  }

  get isSettled(): boolean {
    return this.#isSettled;
  }

  until(file: ArrivingFile, isMet: () => boolean, reader?: object): Promise<void> {
    if (this.#failure) return Promise.reject(this.#failure);
    if (isMet()) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.#waiting.add({ file, reader, isMet, resolve, reject });
      this.look();
    });
  }

  release(file: ArrivingFile, bytes: number): void {
    this.#held -= bytes;
    for (const each of this.#files.values())
      if (each.isStarted ? each.bytes < mostLag : each.isUnwanted || this.#held < this.#mostHeld) each.resume();
    if (file.isUnwanted) file.resume();
  }

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
