import type { Selection } from '../adapter/selection.ts';
import { keyText } from '../supergraph/links/key-text.ts';
import type { Lookup } from '../supergraph/links/lookup.ts';
import { type Asking, chunks, type FoundKeys, loadKeys, lookUpAlone } from '../supergraph/reference/look-up.ts';

/** What one key comes to: for all parents that have it. */
export interface Found {
  /** The value, or an Error. Undefined until it is known. */
  value: unknown;
}

/** What a key comes to for lookups that read it alike. */
interface Known extends Found {
  readonly lookup: Lookup;
  /** Where it is read, once it is there. */
  answer: FoundKeys | undefined;
  /** For lookups that read it in another way. */
  others: Known[] | undefined;
}

/** What a request has asked of one call with equal arguments and selection. */
export interface Asked {
  /** The place of the keys is empty. Of a lookup without a batch: all there is to ask. */
  readonly args: Readonly<Record<string, unknown>>;
  /** As the call is told it. */
  readonly selection: Selection | undefined;
}

/**
 * The keys that a request knows or is asking for, of lookups that ask one call alike: none is asked twice. They are gathered first, then
 * asked together, in chunks of what one call of the lookup that wanted them takes.
 */
export class KnownKeys {
  readonly #lookup: Lookup;
  readonly #asked: Asked;
  readonly #found = new Map<string, Known>();
  /** By how many one call takes. */
  #gathered = new Map<number, Map<string, unknown>>();
  #open: Promise<void> | undefined;

  constructor(lookup: Lookup, asked: Asked) {
    this.#lookup = lookup;
    this.#asked = asked;
  }

  /** `key` is coerced; of a lookup without a batch there is none. */
  want(key: unknown, lookup: Lookup): Found {
    const { batch } = lookup;
    const text = batch ? keyText(key, batch.parts) : '';
    const known = this.#found.get(text);
    if (known) return isReadAlike(known.lookup, lookup) ? known : readAlso(known, text, lookup);
    const found: Known = { value: undefined, lookup, answer: undefined, others: undefined };
    this.#found.set(text, found);
    const max = batch?.max ?? 1;
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
      const answer = await loadKeys(this.#lookup, batch, { args, keys, selection }, asking);
      for (const [text] of chunk) this.#read(text, answer);
      return;
    }
    const [[text = ''] = []] = chunk;
    try {
      this.#settle(text, await lookUpAlone(this.#lookup, args, selection, asking));
    } catch (error) {
      this.#settle(text, error);
    }
  }

  #read(text: string, answer: FoundKeys): void {
    const known = this.#found.get(text);
    if (!known) return;
    known.answer = answer;
    read(known, text, answer);
    for (const other of known.others ?? []) read(other, text, answer);
  }

  #settle(text: string, value: unknown): void {
    const known = this.#found.get(text);
    if (known) known.value = value;
  }
}

function readAlso(known: Known, text: string, lookup: Lookup): Found {
  known.others ??= [];
  const before = known.others.find(other => isReadAlike(other.lookup, lookup));
  if (before) return before;
  const found: Known = { value: undefined, lookup, answer: undefined, others: undefined };
  known.others.push(found);
  if (known.answer) read(found, text, known.answer);
  return found;
}

function read(known: Known, text: string, answer: FoundKeys): void {
  const { batch } = known.lookup;
  if (batch) known.value = answer.of(text, known.lookup, batch);
}

function isReadAlike(one: Lookup, other: Lookup): boolean {
  return one === other || (one.missing === other.missing && one.batch?.grouped === other.batch?.grouped);
}
