import { setTimeout } from 'node:timers/promises';
import { type ExecutionResult, execute, type GraphQLSchema, parse } from 'graphql';
import { expect } from 'vitest';
import { requestContext } from '../../../src/adapter/request-context.ts';
import { supergraph } from '../harness.ts';
import { backend } from './backend.ts';
import type { Operation } from './operation.ts';
import { oracle } from './oracle.ts';
import { overlayOf } from './overlay.ts';
import type { World } from './world.ts';

/** A world as a supergraph, and as one schema. */
export class Pair {
  readonly oracle: GraphQLSchema;
  readonly #lenient: GraphQLSchema;
  readonly #composed: GraphQLSchema;
  readonly #sent = new Map<string, number>();
  readonly #allowed = new Questions();
  readonly #world: World;

  constructor(world: World) {
    const members = world.sources.map((_, index) => backend(world, index, call => count(this.#sent, call)));
    this.oracle = oracle(world, (...question) => this.#allowed.add(...question));
    this.#lenient = oracle(world, () => {}, true);
    this.#composed = supergraph(members, overlayOf(world)).schema;
    this.#world = world;
  }

  async compare(operation: Operation): Promise<void> {
    await setTimeout(0); // what went on below a null of the operation before is over
    this.#sent.clear();
    this.#allowed.clear();
    const { query, variables } = operation;
    const actual = await run(this.#composed, operation);
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
      [...this.#sent].filter(([call, times]) => times > (most.get(call) ?? 0)),
      told,
    ).toEqual([]);
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
  const call = { signal: new AbortController().signal, deadline: Number.POSITIVE_INFINITY, headers: {}, requestId: '' };
  return execute({
    schema,
    document: parse(query),
    variableValues: variables,
    contextValue: requestContext(call, 100_000),
  });
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
