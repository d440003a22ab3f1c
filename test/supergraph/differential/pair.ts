import { setTimeout } from 'node:timers/promises';
import {
  type DocumentNode,
  type ExecutionResult,
  execute,
  type GraphQLSchema,
  getVariableValues,
  parse,
} from 'graphql';
import { expect } from 'vitest';
import { type RequestContext, requestContext } from '../../../src/adapter/request-context.ts';
import { isPlan } from '../../../src/plan/compile.ts';
import { completerOf } from '../../../src/plan/complete.ts';
import type { Plan } from '../../../src/plan/plan.ts';
import { Plans } from '../../../src/plan/plan-cache.ts';
import { gather, runPlan } from '../../../src/plan/run.ts';
import type { Supergraph } from '../../../src/supergraph/supergraph.ts';
import { executable } from '../../support/executable.ts';
import { supergraph } from '../harness.ts';
import { backend } from './backend.ts';
import { essence, ofPlan, ofReference } from './lanes.ts';
import { Ledger } from './ledger.ts';
import type { Operation } from './operation.ts';
import { oracle } from './oracle.ts';
import { overlayOf } from './overlay.ts';
import type { World } from './world.ts';

/** A world as a supergraph, and as one schema. */
export class Pair {
  readonly oracle: GraphQLSchema;
  readonly #lenient: GraphQLSchema;
  readonly #composed: Supergraph;
  readonly #plans = new Plans();
  readonly #sent = new Ledger();
  readonly #allowed = new Questions();
  readonly #world: World;

  constructor(world: World) {
    const members = world.sources.map((_, index) => backend(world, index, (...call) => this.#sent.add(...call)));
    this.oracle = oracle(world, (...question) => this.#allowed.add(...question));
    this.#lenient = oracle(world, () => {}, true);
    this.#composed = supergraph(members, overlayOf(world));
    this.#world = world;
  }

  async compare(operation: Operation): Promise<void> {
    await setTimeout(0); // what went on below a null of the operation before is over
    this.#sent.take();
    this.#allowed.clear();
    const { query, variables } = operation;
    const actual = await run(await executable(this.#composed), operation);
    const reference = this.#sent.take();
    const told = [
      JSON.stringify(this.#world.sources),
      overlayOf(this.#world),
      query,
      JSON.stringify(variables),
      JSON.stringify(actual.errors),
    ].join('\n');
    const expected = await run(this.oracle, operation);
    const possible = [...pathsOf(expected), ...pathsOf(await run(this.#lenient, operation))];
    expect(JSON.stringify(actual.data), told).toBe(JSON.stringify(expected.data));
    expect(nullsOf(actual), told).toEqual(nullsOf(expected));
    expect(
      pathsOf(actual).filter(path => !possible.includes(path)),
      told,
    ).toEqual([]);
    const most = this.#allowed.calls();
    expect(
      [...reference.calls].filter(([call, times]) => times > (most.get(call) ?? 0)),
      told,
    ).toEqual([]);
    await this.#comparePlan(operation, actual, reference, told);
  }

  /** The plan lane, with its writer and with closures alone. */
  async #comparePlan(
    { query, variables }: Operation,
    actual: ExecutionResult,
    reference: Ledger,
    told: string,
  ): Promise<void> {
    const document = parse(query);
    const { plan, values } = this.#planned(document, variables);
    const expected = ofReference(actual);
    for (const lane of [runPlan, runClosures]) {
      const where = `${told}\n${lane.name}`;
      await setTimeout(0);
      this.#sent.take();
      const answer = ofPlan(await lane(plan, values, contextOf()));
      const sent = this.#sent.take();
      expect(answer.data, where).toBe(expected.data);
      expect(essence(answer), where).toEqual(essence(expected));
      expect(sent.beyond(reference), where).toEqual([]);
    }
  }

  #planned(document: DocumentNode, given: Operation['variables']): { plan: Plan; values: Record<string, unknown> } {
    const prepared = this.#plans.prepare(this.#composed, document);
    const { coerced } = getVariableValues(this.#composed.schema, prepared?.variableDefinitions ?? [], given);
    const plan = coerced && prepared?.plan(coerced);
    if (!coerced || !plan || !isPlan(plan)) throw new Error(`no plan: ${JSON.stringify(plan)}`);
    return { plan, values: coerced };
  }
}

/** One call for each place in the operation and each `max` keys. */
class Questions {
  readonly #keys = new Map<string, { call: string; max: number; keys: Set<string> }>();

  add(call: string, place: string, key: string, max: number): void {
    const at = `${call} ${place}`;
    const known = this.#keys.get(at) ?? { call, max, keys: new Set() };
    known.keys.add(key);
    this.#keys.set(at, known);
  }

  clear(): void {
    this.#keys.clear();
  }

  calls(): ReadonlyMap<string, number> {
    const calls = new Map<string, number>();
    for (const { call, max, keys } of this.#keys.values()) count(calls, call, Math.ceil(keys.size / max));
    return calls;
  }
}

function count(counts: Map<string, number>, name: string, by = 1): void {
  counts.set(name, (counts.get(name) ?? 0) + by);
}

async function run(schema: GraphQLSchema, { query, variables }: Operation): Promise<ExecutionResult> {
  return execute({ schema, document: parse(query), variableValues: variables, contextValue: contextOf() });
}

async function runClosures(plan: Plan, values: Record<string, unknown>, context: RequestContext) {
  return completerOf(plan)(await gather(plan, values, context));
}

function contextOf(): RequestContext {
  const call = { signal: new AbortController().signal, deadline: Number.POSITIVE_INFINITY, headers: {}, requestId: '' };
  return requestContext(call, 100_000);
}

function pathsOf({ errors = [] }: ExecutionResult): string[] {
  return errors.map(({ path }) => JSON.stringify(path));
}

/** Where the nulls are that errors left: of several errors below one null, executors may tell one or all. */
function nullsOf({ data, errors = [] }: ExecutionResult): string[] {
  const places = errors.map(({ path = [] }) => {
    let at: unknown = data;
    const steps: (string | number)[] = [];
    for (const step of path) {
      if (at === null || typeof at !== 'object') break;
      at = (at as Record<string, unknown>)[step];
      steps.push(step);
    }
    return JSON.stringify(steps);
  });
  return [...new Set(places)].sort();
}
