import type { RequestContext } from '../adapter/request-context.ts';
import { type Selection, selectionText } from '../adapter/selection.ts';
import { isRecord } from '../base/json.ts';
import type { Batching, Lookup } from '../supergraph/links/lookup.ts';
import { holes, type Template, walk } from '../supergraph/links/template.ts';
import { coerceKeys, keyOf, nothing, sharedArguments, type Wanted, wishOf } from '../supergraph/reference/wish.ts';
import { type Asked, type Found, KnownKeys } from './known-keys.ts';
import type { Answers, EntityStep, Hole, LinkStep } from './plan.ts';
import { argumentsOf, selectionOf, type Variables } from './step-input.ts';
import { together } from './together.ts';

type LookUpStep = LinkStep | EntityStep;

/** What a parent's wish comes to: one thing, or a list of which each key has its place. */
type Outcome = Found | readonly (Found | null)[];

/** Steps that look up together, and their parents. */
export interface Round {
  readonly step: LookUpStep;
  readonly parents: readonly unknown[];
  /** Where the outcomes go. */
  readonly answers: Map<unknown, unknown>;
}

/** Wishes of some rounds. */
export interface Gathered {
  /** Is there nothing to ask, and nothing to wait for? */
  readonly known: boolean;
  /** Asks what nobody asked before. Resolves when all is known; never rejects for a backend. */
  readonly ask: () => Promise<unknown>;
  /** Answers all parents. */
  readonly handOut: () => void;
}

/** The lookups of one request: what was asked before is not asked again. */
export class LookUps {
  readonly #variables: Variables;
  readonly #context: RequestContext;
  /** By how the lookup asks and reads its call, then by what it asks besides keys. */
  #known = new Map<string, Map<string, KnownKeys>>();

  constructor(variables: Variables, context: RequestContext) {
    this.#variables = variables;
    this.#context = context;
  }

  /** A mutation may have changed anything. */
  forget(): void {
    this.#known = new Map();
  }

  /** Makes the wishes of all parents; asks nothing yet. */
  gather(rounds: readonly Round[], answers: readonly Answers[]): Gathered {
    const touched = new Set<KnownKeys>();
    const outcomes = rounds.map(round => this.#gather(round, answers, touched));
    return {
      known: areComplete(touched),
      ask: () => this.#ask(rounds, touched),
      handOut: () => {
        for (const [index, round] of rounds.entries()) handOut(round, outcomes[index] ?? []);
      },
    };
  }

  /** All rounds look up the same thing. */
  #ask([first]: readonly Round[], touched: ReadonlySet<KnownKeys>): Promise<unknown> {
    if (!first) return Promise.resolve();
    const { asking, go } = together(first.step, this.#context);
    const open = Array.from(touched, keys => keys.ask(asking));
    go();
    return open.length === 1 && open[0] ? open[0] : Promise.all(open);
  }

  #gather({ step, parents }: Round, answers: readonly Answers[], touched: Set<KnownKeys>): Outcome[] {
    if (parents.length === 0) return [];
    const wanted = wantedOf(step);
    let args: Readonly<Record<string, unknown>>;
    try {
      args = step.kind === 'link' ? argumentsOf(step, this.#variables, 'query') : {};
    } catch (error) {
      const failed: Found = { value: error };
      return parents.map(() => failed);
    }
    const selection = selectionOf(step, this.#variables);
    const keysFor = (asked: Asked): KnownKeys => {
      const keys = this.#keys(wanted.lookup, asked);
      touched.add(keys);
      return keys;
    };
    const { hole, batch, isPlain } = wanted;
    const read = (parent: unknown, from: Hole) => valueAt(parent, from, answers);
    const inFull = batch
      ? partsReader(wanted, batch, args, selection, keysFor)
      : (of: (path: readonly string[]) => unknown) => wish(wanted, args, of, selection, keysFor);
    if (!hole) {
      // Several values of the parent, or none.
      return parents.map(parent => attempt(wanted.lookup, () => inFull(path => read(parent, holeOf(step, path)))));
    }
    const one =
      batch && isPlain ? keyReader(wanted, batch, args, selection, keysFor) : (value: unknown) => inFull(() => value);
    const made = new Map<unknown, Outcome>();
    const direct = directly(hole);
    return parents.map(parent => {
      const value = direct !== undefined && isRecord(parent) ? parent[direct] : read(parent, hole);
      const known = made.get(value);
      if (known) return known;
      const outcome = attempt(wanted.lookup, () =>
        value === null || value === undefined ? undefined : one(open(value)),
      );
      made.set(value, outcome);
      return outcome;
    });
  }

  #keys(lookup: Lookup, asked: Asked): KnownKeys {
    const way = wayOf(lookup);
    let groups = this.#known.get(way);
    if (!groups) {
      groups = new Map();
      this.#known.set(way, groups);
    }
    const text = `${JSON.stringify(asked.args)} ${asked.selection ? selectionText(asked.selection) : ''}`;
    let keys = groups.get(text);
    if (!keys) {
      keys = new KnownKeys(lookup, asked);
      groups.set(text, keys);
    }
    return keys;
  }
}

function areComplete(touched: ReadonlySet<KnownKeys>): boolean {
  for (const keys of touched) if (!keys.complete) return false;
  return true;
}

const ways = new WeakMap<Lookup, string>();

/** Lookups of one text ask one call and read it alike: what one of them knows of a key, the others know. */
function wayOf(lookup: Lookup): string {
  const known = ways.get(lookup);
  if (known !== undefined) return known;
  const { member, at, select, missing, batch } = lookup;
  const way = JSON.stringify([member.name, at, select, missing, batch && [batch.into, batch.parts, batch.grouped]]);
  ways.set(lookup, way);
  return way;
}

interface CompiledWanted extends Wanted {
  /** Set where this is all that is read of a parent. */
  readonly hole?: Hole;
  /** Set where only the key reads of the parent, so that all parents share the arguments. */
  readonly batch?: Batching;
  /** Is the key one value of the parent, and that as it is? */
  readonly isPlain?: true;
}

const compiled = new WeakMap<LookUpStep, CompiledWanted>();

function wantedOf(step: LookUpStep): CompiledWanted {
  const known = compiled.get(step);
  if (known) return known;
  const wanted = step.kind === 'link' ? linkWanted(step) : entityWanted(step);
  compiled.set(step, wanted);
  return wanted;
}

function linkWanted(step: LinkStep): CompiledWanted {
  const { lookup, args, key } = step.link.plan;
  const wanted: Wanted = { lookup, args, ...(key ? { key } : {}) };
  const inArgs = [...args.values()].flatMap(template => holes(template, 'parent'));
  const inKey = key ? holes(key, 'parent') : [];
  const names = new Set([...inArgs, ...inKey].map(path => path.join('.')));
  const [path] = [...inKey, ...inArgs];
  const batched = lookup.batch && inArgs.length === 0 ? { batch: lookup.batch } : {};
  if (names.size !== 1 || !path) return { ...wanted, ...batched };
  return { ...wanted, hole: holeOf(step, path), ...batched, ...(key?.kind === 'parent' ? { isPlain: true } : {}) };
}

function entityWanted({ entity, key }: EntityStep): CompiledWanted {
  const { lookup } = entity.plan;
  const whole: Template = { kind: 'parent', path: [] };
  const batched = lookup.batch ? { batch: lookup.batch, isPlain: true as const } : {};
  return { lookup, args: new Map(), key: whole, hole: key, ...batched };
}

function holeOf(step: LookUpStep, path: readonly string[]): Hole {
  const hole = step.kind === 'link' ? step.holes.get(path.join('.')) : step.key;
  if (!hole) throw new TypeError(`The plan does not say where "${path.join('.')}" of a parent is.`);
  return hole;
}

/** The parent's own property that a hole is, where no object inherits one of that name. */
function directly({ entityStep, path: [key, ...more] }: Hole): string | undefined {
  return entityStep === undefined && more.length === 0 && key !== undefined && !(key in Object.prototype)
    ? key
    : undefined;
}

/** Own properties alone. */
function valueAt(parent: unknown, { entityStep, path }: Hole, answers: readonly Answers[]): unknown {
  const from = entityStep === undefined ? parent : answers[entityStep]?.get(parent);
  if (from instanceof Error) return from;
  return walk(from, path);
}

/** An Error that stands where a key should be is what becomes of the wish. */
function open(value: unknown): unknown {
  if (value instanceof Error) throw value;
  return value;
}

/** A value of the parent -> its outcome, where the rest of what is asked is the same for all. */
function keyReader(
  wanted: Wanted,
  batch: Batching,
  args: Readonly<Record<string, unknown>>,
  selection: Selection | undefined,
  keysFor: (asked: Asked) => KnownKeys,
): (value: unknown) => Outcome | undefined {
  const shared = sharedKeys(wanted, batch, args, selection, keysFor);
  return value => {
    const coerced = coerceKeys(batch, value);
    const keys = shared();
    return keys && outcomeOf(keys, coerced, batch);
  };
}

/** The same where the key is made of several values, of the parent or of the link's own arguments. */
function partsReader(
  wanted: Wanted,
  batch: Batching,
  args: Readonly<Record<string, unknown>>,
  selection: Selection | undefined,
  keysFor: (asked: Asked) => KnownKeys,
): (readParent: (path: readonly string[]) => unknown) => Outcome | undefined {
  const shared = sharedKeys(wanted, batch, args, selection, keysFor);
  return readParent => {
    const key =
      wanted.key &&
      keyOf(wanted.key, batch, (kind, path) => (kind === 'args' ? walk(args, path) : open(readParent(path))));
    const keys = key === undefined ? undefined : shared();
    return keys && outcomeOf(keys, key, batch);
  };
}

/** The keys of all parents that ask with the same arguments, which are made once; undefined where there is nothing to ask. */
function sharedKeys(
  wanted: Wanted,
  batch: Batching,
  args: Readonly<Record<string, unknown>>,
  selection: Selection | undefined,
  keysFor: (asked: Asked) => KnownKeys,
): () => KnownKeys | undefined {
  let keys: KnownKeys | undefined;
  return () => {
    if (keys) return keys;
    const shared = sharedArguments(wanted, batch, (_kind, path) => walk(args, path));
    if (shared) keys = keysFor({ args: shared, selection });
    return keys;
  };
}

/** One parent's wish, made in full. */
function wish(
  wanted: Wanted,
  args: Readonly<Record<string, unknown>>,
  readParent: (path: readonly string[]) => unknown,
  selection: Selection | undefined,
  keysFor: (asked: Asked) => KnownKeys,
): Outcome | undefined {
  const made = wishOf(wanted, (kind, path) => (kind === 'args' ? walk(args, path) : open(readParent(path))));
  if (!made) return undefined;
  const keys = keysFor({ args: made.args, selection });
  const { batch } = wanted.lookup;
  if (!batch) return keys.want('', 1);
  return made.key === null || made.key === undefined ? undefined : outcomeOf(keys, made.key, batch);
}

function outcomeOf(keys: KnownKeys, key: unknown, { max }: Batching): Outcome {
  if (!Array.isArray(key)) return keys.want(key, max);
  return key.map(one => (one === null ? null : keys.want(one, max)));
}

/** Where nothing is asked, or the wish itself is at fault. */
function attempt(lookup: Lookup, make: () => Outcome | undefined): Outcome {
  try {
    return make() ?? { value: nothing(lookup) };
  } catch (error) {
    return { value: error };
  }
}

function handOut({ parents, answers }: Round, outcomes: readonly Outcome[]): void {
  for (let index = 0; index < parents.length; index += 1) {
    const outcome = outcomes[index];
    answers.set(parents[index], outcome && settled(outcome));
  }
}

function settled(outcome: Outcome): unknown {
  return 'value' in outcome ? outcome.value : outcome.map(found => found?.value ?? null);
}
