import type { CallItem } from '../adapter/adapter.ts';
import { ask, askAtOnce, perform } from '../adapter/ask.ts';
import type { RequestContext } from '../adapter/request-context.ts';
import { cannedAnswers } from './canned-answers.ts';
import { completerOf, type Executed, endsAll, partFault } from './complete.ts';
import { itemsOf, repeats, stepItems } from './count-items.ts';
import type { Fault } from './fault.ts';
import { type Gathered, LookUps, type Round } from './look-up-all.ts';
import {
  type Answers,
  type EntityStep,
  type LinkStep,
  type Plan,
  type RootStep,
  rootParent,
  type Stage,
  type Step,
} from './plan.ts';
import { scanOf } from './scan.ts';
import { argumentsOf, selectionOf, type Variables } from './step-input.ts';
import { writerOf } from './writer/writer.ts';

export type { Executed } from './complete.ts';
export type { Fault };

/**
 * Runs a plan for one request. `variableValues`: as graphql-js `getVariableValues` coerced them. Never rejects for what a backend does:
 * that is told in the faults. Rejects with COST_EXCEEDED, and asks nothing more, as soon as there are more items of lists than the request
 * may have.
 */
export function runPlan(plan: Plan, variableValues: Variables, context: RequestContext): Executed | Promise<Executed> {
  if (plan.steps.length > 0) {
    return gather(plan, variableValues, context).then(answers => {
      if (tooMany(plan, answers, context)) throw context.items.refusal();
      return written(plan, answers);
    });
  }
  const answers = cannedAnswers(plan, variableValues, context.call);
  return tooMany(plan, answers, context) ? Promise.reject(context.items.refusal()) : written(plan, answers);
}

function tooMany(plan: Plan, answers: readonly Answers[], { items }: RequestContext): boolean {
  return repeats(plan) && !items.allows(itemsOf(plan, answers));
}

function written(plan: Plan, answers: readonly Answers[]): Executed {
  const data = writerOf(plan)?.(answers);
  return data === undefined ? completerOf(plan)(answers) : { data, faults: none };
}

const none: readonly Fault[] = [];

/** Asks all that a plan says; the answers by step, not completed yet. */
export function gather(plan: Plan, variableValues: Variables, context: RequestContext): Promise<readonly Answers[]> {
  return new Promise((resolve, reject) => {
    new Run(plan, variableValues, context, resolve, reject).start();
  });
}

/** By step: the stages that wait for it. */
const waiting = new WeakMap<Plan, readonly (readonly number[])[]>();

function waitingOf(plan: Plan): readonly (readonly number[])[] {
  const known = waiting.get(plan);
  if (known) return known;
  const stages: number[][] = plan.steps.map(() => []);
  for (const [index, { after }] of plan.stages.entries()) for (const id of new Set(after)) stages[id]?.push(index);
  waiting.set(plan, stages);
  return stages;
}

class Run {
  readonly #plan: Plan;
  readonly #variables: Variables;
  readonly #context: RequestContext;
  readonly #resolve: (answers: readonly Answers[]) => void;
  readonly #reject: (error: unknown) => void;
  readonly #lookUps: LookUps;
  readonly #answers: Map<unknown, unknown>[];
  readonly #parents: unknown[][];
  /** By stage: how many of the steps that it waits for are still open. */
  readonly #open: number[];
  #left: number;
  readonly #ready: Stage[] = [];
  readonly #gathered: { readonly steps: readonly Step[]; readonly gathered: Gathered }[] = [];
  #entering = false;
  #asking = false;
  /** How many root fields of a mutation were judged, and whether one of them ended all. */
  #judged = 0;
  #over = false;
  /** Items of lists that came so far; and whether they were too many. */
  #items = 0;
  #ended = false;

  constructor(
    plan: Plan,
    variables: Variables,
    context: RequestContext,
    resolve: (answers: readonly Answers[]) => void,
    reject: (error: unknown) => void,
  ) {
    this.#plan = plan;
    this.#variables = variables;
    this.#context = context;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#lookUps = new LookUps(variables, context);
    this.#answers = plan.steps.map(() => new Map());
    if (plan.canned) this.#answers.push(...cannedAnswers(plan, variables, context.call));
    this.#parents = plan.steps.map(() => []);
    this.#open = plan.stages.map(({ after }) => new Set(after).size);
    this.#left = plan.steps.length;
  }

  start(): void {
    if (this.#left === 0) this.#resolve(this.#answers);
    for (const feed of this.#plan.root.feeds) this.#parents[feed]?.push(rootParent);
    this.#ready.push(...this.#plan.stages.filter((_, index) => this.#open[index] === 0));
    this.#enterReady();
  }

  /** Our own mistakes alone reject. */
  #guarded(run: () => void): void {
    try {
      run();
    } catch (error) {
      this.#reject(error);
    }
  }

  /**
   * Level by level, also where a level is known at once: else the keys of a deeper one would go out before and apart from those of a
   * higher. Only when nothing more can be gathered are lookups asked.
   */
  #enterReady(): void {
    if (this.#entering) return;
    this.#entering = true;
    this.#guarded(() => {
      for (let stage = this.#ready.shift(); stage; stage = this.#ready.shift()) this.#enter(stage);
    });
    this.#entering = false;
    if (this.#gathered.length === 0 || this.#asking) return;
    this.#asking = true;
    process.nextTick(() => this.#guarded(() => this.#askGathered()));
  }

  /** Only when all that came in this tick is scanned: stages that waited for one answer end one by one, and what they want goes out together. */
  #askGathered(): void {
    this.#asking = false;
    if (this.#ended) return;
    for (const { steps, gathered } of this.#gathered.splice(0)) {
      const done = () => {
        gathered.handOut();
        this.#finish(steps);
      };
      gathered.ask().then(() => this.#guarded(done), this.#reject);
    }
  }

  #enter(stage: Stage): void {
    if (this.#ended) return;
    const lookUps: (LinkStep | EntityStep)[] = [];
    for (const id of stage.steps) {
      const step = this.#plan.steps[id];
      if (step?.kind === 'root') this.#askRoot(step);
      else if (step) lookUps.push(step);
    }
    if (lookUps.length === 0) return;
    const rounds = lookUps.map((step): Round => {
      return { step, parents: this.#parents[step.id] ?? [], answers: this.#answers[step.id] ?? new Map() };
    });
    const gathered = this.#lookUps.gather(rounds, this.#answers);
    if (!gathered.known) {
      this.#gathered.push({ steps: lookUps, gathered });
      return;
    }
    gathered.handOut();
    this.#finish(lookUps);
  }

  #askRoot(step: RootStep): void {
    const settle = (value: unknown) => {
      this.#answers[step.id]?.set(rootParent, value);
      this.#guarded(() => this.#finish([step]));
    };
    if (this.#plan.operation === 'subscription') {
      settle(this.#context.event);
      return;
    }
    if (this.#plan.operation === 'mutation' && this.#isOver(step)) {
      settle(null);
      return;
    }
    let args: Readonly<Record<string, unknown>>;
    try {
      args = argumentsOf(step, this.#variables, this.#plan.operation);
    } catch (error) {
      settle(error);
      return;
    }
    const selection = selectionOf(step, this.#variables);
    const item: CallItem = selection ? { args, selection } : { args };
    const { subschema } = step.origin.member;
    if (this.#plan.operation === 'query') {
      if (step.alone) askAtOnce(subschema, step.at, [item], this.#context).then(([value]) => settle(value), settle);
      else ask(subschema, step.at, item, this.#context).then(settle, settle);
      return;
    }
    perform(subschema, step.at, item, this.#context)
      .finally(() => this.#lookUps.forget())
      .then(settle, settle);
  }

  /** Has a root field before this one taken all data with it? Then graphql-js performs nothing more. */
  #isOver(step: RootStep): boolean {
    const { root, steps } = this.#plan;
    for (; !this.#over && this.#judged < root.fields.length; this.#judged += 1) {
      const field = root.fields[this.#judged];
      const from = field?.from.kind === 'step' ? steps[field.from.step] : undefined;
      if (from && from.id >= step.id) break;
      this.#over = field?.output.nonNull === true && endsAll(this.#plan, this.#judged, this.#answers);
    }
    return this.#over;
  }

  #finish(steps: readonly Step[]): void {
    if (this.#ended) return;
    for (const step of steps) this.#items += stepItems(step, this.#answers[step.id]);
    if (!this.#context.items.allows(this.#items)) {
      this.#ended = true;
      this.#reject(this.#context.items.refusal());
      return;
    }
    for (const step of steps) this.#scan(step);
    this.#left -= steps.length;
    if (this.#left === 0) {
      this.#resolve(this.#answers);
      return;
    }
    for (const { id } of steps) {
      for (const index of waitingOf(this.#plan)[id] ?? []) {
        const open = (this.#open[index] ?? 0) - 1;
        this.#open[index] = open;
        const stage = this.#plan.stages[index];
        if (open === 0 && stage) this.#ready.push(stage);
      }
    }
    this.#enterReady();
  }

  /** Each distinct value once: what many parents share is one parent of what comes next. */
  #scan(step: Step): void {
    const scan = scanOf(step);
    const answers = this.#answers[step.id];
    if (!scan || !answers) return;
    const sound = new Map<unknown, unknown>();
    for (const [parent, value] of answers) {
      if (value === null || value === undefined || value instanceof Error) continue;
      if (!sound.has(value)) sound.set(value, scan(value, this.#parents) ? value : this.#broken(step, value));
      if (step.kind === 'entity') answers.set(parent, sound.get(value));
    }
  }

  /** A null that a part does not allow takes all of the part: its fields and the keys in it are then this error. */
  #broken(step: Step, value: unknown): unknown {
    return step.kind === 'entity' ? (partFault(this.#plan, step, value, this.#answers) ?? value) : value;
  }
}
