import type { DescMessage, DescOneof } from '@bufbuild/protobuf';
import type { TypeDefinitionNode, TypeNode } from 'graphql';
import {
  enumType,
  enumValue,
  listOf,
  named,
  nonNull,
  objectType,
  field as sdlField,
  unionType,
} from '../../../adapter/definitions.ts';
import { joined } from '../proto/full-name.ts';
import { caseKey, entryKey, memberKey, unionKey } from './derived-keys.ts';
import type { LeafTypes } from './leaf-types.ts';
import { type Member, mapFieldsOf } from './members.ts';
import { enumValueName } from './names.ts';
import { isImplicit, isLegacyRequired } from './presence.ts';
import { isNullable, scalarOf, scalarOfMessage } from './scalar-of.ts';
import { fieldRemarks, type Telling } from './telling.ts';
import type { TypeTable } from './type-table.ts';

/** What messages are in answers. */
export class OutputTypes {
  readonly #telling: Telling;
  readonly #table: TypeTable;
  readonly #leaves: LeafTypes;

  constructor(telling: Telling, table: TypeTable, leaves: LeafTypes) {
    this.#telling = telling;
    this.#table = table;
    this.#leaves = leaves;
  }

  of(message: DescMessage): TypeNode {
    const scalar = scalarOfMessage(message, this.#telling.members);
    return scalar === undefined ? named(this.#table.nameOf(message)) : this.#leaves.scalar(scalar);
  }

  /** The type of a message, and what its oneofs and maps need. */
  definitions(message: DescMessage): TypeDefinitionNode[] {
    const { members, oneofs, comments } = this.#telling;
    const names = members.namesOf(message);
    const own = members.of(message).filter(field => oneofs === 'FLAT' || !field.oneof);
    const fields = own.map(field =>
      sdlField(names.field.get(field)!, this.#typeOf(field), fieldRemarks(this.#telling, field)),
    );
    const types: TypeDefinitionNode[] = [];
    for (const oneof of message.oneofs) {
      const { field, definitions } = oneofs === 'FLAT' ? this.#case(oneof) : this.#union(oneof);
      fields.push(field);
      types.push(...definitions);
    }
    for (const field of mapFieldsOf(message)) {
      const key = sdlField('key', nonNull(this.#leaves.scalar(scalarOf(field.mapKey))));
      const value = sdlField('value', this.#item(field));
      types.push(objectType(this.#table.derived(entryKey(field, '')), [key, value]));
    }
    const description = comments.get(message.typeName);
    return [objectType(this.#table.nameOf(message), fields, { description }), ...types];
  }

  /** Which of the members, that stand among the message's fields, is set. */
  #case(oneof: DescOneof) {
    const names = this.#telling.members.namesOf(oneof.parent);
    const name = this.#table.derived(caseKey(oneof));
    const description = `Which member of "${oneof.name}" is set.`;
    const values = oneof.fields.map(field => enumValue(enumValueName(names.field.get(field)!)));
    return {
      field: sdlField(names.caseOf.get(oneof.name)!, named(name), { description }),
      definitions: [enumType(name, values, { description })],
    };
  }

  /** One type for each member, since those of a union are objects (GraphQL October 2021, 3.8): it has the member as its only field. */
  #union(oneof: DescOneof) {
    const { members, comments } = this.#telling;
    const names = members.namesOf(oneof.parent);
    const name = this.#table.derived(unionKey(oneof));
    const types = oneof.fields.map(field => {
      const only = sdlField(names.field.get(field)!, this.#item(field), fieldRemarks(this.#telling, field));
      return objectType(this.#table.derived(memberKey(field)), [only]);
    });
    const description = comments.get(joined(oneof.parent.typeName, oneof.name));
    const union = unionType(
      name,
      types.map(type => type.name.value),
    );
    return {
      field: sdlField(names.oneof.get(oneof.name)!, named(name), { description }),
      definitions: [union, ...types],
    };
  }

  /**
   * protobuf.dev/programming-guides/field_presence: a scalar of implicit presence always has a value. An enum may bring a number that the
   * document does not know yet, so it is nullable: that one field fails, and not what it stands in.
   */
  #typeOf(field: Member): TypeNode {
    if (field.fieldKind === 'map') return nonNull(listOf(nonNull(named(this.#table.derived(entryKey(field, ''))))));
    if (field.fieldKind === 'list') return nonNull(listOf(this.#item(field)));
    const type = this.#value(field);
    if (isLegacyRequired(field)) return isNullable(field) ? type : nonNull(type);
    return isImplicit(field) && field.fieldKind === 'scalar' ? nonNull(type) : type;
  }

  /** An item of a list, or a map's value. */
  #item(field: Member): TypeNode {
    const type = this.#value(field);
    return field.enum || isNullable(field) ? type : nonNull(type);
  }

  #value(field: Member): TypeNode {
    return field.message ? this.of(field.message) : this.#leaves.of(field);
  }
}
