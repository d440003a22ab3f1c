import { Kind, type SelectionSetNode } from 'graphql';

/** What a selection wants of one message. */
export interface Selected {
  /** By the source's own names of the fields; what is wanted below them, where that is not all. */
  readonly fields: ReadonlyMap<string, SelectionSetNode | undefined>;
  /** By the names of a union's types. */
  readonly ofType: ReadonlyMap<string, SelectionSetNode>;
}

const known = new WeakMap<SelectionSetNode, Selected>();

/** Aliases do not matter: values stand under the source's own names, whatever the client calls them. */
export function selectedOf(selectionSet: SelectionSetNode): Selected {
  const before = known.get(selectionSet);
  if (before) return before;
  const fields = new Map<string, SelectionSetNode | undefined>();
  const ofType = new Map<string, SelectionSetNode>();
  for (const node of selectionSet.selections) {
    if (node.kind === Kind.FIELD) {
      const { value: name } = node.name;
      fields.set(name, fields.has(name) ? joined(fields.get(name), node.selectionSet) : node.selectionSet);
    } else if (node.kind === Kind.INLINE_FRAGMENT) {
      const type = node.typeCondition?.name.value ?? '';
      ofType.set(type, joined(ofType.get(type) ?? node.selectionSet, node.selectionSet) ?? node.selectionSet);
    }
  }
  const selected = { fields, ofType };
  known.set(selectionSet, selected);
  return selected;
}

/** What is read whole anywhere is read whole. */
function joined(one: SelectionSetNode | undefined, other: SelectionSetNode | undefined): SelectionSetNode | undefined {
  if (!one || !other) return undefined;
  return one === other ? one : { kind: Kind.SELECTION_SET, selections: [...one.selections, ...other.selections] };
}
