import { GraphQLError, type GraphQLField, getArgumentValues, visit } from 'graphql';
import type { FieldPlace } from '../plan.ts';
import type { SelectedField } from './collect.ts';

type Arguments = Readonly<Record<string, unknown>>;

/** A field that asks a call. `own` says coerced arguments in the names of the source that is asked. */
export function fieldPlace({ definition, nodes }: SelectedField, own: (args: Arguments) => Arguments): FieldPlace {
  return { definition, nodes, constantArguments: holdsVariables(nodes[0]) ? null : constant(definition, nodes, own) };
}

function holdsVariables(node: SelectedField['nodes'][0]): boolean {
  let found = false;
  for (const argument of node.arguments ?? []) {
    visit(argument, {
      Variable: () => {
        found = true;
      },
    });
  }
  return found;
}

/** What does not fit is told by each request that asks: it is an error of the field, and not of the plan. */
function constant(
  definition: GraphQLField<unknown, unknown>,
  nodes: SelectedField['nodes'],
  own: (args: Arguments) => Arguments,
): Arguments | null {
  try {
    return own(getArgumentValues(definition, nodes[0]));
  } catch (error) {
    if (error instanceof GraphQLError) return null;
    throw error;
  }
}
