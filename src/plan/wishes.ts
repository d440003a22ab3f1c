import type { Batching, Lookup } from '../supergraph/links/lookup.ts';
import { walk } from '../supergraph/links/template.ts';
import { coerceKeys, keyOf, nothing, type Read, sharedArguments, wishOf } from '../supergraph/reference/wish.ts';
import type { Found, KnownKeys } from './known-keys.ts';
import type { CompiledWanted } from './wanted.ts';

/** What a parent's wish comes to: one thing, or a list of which each key has its place. */
export type Outcome = Found | readonly (Found | null)[];

type Arguments = Readonly<Record<string, unknown>>;

/** Makes the wishes of one step's parents. */
export class Wishes {
  readonly #wanted: CompiledWanted;
  readonly #args: Arguments;
  readonly #keysFor: (asked: Arguments) => KnownKeys;
  /** Of all parents that ask with the same arguments, which are made once. */
  #shared: KnownKeys | undefined;

  /** `args`: of the link's field. `keysFor`: what is known of keys that are asked for with these arguments. */
  constructor(wanted: CompiledWanted, args: Arguments, keysFor: (asked: Arguments) => KnownKeys) {
    this.#wanted = wanted;
    this.#args = args;
    this.#keysFor = keysFor;
  }

  /** Of a parent of which only this value is read; an Error in its place is what becomes of the wish. */
  ofValue(value: unknown): Outcome {
    const { batch, isPlain } = this.#wanted;
    return this.#attempt(() => {
      if (value === null || value === undefined) return undefined;
      const own = open(value);
      return batch && isPlain ? this.#ofKey(coerceKeys(batch, own), batch) : this.#make(() => own);
    });
  }

  /** Of a parent of which several values are read, or none. */
  ofParent(readParent: (path: readonly string[]) => unknown): Outcome {
    return this.#attempt(() => this.#make(readParent));
  }

  /** Undefined where there is nothing to ask. */
  #make(readParent: (path: readonly string[]) => unknown): Outcome | undefined {
    const wanted = this.#wanted;
    const read: Read = (kind, path) => (kind === 'args' ? walk(this.#args, path) : open(readParent(path)));
    if (wanted.batch) return this.#ofKey(wanted.key && keyOf(wanted.key, wanted.batch, read), wanted.batch);
    const made = wishOf(wanted, read);
    if (!made) return undefined;
    const keys = this.#keysFor(made.args);
    if (!wanted.lookup.batch) return keys.want('', wanted.lookup);
    return made.key === null || made.key === undefined ? undefined : outcomeOf(keys, made.key, wanted.lookup);
  }

  #ofKey(key: unknown, batch: Batching): Outcome | undefined {
    if (key === undefined) return undefined;
    const keys = this.#sharedKeys(batch);
    return keys && outcomeOf(keys, key, this.#wanted.lookup);
  }

  #sharedKeys(batch: Batching): KnownKeys | undefined {
    if (this.#shared) return this.#shared;
    const asked = sharedArguments(this.#wanted, batch, (_kind, path) => walk(this.#args, path));
    if (asked) this.#shared = this.#keysFor(asked);
    return this.#shared;
  }

  /** Where nothing is asked, or the wish itself is at fault. */
  #attempt(make: () => Outcome | undefined): Outcome {
    try {
      return make() ?? { value: nothing(this.#wanted.lookup) };
    } catch (error) {
      return { value: error };
    }
  }
}

function open(value: unknown): unknown {
  if (value instanceof Error) throw value;
  return value;
}

function outcomeOf(keys: KnownKeys, key: unknown, lookup: Lookup): Outcome {
  if (!Array.isArray(key)) return keys.want(key, lookup);
  return key.map(one => (one === null ? null : keys.want(one, lookup)));
}
