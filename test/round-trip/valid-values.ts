import type { Random } from '../fuzz/random.ts';
import type { Documents, Place } from './documents.ts';
import type { TextPlace } from './random-value.ts';
import { Unfit } from './to-arguments.ts';
import { type Direction, Validity } from './validity.ts';
import { type Fullness, Impossible, ValueSource } from './value-source.ts';

/** Often enough for the values that exist: a value that is found after more is one in a thousand. */
const tries = 60;

/** Values of one document's schemas, each valid by them. */
export class ValidValues {
  readonly #documents: Documents;
  readonly #file: string;
  readonly #validity: Validities;
  /** Values of which a `oneOf` has no single branch: documents mean such alternatives, and forget that each of them allows what it does not name. */
  overlapping = 0;

  constructor(documents: Documents, file: string) {
    this.#documents = documents;
    this.#file = file;
    this.#validity = validityOf(documents, file);
  }

  /** What is wrong with a request's value, by what it was made by. */
  faults(schema: Place, value: unknown): string[] {
    const { strict, overlapping } = this.#validity.request;
    return strict.faults(schema, value).length === 0 ? [] : overlapping.faults(schema, value);
  }

  /** Throws Impossible where none is found. */
  valid(random: Random, direction: Direction, schema: Place, place: TextPlace): unknown {
    const { strict, overlapping } = this.#validity[direction];
    try {
      return this.#found(random, direction, schema, place, strict);
    } catch (error) {
      if (!(error instanceof Impossible)) throw error;
      const value = this.#found(random, direction, schema, place, overlapping);
      this.overlapping += 1;
      return value;
    }
  }

  #found(random: Random, direction: Direction, schema: Place, place: TextPlace, validity: Validity): unknown {
    let reason = 'no value';
    for (let attempt = 0; attempt < tries; attempt++) {
      try {
        const value = new ValueSource(this.#documents, this.#file, direction, random, place, manner(attempt)).value(
          schema,
        );
        const [fault] = validity.faults(schema, value);
        if (fault === undefined) return value;
        reason = `invalid: ${fault.replace(/^\S* /, '').replace(/ \(.*$/, '')}`;
      } catch (error) {
        if (!(error instanceof Impossible)) throw error;
        reason = error.message;
      }
    }
    throw new Impossible(reason);
  }

  /** A valid value of which something can be made: the last reason why not, where none is found. */
  fitting(
    random: Random,
    schema: Place | undefined,
    place: TextPlace,
    make: (value: unknown) => unknown,
    nullable = false,
  ): { value: unknown; made: unknown } {
    let reason: Error = new Impossible('no schema');
    for (let attempt = 0; attempt < tries; attempt++) {
      try {
        const value = schema
          ? this.valid(random, 'request', schema, place)
          : random.pick<unknown>(['free', { free: [1] }]);
        if (value === null && !nullable) continue;
        return { value, made: value === null ? null : make(value) };
      } catch (error) {
        if (!(error instanceof Unfit)) throw error;
        reason = error;
      }
    }
    throw reason;
  }
}

/** As documents are meant, first. */
function manner(attempt: number): Fullness {
  return attempt < 12 ? 'some' : attempt % 2 === 0 ? 'all' : 'none';
}

type Validities = Readonly<Record<Direction, Readonly<Record<'strict' | 'overlapping', Validity>>>>;

const validities = new WeakMap<Documents, Validities>();

/** Of each document, since schemas are compiled once. */
function validityOf(documents: Documents, file: string): Validities {
  const known = validities.get(documents);
  if (known) return known;
  const dialect = documents.dialect(file);
  const both = (direction: Direction) => ({
    strict: new Validity(documents, dialect, direction, false),
    overlapping: new Validity(documents, dialect, direction, true),
  });
  const made = { request: both('request'), response: both('response') };
  validities.set(documents, made);
  return made;
}
