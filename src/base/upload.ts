/** A file as it came: kept in pieces, and never written to. */
export interface UploadedFile {
  /** As the client calls it, without folders; empty where it has no name. */
  readonly filename: string;
  /** As the client says, without parameters; unchecked. */
  readonly contentType: string;
  /** In bytes. */
  readonly size: number;
  readonly chunks: readonly Uint8Array[];
}

let last = 0;

/**
 * A file that a client sent beside its operation (GraphQL multipart request specification), at one place of the variables. It is a value of
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
