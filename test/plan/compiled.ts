import { type DocumentNode, parse, validate } from 'graphql';
import { isPlan } from '../../src/plan/compile.ts';
import type { Plan, Unplanned } from '../../src/plan/plan.ts';
import { Plans } from '../../src/plan/plan-cache.ts';
import type { Supergraph } from '../../src/supergraph/supergraph.ts';

/** What a valid operation is compiled to. */
export function compiled(
  graph: Supergraph,
  query: string | DocumentNode,
  variables: Readonly<Record<string, unknown>> = {},
): Plan | Unplanned {
  const document = typeof query === 'string' ? parse(query) : query;
  const [violation] = validate(graph.schema, document);
  if (violation) throw violation;
  const prepared = new Plans().prepare(graph, document);
  if (!prepared) throw new TypeError('The document has several operations.');
  return prepared.plan(variables);
}

export function planned(...asked: Parameters<typeof compiled>): Plan {
  const result = compiled(...asked);
  if (!isPlan(result)) throw new TypeError(`${result.reason}: ${result.detail}`);
  return result;
}
