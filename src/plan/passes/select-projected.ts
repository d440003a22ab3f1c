import { type FieldNode, Kind, type SelectionNode, type SelectionSetNode } from 'graphql';
import type { UpstreamSelection } from '../plan.ts';
import type { PlacedObject, PlacedOperation, PlacedSet, PlacedStep } from './placed.ts';
import { setOf } from './set-of.ts';

/**
 * Pass 4, of sources that do less where less is wanted (`Blueprint.projects`): what is selected or read of their answers, in their own names
 * and without aliases. Only of calls that no other step asks, so that equal wishes stay one wish.
 */
export function selectProjected(
  { values }: PlacedOperation,
  alone: ReadonlySet<PlacedStep>,
): ReadonlyMap<PlacedStep, UpstreamSelection> {
  const selections = new Map<PlacedStep, UpstreamSelection>();
  for (const [step, value] of values) {
    const { blueprint, selective } = step.origin.member.subschema;
    const set = setOf(value);
    if (!blueprint.projects || selective || !set || !alone.has(step)) continue;
    selections.set(step, { selectionSet: selectionOf(set, new Map()), variables: [], complete: true });
  }
  return selections;
}

/** A set that is met again is the same selection. */
function selectionOf(set: PlacedSet, known: Map<PlacedSet, SelectionSetNode>): SelectionSetNode {
  const before = known.get(set);
  if (before) return before;
  const selections = [...set.branches.values()].flatMap((object): readonly SelectionNode[] => {
    const fields = fieldsOf(object, known);
    if (!set.abstract) return fields;
    const typeCondition = { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: object.ownType } } as const;
    return [
      { kind: Kind.INLINE_FRAGMENT, typeCondition, selectionSet: { kind: Kind.SELECTION_SET, selections: fields } },
    ];
  });
  const selectionSet: SelectionSetNode = { kind: Kind.SELECTION_SET, selections };
  known.set(set, selectionSet);
  return selectionSet;
}

function fieldsOf({ fields, reads }: PlacedObject, known: Map<PlacedSet, SelectionSetNode>): readonly FieldNode[] {
  const selected = fields.flatMap(({ from, value }) => {
    if (from.kind !== 'property') return [];
    const below = setOf(value);
    return [fieldNode(from.ownField, below && selectionOf(below, known))];
  });
  return [...selected, ...reads.flatMap(path => readNode(path) ?? [])];
}

function readNode([first, ...rest]: readonly string[]): FieldNode | undefined {
  if (first === undefined) return undefined;
  const below = readNode(rest);
  return fieldNode(first, below && { kind: Kind.SELECTION_SET, selections: [below] });
}

function fieldNode(name: string, selectionSet: SelectionSetNode | undefined): FieldNode {
  return { kind: Kind.FIELD, name: { kind: Kind.NAME, value: name }, ...(selectionSet ? { selectionSet } : {}) };
}
