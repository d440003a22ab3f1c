import { getVariableValues, parse, specifiedRules, validate } from 'graphql';
import { type RequestContext, requestContext } from '../../src/adapter/request-context.ts';
import { isPlan } from '../../src/plan/compile.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { Plans } from '../../src/plan/plan-cache.ts';
import { type Executed, runPlan } from '../../src/plan/run.ts';
import type { Supergraph } from '../../src/supergraph/supergraph.ts';

type Variables = Readonly<Record<string, unknown>>;

/** The plan of a valid operation, and its variables as coerced. */
export function planned(
  graph: Supergraph,
  query: string,
  given: Variables = {},
): { readonly plan: Plan; readonly variables: Variables } {
  const document = parse(query);
  const [error] = validate(graph.schema, document, specifiedRules);
  if (error) throw error;
  const prepared = new Plans().prepare(graph, document);
  const { coerced } = getVariableValues(graph.schema, prepared?.variableDefinitions ?? [], given);
  const plan = coerced && prepared?.plan(coerced);
  if (!coerced || !plan || !isPlan(plan)) throw new Error(`no plan: ${JSON.stringify(plan)}`);
  return { plan, variables: coerced };
}

export async function runOnce(graph: Supergraph, query: string, given: Variables = {}, context = contextOf()) {
  const { plan, variables } = planned(graph, query, given);
  return told(await runPlan(plan, variables, context));
}

/** The data, and `path: message` of each fault. */
function told({ data, faults }: Executed): { readonly data: unknown; readonly faults: readonly string[] } {
  return {
    data: JSON.parse(data),
    faults: faults.map(({ error, path }) => `${path.join('.')}: ${error.message}`),
  };
}

export function contextOf(options: { calls?: number; signal?: AbortSignal } = {}): RequestContext {
  const signal = options.signal ?? new AbortController().signal;
  return requestContext(
    { signal, deadline: Number.POSITIVE_INFINITY, headers: {}, requestId: 'r1' },
    options.calls ?? 500,
  );
}
