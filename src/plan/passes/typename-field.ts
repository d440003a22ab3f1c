import { getNullableType, isLeafType } from 'graphql';
import type { SelectedField } from './collect.ts';
import type { PlacedField } from './placed.ts';

export function isTypename({ definition }: SelectedField): boolean {
  return definition.name === '__typename';
}

/** The name of an object's type is known where the object is placed. */
export function typenameField(selected: SelectedField): PlacedField {
  const { type } = selected.definition;
  const leaf = getNullableType(type);
  if (!isLeafType(leaf)) throw new TypeError('__typename is a leaf.');
  return { selected, from: { kind: 'typename' }, value: { kind: 'leaf', nonNull: true, type: leaf } };
}
