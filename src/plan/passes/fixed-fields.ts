import {
  type GraphQLOutputType,
  getNullableType,
  isAbstractType,
  isLeafType,
  isListType,
  isNonNullType,
} from 'graphql';
import { coordinate } from '../../base/coordinate.ts';
import type { CannedAnswer } from '../../policy/canned.ts';
import type { Decided } from '../../supergraph/reference/canned-places.ts';
import type { Selected, SelectedField } from './collect.ts';
import { fieldPlace } from './field-place.ts';
import type { PlacedField, PlacedObject, PlacedSet, PlacedValue } from './placed.ts';
import { isTypename, typenameField } from './typename-field.ts';

/**
 * Places fields that are known without asking anyone: the name of an object's type, and what is canned. All that is below what is canned is
 * in the answer, in the client's names.
 */
export class FixedFields {
  readonly #answerAt: Decided['answerAt'] | undefined;
  readonly #sets = new Map<Selected, PlacedSet>();

  constructor(answerAt: Decided['answerAt'] | undefined) {
    this.#answerAt = answerAt;
  }

  has(typeName: string, selected: SelectedField): boolean {
    return isTypename(selected) || this.#answer(typeName, selected) !== undefined;
  }

  /** Undefined: somebody must be asked. */
  place(typeName: string, selected: SelectedField): PlacedField | undefined {
    if (isTypename(selected)) return typenameField(selected);
    const canned = this.#answer(typeName, selected);
    return canned && this.#canned(selected, canned.answer);
  }

  #answer(typeName: string, { definition, nodes }: SelectedField) {
    return this.#answerAt?.(coordinate(typeName, definition.name), nodes[0]);
  }

  #canned(selected: SelectedField, answer: CannedAnswer): PlacedField {
    const field = fieldPlace(selected, args => args);
    const placed = 'error' in answer ? answer : { template: answer.template, field };
    return {
      selected,
      from: { kind: 'canned', answer: placed },
      value: this.#value(selected.definition.type, selected),
    };
  }

  #value(type: GraphQLOutputType, selected: SelectedField): PlacedValue {
    const nonNull = isNonNullType(type);
    const inner = getNullableType(type);
    if (isListType(inner)) return { kind: 'list', nonNull, of: this.#value(inner.ofType, selected) };
    if (isLeafType(inner)) return { kind: 'leaf', nonNull, type: inner };
    const { below } = selected;
    if (!below) throw new TypeError(`Nothing is selected of ${inner.name}.`);
    const known = this.#sets.get(below) ?? this.#set(inner.name, isAbstractType(inner), below);
    return { kind: 'objects', nonNull, set: known };
  }

  #set(ownType: string, abstract: boolean, below: Selected): PlacedSet {
    const branches = new Map<string, PlacedObject>();
    const set = { ownType, abstract, branches };
    this.#sets.set(below, set);
    for (const [typeName, fields] of below) branches.set(typeName, this.#object(typeName, fields));
    return set;
  }

  #object(typeName: string, fields: readonly SelectedField[]): PlacedObject {
    const placed = fields.map(field => (isTypename(field) ? typenameField(field) : this.#property(field)));
    return { typeName, ownType: typeName, fields: placed, feeds: [], reads: [], entities: [] };
  }

  #property(selected: SelectedField): PlacedField {
    const { name, type } = selected.definition;
    return { selected, from: { kind: 'property', ownField: name, key: name }, value: this.#value(type, selected) };
  }
}
