import { type FieldNode, Kind, type SelectionSetNode } from 'graphql';
import type { CallItem } from '../../adapter/adapter.ts';
import { ask } from '../../adapter/ask.ts';
import { loaderOf, type RequestContext } from '../../adapter/request-context.ts';
import { type Selection, selectionText } from '../../adapter/selection.ts';
import { GatewayError } from '../../base/error.ts';
import { append } from '../catalogue.ts';
import { itemKeyText, keyText } from '../links/key-text.ts';
import type { Batching, KeyPart, Lookup } from '../links/lookup.ts';
import { walk } from '../links/template.ts';
import { reservedKey } from '../reserved-names.ts';
import { placeKeys, type Wish } from './wish.ts';

/** Under which response key a selective source answers with what an item is matched by: by part. */
function matchKey(index: number): string {
  return reservedKey(index === 0 ? 'match' : `match_${index}`);
}

/**
 * What a wish comes to. Wishes of one tick share calls; a key is asked once in a request; results are matched by key,
 * never by position.
 */
export async function lookUp(
  lookup: Lookup,
  wish: Wish,
  selection: Selection | undefined,
  context: RequestContext,
): Promise<unknown> {
  const asking: Asking = item => ask(lookup.member.subschema, lookup.at, item, context);
  if (!lookup.batch) return lookUpAlone(lookup, wish.args, selection && told(lookup, selection), asking);
  if (wish.key === null || wish.key === undefined) return notFound(lookup);
  const { batch } = lookup;
  const loader = loaderOf(
    context,
    lookup,
    items => loadAll(lookup, batch, items, asking),
    item => `${keyText(item.args['key'], batch.parts)} ${groupOf(item)}`,
  );
  const load = (key: unknown) => loader.load({ args: { key, args: wish.args }, ...(selection ? { selection } : {}) });
  if (!Array.isArray(wish.key)) return load(wish.key);
  // Each key has its own place in the list, and its own error there.
  return Promise.all(wish.key.map(key => (key === null ? null : load(key).catch((error: unknown) => error))));
}

/** Asks the lookup's call. Rejects with its fault. */
export type Asking = (item: CallItem) => Promise<unknown>;

/** One call of its own. `selection`: as the call is told it, see `told`. */
export async function lookUpAlone(
  lookup: Lookup,
  args: Readonly<Record<string, unknown>>,
  selection: Selection | undefined,
  asking: Asking,
): Promise<unknown> {
  try {
    const value = walk(await asking(selection ? { args, selection } : { args }), lookup.select);
    return value === null || value === undefined ? notFound(lookup) : value;
  } catch (error) {
    if (isMissing(lookup, error)) return null;
    throw error;
  }
}

/** Items that differ in the key alone go into one call, as many as it takes. */
async function loadAll(
  lookup: Lookup,
  batch: Batching,
  items: readonly CallItem[],
  asking: Asking,
): Promise<unknown[]> {
  const groups = new Map<string, CallItem[]>();
  for (const item of items) append(groups, groupOf(item), item);
  const answers = new Map<CallItem, unknown>();
  await Promise.all(
    [...groups.values()].flatMap(group =>
      chunks(group, batch.max).map(async chunk => {
        const [first] = chunk;
        const found = await loadKeys(
          lookup,
          batch,
          {
            args: first?.args['args'] as Readonly<Record<string, unknown>>, // a wish's own: see `lookUp`
            keys: chunk.map(item => item.args['key']),
            selection: first?.selection && told(lookup, first.selection),
          },
          asking,
        );
        for (const item of chunk) answers.set(item, found.of(keyText(item.args['key'], batch.parts), lookup, batch));
      }),
    ),
  );
  return items.map(item => answers.get(item));
}

/** Keys of one call, and what they have in common. */
interface Chunk {
  /** Coerced; the keys are not in their place yet. */
  readonly args: Readonly<Record<string, unknown>>;
  /** Coerced; no more than `batch.max`. */
  readonly keys: readonly unknown[];
  /** As the call is told it, see `told`. */
  readonly selection: Selection | undefined;
}

/** One call. Never rejects: its failure is the answer to each of its keys, one and the same error. */
export async function loadKeys(
  lookup: Lookup,
  batch: Batching,
  { args, keys, selection }: Chunk,
  asking: Asking,
): Promise<FoundKeys> {
  const asked = placeKeys(args, batch.into, keys);
  const item: CallItem = selection ? { args: asked, selection } : { args: asked };
  try {
    return new KeysOfCall(walk(await asking(item), lookup.select));
  } catch (error) {
    if (keys.length > 1 && isNotFound(error)) return loadHalves(lookup, batch, { args, keys, selection }, asking);
    return new KeysOfCall(undefined, error);
  }
}

/** A batch may fail as a whole for one key that is not there (google.aip.dev/231): the others are found without it. */
async function loadHalves(
  lookup: Lookup,
  batch: Batching,
  { keys, ...common }: Chunk,
  asking: Asking,
): Promise<FoundKeys> {
  const found = new Map<string, FoundKeys>();
  const ask = async (half: readonly unknown[]) => {
    const ofHalf = await loadKeys(lookup, batch, { ...common, keys: half }, asking);
    for (const key of half) found.set(keyText(key, batch.parts), ofHalf);
  };
  await Promise.all(chunks(keys, Math.ceil(keys.length / 2)).map(ask));
  return { of: (key, ...reading) => found.get(key)?.of(key, ...reading) };
}

/** What a call for keys came to. Lookups that ask it alike may read it differently: one of each key or all, and what is missing. */
export interface FoundKeys {
  /** `key`: its `keyText`. */
  of(key: string, lookup: Lookup, batch: Batching): unknown;
}

class KeysOfCall implements FoundKeys {
  readonly #list: unknown;
  readonly #fault: unknown;
  readonly #readers = new Map<Lookup, (key: string) => unknown>();

  constructor(list: unknown, fault?: unknown) {
    this.#list = list;
    this.#fault = fault;
  }

  of(key: string, lookup: Lookup, batch: Batching): unknown {
    const reader = this.#readers.get(lookup) ?? this.#read(lookup, batch);
    this.#readers.set(lookup, reader);
    return reader(key);
  }

  #read(lookup: Lookup, batch: Batching): (key: string) => unknown {
    if (this.#fault === undefined) return matchByKey(lookup, batch, this.#list);
    return isMissing(lookup, this.#fault) ? matchByKey(lookup, batch, []) : () => this.#fault;
  }
}

function matchByKey(lookup: Lookup, batch: Batching, list: unknown): (key: string) => unknown {
  if (list instanceof Error) return () => list;
  const byKey = new Map<string, unknown[]>();
  let broken: Error | undefined;
  const at = lookup.member.subschema.selective ? selectedAt : answeredAt;
  for (const item of Array.isArray(list) ? list : []) {
    if (item instanceof Error && !isMissing(lookup, item)) broken ??= item;
    if (item === null || typeof item !== 'object' || item instanceof Error) continue;
    const key = itemKeyText(item, batch.parts, at);
    if (key !== undefined) append(byKey, key, item);
  }
  let none: unknown;
  return key => {
    const found = byKey.get(key);
    if (found) return batch.grouped ? found : found[0];
    if (broken) return broken;
    none ??= batch.grouped && lookup.missing === 'NULL' ? [] : outcomeOf(() => notFound(lookup));
    return none;
  };
}

function answeredAt({ item }: KeyPart): readonly string[] {
  return item;
}

function selectedAt({ item }: KeyPart, index: number): readonly string[] {
  return [matchKey(index), ...item.slice(1)];
}

function notFound(lookup: Lookup): null {
  if (lookup.missing === 'NULL') return null;
  const details = { source: lookup.member.name, operation: lookup.at.slice('Query.'.length) };
  throw new GatewayError('NOT_FOUND', `The source "${details.source}" does not know what was asked for.`, { details });
}

/** A backend's own word for what is missing, where that is null. */
function isMissing(lookup: Lookup, error: unknown): boolean {
  return lookup.missing === 'NULL' && isNotFound(error);
}

function isNotFound(error: unknown): boolean {
  return error instanceof GatewayError && error.code === 'NOT_FOUND';
}

function outcomeOf(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    return error;
  }
}

/** The selection a call is told: what is wanted of an item, with what it is matched by, below the steps of `select`. */
export function told({ select, batch }: Lookup, selection: Selection): Selection {
  const match = (batch?.parts ?? []).map(({ item }, index) => fieldPath(item, matchKey(index)));
  let selectionSet: SelectionSetNode = {
    ...selection.selectionSet,
    selections: [...selection.selectionSet.selections, ...match],
  };
  for (const step of [...select].reverse())
    selectionSet = { kind: Kind.SELECTION_SET, selections: [fieldNode(step, selectionSet)] };
  return { ...selection, selectionSet };
}

function fieldPath([first = '', ...rest]: readonly string[], alias: string): FieldNode {
  const below = rest.length === 0 ? undefined : fieldPath(rest, '');
  const node = fieldNode(first, below && { kind: Kind.SELECTION_SET, selections: [below] });
  return alias === '' ? node : { ...node, alias: { kind: Kind.NAME, value: alias } };
}

function fieldNode(name: string, selectionSet: SelectionSetNode | undefined): FieldNode {
  return { kind: Kind.FIELD, name: { kind: Kind.NAME, value: name }, ...(selectionSet ? { selectionSet } : {}) };
}

function groupOf({ args, selection }: CallItem): string {
  const asked = JSON.stringify(args['args']);
  return selection ? `${asked} ${selectionText(selection)}` : asked;
}

export function chunks<T>(items: readonly T[], size: number): T[][] {
  const count = Math.ceil(items.length / size);
  return Array.from({ length: count }, (_, index) => items.slice(index * size, (index + 1) * size));
}
