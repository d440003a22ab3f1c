import type { SelectedField } from './collect.ts';
import type { PlacedField } from './placed.ts';

/** The object that a field of a namespace gives. `place`: what stands in it, as on the root type. */
export function placeNamespace(
  typeName: string,
  selected: SelectedField,
  place: (field: SelectedField) => PlacedField,
): PlacedField {
  const fields = (selected.below?.get(typeName) ?? []).map(place);
  const object = { typeName, ownType: typeName, fields, feeds: [], reads: [], entities: [] };
  const set = { ownType: typeName, abstract: false, branches: new Map([[typeName, object]]) };
  return { selected, from: { kind: 'namespace' }, value: { kind: 'objects', nonNull: true, set } };
}
