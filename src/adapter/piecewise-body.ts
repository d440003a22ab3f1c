import { Readable } from 'node:stream';

/** A body that is sent piece by piece and never joined. */
export interface BodyPieces {
  /** Of all of them, in bytes: the Content-Length. Undefined where that is not known yet: the body is chunked (RFC 9112, 7.1). */
  readonly size: number | undefined;
  /** Bytes; or bytes that are still coming, which can be sent once. */
  readonly pieces: readonly (Uint8Array | AsyncIterableIterator<Uint8Array>)[];
}

/** The pieces as undici takes a body, as fast as it takes them. What comes is let go of where the body is destroyed, begun or not. */
export class PiecewiseBody extends Readable {
  readonly #pieces: BodyPieces['pieces'];
  #at = 0;

  constructor({ pieces }: BodyPieces) {
    super({ highWaterMark: 64 * 1024 });
    this.#pieces = pieces;
  }

  override _read(): void {
    const piece = this.#pieces[this.#at];
    if (piece === undefined) this.push(null);
    else if (piece instanceof Uint8Array) {
      this.#at += 1;
      if (piece.length === 0) this._read();
      else this.push(piece);
    } else
      piece.next().then(
        ({ done, value }) => {
          if (done) this.#at += 1;
          if (done || value.length === 0) this._read();
          else this.push(value);
        },
        (error: Error) => this.destroy(error),
      );
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    for (const piece of this.#pieces.slice(this.#at)) if (!(piece instanceof Uint8Array)) void piece.return?.();
    done(error);
  }
}
