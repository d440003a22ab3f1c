import type { RequestContext } from '../adapter/request-context.ts';
import { selectionText } from '../adapter/selection.ts';
import { isRecord } from '../base/json.ts';
import type { Lookup } from '../supergraph/links/lookup.ts';
import { walk } from '../supergraph/links/template.ts';
import { type Asked, type Found, KnownKeys } from './known-keys.ts';
import type { Answers, EntityStep, Hole, LinkStep } from './plan.ts';
import { argumentsOf, selectionOf, type Variables } from './step-input.ts';
import { together } from './together.ts';
import { holeOf, wantedOf } from './wanted.ts';
import { type Outcome, Wishes } from './wishes.ts';

type LookUpStep = LinkStep | EntityStep;

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
  /** By how the lookup asks its call, then by what it asks besides keys. */
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
    const wishes = new Wishes(wanted, args, asked => {
      const keys = this.#keys(wanted.lookup, { args: asked, selection });
      touched.add(keys);
      return keys;
    });
    const { hole } = wanted;
    if (!hole) {
      return parents.map(parent => wishes.ofParent(path => valueAt(parent, holeOf(step, path), answers)));
    }
    const made = new Map<unknown, Outcome>();
    const direct = directly(hole);
    return parents.map(parent => {
      const value = direct !== undefined && isRecord(parent) ? parent[direct] : valueAt(parent, hole, answers);
      const known = made.get(value);
      if (known) return known;
      const outcome = wishes.ofValue(value);
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

/** Lookups of one text ask one call alike: what one of them knows of a key, the others know. */
function wayOf(lookup: Lookup): string {
  const known = ways.get(lookup);
  if (known !== undefined) return known;
  const { member, at, select, missing, batch } = lookup;
  const way = JSON.stringify([member.name, at, select, batch ? [batch.into, batch.parts] : missing]);
  ways.set(lookup, way);
  return way;
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

function handOut({ parents, answers }: Round, outcomes: readonly Outcome[]): void {
  for (let index = 0; index < parents.length; index += 1) {
    const outcome = outcomes[index];
    answers.set(parents[index], outcome && settled(outcome));
  }
}

function settled(outcome: Outcome): unknown {
  return 'value' in outcome ? outcome.value : outcome.map(found => found?.value ?? null);
}
