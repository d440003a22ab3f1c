/**
 * A custom scalar on its way from a source's schema to the gateway's. The gateway parses what it is delivered with the
 * parser that checks clients' input, and stitch turns what fails there into a silent null; a backend's value is passed
 * on as it is, so it travels sealed. Nothing enumerable: stitch merges what looks like an object.
 */
export class Delivered {
  readonly #value: unknown;

  constructor(value: unknown) {
    this.#value = value;
  }

  static open(value: unknown): unknown {
    return value instanceof Delivered ? value.#value : value;
  }
}
