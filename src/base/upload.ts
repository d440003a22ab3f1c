/** A file that a client sends, while it comes and after. It is never written to. */
export interface UploadedFile {
  /** As the client calls it, without folders; empty where it has no name, or has not begun. */
  readonly filename: string;
  /** As the client says, without parameters; unchecked. */
  readonly contentType: string;
  /** In bytes; undefined as long as more of it may come. */
  readonly size: number | undefined;
  /** Files come in the order of it; of those that have not begun, it is a guess. */
  readonly order: number;
  /** Some of it was passed on and let go of: it cannot be read again. */
  readonly isSpent: boolean;
  /** Resolves when the file has begun. `reader`: who waits for it, where that is one of its readers. Rejects with a GatewayError where it does not come. */
  begun(reader?: object): Promise<void>;
  /** Resolves when all of the file is here, or as much as is held of files that nobody reads. Rejects as `begun` does. */
  settled(): Promise<void>;
  /** Its pieces; undefined unless all of it is here. They are there to be sent again. */
  whole(): readonly Uint8Array[] | undefined;
  /**
   * Its bytes as they come, once; what the one who reads does not take is not taken from the client. One who reads several files reads one
   * after the other (`reader` tells who it is). Throws a GatewayError where the file is spent. What is returned early is let go of.
   */
  read(reader: object): AsyncIterableIterator<Uint8Array>;
}

let last = 0;

/**
 * A file that a client sends beside its operation (GraphQL multipart request specification), at one place of the variables. It is a value of
 * the scalar `File` and of nothing else: whoever takes it as that says so (`take`), and what nobody has taken is refused.
 */
export class Upload {
  readonly file: UploadedFile;
  /** `variables.input.photo`. */
  readonly place: string;
  #isTaken = false;
  readonly #number: number;

  constructor(file: UploadedFile, place: string) {
    last += 1;
    this.file = file;
    this.place = place;
    this.#number = last;
  }

  take(): this {
    this.#isTaken = true;
    return this;
  }

  get isTaken(): boolean {
    return this.#isTaken;
  }

  /** Wishes and variables are compared as JSON: no two uploads are one, whatever is in them, and none of it is told. */
  toJSON(): string {
    return `(file ${this.#number})`;
  }
}
