import { GraphQLBoolean, type GraphQLOutputType, getNullableType, isLeafType, isListType } from 'graphql';
import type { Json } from '../../base/json.ts';
import type { Canned } from '../../policy/canned.ts';
import type { SelectedField } from './collect.ts';
import type { PlacedField } from './placed.ts';

/** A field that is answered without asking anyone. */
export function cannedField(selected: SelectedField, canned: Canned): PlacedField {
  const answer =
    'error' in canned ? canned : { text: JSON.stringify(serialised(selected.definition.type, canned.value)) };
  // The value is written as it is, whatever its type: nothing below it is asked or completed.
  return { selected, from: { kind: 'canned', answer }, value: { kind: 'leaf', nonNull: false, type: GraphQLBoolean } };
}

/** The value was held against the type when the supergraph was composed. */
function serialised(type: GraphQLOutputType, value: Json): unknown {
  const inner = getNullableType(type);
  if (value === null) return null;
  if (isListType(inner) && Array.isArray(value)) return value.map(item => serialised(inner.ofType, item));
  return isLeafType(inner) ? inner.serialize(value) : value;
}
