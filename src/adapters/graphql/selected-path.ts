import { type FieldNode, Kind, type SelectionSetNode } from 'graphql';

/** Does the path lead along what was selected? What an upstream says beyond that is its own text, and not for clients. */
export function isSelected(path: readonly (string | number)[], selectionSet: SelectionSetNode | undefined): boolean {
  let within: readonly SelectionSetNode[] = selectionSet ? [selectionSet] : [];
  for (const key of path) {
    if (typeof key === 'number') continue;
    const fields = within.flatMap(fieldsOf).filter(field => (field.alias ?? field.name).value === key);
    if (fields.length === 0) return false;
    within = fields.flatMap(field => field.selectionSet ?? []);
  }
  return true;
}

/** The fields of a selection whose fragments are inlined. */
function fieldsOf({ selections }: SelectionSetNode): readonly FieldNode[] {
  return selections.flatMap(node => {
    if (node.kind === Kind.FIELD) return [node];
    return node.kind === Kind.INLINE_FRAGMENT ? fieldsOf(node.selectionSet) : [];
  });
}
