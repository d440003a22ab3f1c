import type { Selection } from '../adapter/selection.ts';
import { keyText } from '../supergraph/links/key-text.ts';
import type { Lookup } from '../supergraph/links/lookup.ts';
import { type Asking, chunks, loadKeys, lookUpAlone } from '../supergraph/reference/look-up.ts';

/** What one key comes to: for all parents that have it. */
export interface Found {
  /** The value, or an Error. Undefined until it is known. */
  value: unknown;
}

/** What a request has asked of one call with equal arguments and selection. */
export interface Asked {
  /** The place of the keys is empty. Of a lookup without a batch: all there is to ask. */
  readonly args: Readonly<Record<string, unknown>>;
  /** As the call is told it. */
  readonly selection: Selection | undefined;
}

/**
 * The keys that a request knows or is asking for, of lookups that ask and read one call alike: none is asked twice. They are gathered
 * first, then asked together, in chunks of what one call of the lookup that wanted them takes.
 */
export class KnownKeys {
  readonly #lookup: Lookup;
  readonly #asked: Asked;
  readonly #found = new Map<string, Found>();
  /** By how many one call takes. */
  #gathered = new Map<number, Map<string, unknown>>();
  #open: Promise<void> | undefined;

  constructor(lookup: Lookup, asked: Asked) {
    this.#lookup = lookup;
    this.#asked = asked;
  }

  /** `key` is coerced; of a lookup without a batch there is none. `max`: most keys of one call of the lookup that wants it. */
  want(key: unknown, max: number): Found {
    const text = this.#lookup.batch ? keyText(key, this.#lookup.batch.parts) : '';
    const known = this.#found.get(text);
    if (known) return known;
    const found: Found = { value: undefined };
    this.#found.set(text, found);
    const gathered = this.#gathered.get(max);
    if (gathered) gathered.set(text, key);
    else this.#gathered.set(max, new Map([[text, key]]));
    return found;
  }

  /** Is everything known that was wanted? */
  get complete(): boolean {
    return this.#gathered.size === 0 && this.#open === undefined;
  }

  /** Asks what was gathered. Undefined where everything is known; else resolves when it is. Never rejects for a backend. */
  ask(asking: Asking): Promise<void> | undefined {
    if (this.#gathered.size > 0) {
      const loading = this.#loadAll(asking);
      const before = this.#open;
      const open = (before ? Promise.all([before, loading]) : loading).then(() => {
        if (this.#open === open) this.#open = undefined;
      });
      this.#open = open;
    }
    return this.#open;
  }

  #loadAll(asking: Asking): Promise<unknown> {
    const all = [...this.#gathered].flatMap(([max, keys]) => chunks([...keys], max));
    this.#gathered = new Map();
    const [only] = all;
    return all.length === 1 && only
      ? this.#load(only, asking)
      : Promise.all(all.map(chunk => this.#load(chunk, asking)));
  }

  async #load(chunk: readonly (readonly [string, unknown])[], asking: Asking): Promise<void> {
    const { batch } = this.#lookup;
    const { args, selection } = this.#asked;
    if (batch) {
      const keys = chunk.map(([, key]) => key);
      const found = await loadKeys(this.#lookup, batch, { args, keys, selection }, asking);
      for (const [text] of chunk) this.#settle(text, found(text));
      return;
    }
    const [[text = ''] = []] = chunk;
    try {
      this.#settle(text, await lookUpAlone(this.#lookup, args, selection, asking));
    } catch (error) {
      this.#settle(text, error);
    }
  }

  #settle(text: string, value: unknown): void {
    const found = this.#found.get(text);
    if (found) found.value = value;
  }
}
