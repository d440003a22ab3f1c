import type { DescEnum } from '@bufbuild/protobuf';
import type { TypeDefinitionNode, TypeNode } from 'graphql';
import { enumType, enumValue, named, scalarType } from '../../../adapter/definitions.ts';
import { scalarNames } from '../../../adapter/scalars.ts';
import { joined } from '../proto/full-name.ts';
import type { Member } from './members.ts';
import { valueNames } from './names.ts';
import { anyDouble, nullValue, scalarOf } from './scalar-of.ts';
import type { Telling } from './telling.ts';
import type { TypeTable } from './type-table.ts';

/** Scalars and enums, which results and arguments share. */
export class LeafTypes {
  readonly #telling: Telling;
  readonly #table: TypeTable;
  readonly #scalars = new Set<string>();

  constructor(telling: Telling, table: TypeTable) {
    this.#telling = telling;
    this.#table = table;
  }

  /** The type of a value of a field that is no message's. */
  of(field: Member): TypeNode {
    if (!field.enum) return this.scalar(scalarOf(field.scalar!));
    return field.enum.typeName === nullValue ? this.scalar('JSON') : named(this.#table.nameOf(field.enum));
  }

  scalar(name: string): TypeNode {
    const told = name === 'Float' && this.#telling.nonFinite === 'TEXT' ? anyDouble : name;
    if (scalarNames.has(told) || told === anyDouble) this.#scalars.add(told);
    return named(told);
  }

  /** The scalars that were asked for till now. */
  scalarDefinitions(): TypeDefinitionNode[] {
    return [...this.#scalars].sort().map(scalarType);
  }

  enumDefinition(declared: DescEnum): TypeDefinitionNode {
    const { comments } = this.#telling;
    const names = valueNames(declared);
    const values = declared.values.map(({ name, deprecated }) =>
      enumValue(names.get(name)!, { description: comments.get(joined(declared.typeName, name)), deprecated }),
    );
    return enumType(this.#table.nameOf(declared), values, { description: comments.get(declared.typeName) });
  }
}
