import { getArgumentValues, type SelectionSetNode } from 'graphql';
import type { Selection, SelectionVariable } from '../adapter/selection.ts';
import { told } from '../supergraph/reference/look-up.ts';
import { type OperationKind, rootTypeOf } from '../supergraph/schema/root-type.ts';
import { lookupOf } from './lookup-of.ts';
import type { FieldPlace, LinkStep, RootStep, Step, UpstreamSelection } from './plan.ts';

export type Variables = Readonly<Record<string, unknown>>;

/** A field's arguments in the source's own names, coerced. Throws what graphql-js finds wrong with them. */
export function argumentsOf(
  step: RootStep | LinkStep,
  variables: Variables,
  operation: OperationKind,
): Readonly<Record<string, unknown>> {
  const { field } = step;
  if (field.constantArguments) return field.constantArguments;
  const args = coerced(field, variables);
  if (step.kind === 'link') return step.link.ownArguments(args);
  return step.origin.ownArguments(rootTypeOf[operation], field.definition.name, args);
}

/** In the client's names. Throws what graphql-js finds wrong with them. */
export function coerced({ definition, nodes }: FieldPlace, variables: Variables): Readonly<Record<string, unknown>> {
  const [node] = nodes;
  return node ? getArgumentValues(definition, node, variables) : {};
}

/** What the source is told of the selection; undefined where it is told none. */
export function selectionOf(step: Step, variables: Variables): Selection | undefined {
  const { selection } = step;
  if (!selection) return undefined;
  const selectionSet = toldSet(step, selection);
  if (selection.variables.length === 0) return withoutVariables(selectionSet, selection.complete);
  const values: Record<string, SelectionVariable> = Object.create(null);
  for (const { name, type, inputType } of selection.variables) {
    if (Object.hasOwn(variables, name))
      values[name] = { type, value: step.origin.ownValue(inputType, variables[name]) };
  }
  return { selectionSet, variables: values };
}

const toldSets = new WeakMap<Step, SelectionSetNode>();

/** Of a lookup: with what its items are matched by, below the steps to them. */
function toldSet(step: Step, { selectionSet }: UpstreamSelection): SelectionSetNode {
  if (step.kind === 'root') return selectionSet;
  const known = toldSets.get(step);
  if (known) return known;
  const set = told(lookupOf(step), { selectionSet, variables: {} }).selectionSet;
  toldSets.set(step, set);
  return set;
}

const bareSelections = new WeakMap<SelectionSetNode, Selection>();

function withoutVariables(selectionSet: SelectionSetNode, complete: true | undefined): Selection {
  const known = bareSelections.get(selectionSet);
  if (known) return known;
  const selection: Selection = { selectionSet, variables: {}, ...(complete ? { complete } : {}) };
  bareSelections.set(selectionSet, selection);
  return selection;
}
