import { getVariableValues, parse, validate } from 'graphql';
import { Plans } from '../../src/plan/plan-cache.ts';
import { planText } from '../../src/plan/print.ts';
import type { Supergraph } from '../../src/supergraph/supergraph.ts';

/** What a client asks, wherever on the page it stands. */
export interface Asked {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly operationName?: string;
}

/** The plan that the operation runs by, as `selvage explain` prints it. Throws where there is none: such a case has no `@plan`. */
export function planOf(supergraph: Supergraph, { query, variables, operationName }: Asked): string {
  const document = parse(query);
  const [violation] = validate(supergraph.schema, document);
  if (violation) throw violation;
  const prepared = new Plans().prepare(supergraph, document, operationName);
  if (!prepared) throw new SyntaxError('A case with a @plan has an operation.');
  const { coerced, errors } = getVariableValues(supergraph.schema, prepared.variableDefinitions, variables);
  if (errors?.[0]) throw errors[0];
  return planText(prepared.plan(coerced ?? {}, prepared.canned?.always)).trimEnd();
}
