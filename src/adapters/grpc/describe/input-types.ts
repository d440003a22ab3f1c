import type { DescMessage } from '@bufbuild/protobuf';
import type { InputValueDefinitionNode, TypeDefinitionNode, TypeNode } from 'graphql';
import { inputType, inputValue, listOf, named, nonNull, oneOfInputType } from '../../../adapter/definitions.ts';
import { joined } from '../proto/full-name.ts';
import { isRequiredInput } from './annotations.ts';
import { entryKey, inputKey, oneofKey } from './derived-keys.ts';
import type { LeafTypes } from './leaf-types.ts';
import { type Member, mapFieldsOf } from './members.ts';
import { isComposite, requiresItself } from './reachable.ts';
import { isNullable, mayBeNull, scalarOf, scalarOfMessage } from './scalar-of.ts';
import { fieldRemarks, type Telling } from './telling.ts';
import type { TypeTable } from './type-table.ts';

/** What messages are in arguments. */
export class InputTypes {
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
    return scalar === undefined ? named(this.#table.derived(inputKey(message))) : this.#leaves.scalar(scalar);
  }

  definition(message: DescMessage): TypeDefinitionNode {
    const description = this.#telling.comments.get(message.typeName);
    return inputType(this.#table.derived(inputKey(message)), this.fields(message), { description });
  }

  fields(message: DescMessage): InputValueDefinitionNode[] {
    const { members, comments } = this.#telling;
    const names = members.namesOf(message);
    return [...message.members, ...members.extensionsOf(message)].map(member => {
      if (member.kind === 'oneof') {
        const description = comments.get(joined(message.typeName, member.name));
        return inputValue(names.oneof.get(member.name)!, named(this.#table.derived(oneofKey(member))), { description });
      }
      return inputValue(names.field.get(member)!, this.#typeOf(member), fieldRemarks(this.#telling, member));
    });
  }

  /** What the oneofs and maps of a message need: `@oneOf` types and entries. */
  parts(message: DescMessage): TypeDefinitionNode[] {
    const { members } = this.#telling;
    if (!isComposite(message, members)) return [];
    const names = members.namesOf(message);
    const oneofs = message.oneofs.map(oneof => {
      const fields = oneof.fields.map(field =>
        inputValue(names.field.get(field)!, this.#whole(field), fieldRemarks(this.#telling, field)),
      );
      return oneOfInputType(this.#table.derived(oneofKey(oneof)), fields);
    });
    const entries = mapFieldsOf(message).map(field => {
      const key = inputValue('key', nonNull(this.#leaves.scalar(scalarOf(field.mapKey))));
      const value = inputValue('value', this.#item(field));
      return inputType(this.#table.derived(entryKey(field, 'Input')), [key, value]);
    });
    return [...oneofs, ...entries];
  }

  /** Nullable, unless the client must give the field. */
  #typeOf(field: Member): TypeNode {
    const type = this.#whole(field);
    const mayBeLeftOut =
      field.fieldKind === 'message' &&
      (mayBeNull(field.message) || requiresItself(field.message, this.#telling.members));
    return isRequiredInput(field) && !field.oneof && !mayBeLeftOut ? nonNull(type) : type;
  }

  #whole(field: Member): TypeNode {
    if (field.fieldKind === 'map') return listOf(nonNull(named(this.#table.derived(entryKey(field, 'Input')))));
    return field.fieldKind === 'list' ? listOf(this.#item(field)) : this.#value(field);
  }

  /** An item of a list, or a map's value. */
  #item(field: Member): TypeNode {
    const type = this.#value(field);
    return isNullable(field) ? type : nonNull(type);
  }

  #value(field: Member): TypeNode {
    return field.message ? this.of(field.message) : this.#leaves.of(field);
  }
}
