import type { DescMessage } from '@bufbuild/protobuf';
import type { InputValueDefinitionNode, TypeDefinitionNode, TypeNode } from 'graphql';
import { inputValue, listOf, nonNull } from '../../../adapter/definitions.ts';
import { InputTypes } from './input-types.ts';
import { LeafTypes } from './leaf-types.ts';
import { OutputTypes } from './output-types.ts';
import { mayBeNull, scalarOfMessage } from './scalar-of.ts';
import type { Telling } from './telling.ts';
import type { TypeTable } from './type-table.ts';

/** The types of methods' results and arguments, and all named types that these need. */
export class SchemaTypes {
  readonly #telling: Telling;
  readonly #table: TypeTable;
  readonly #leaves: LeafTypes;
  readonly #outputs: OutputTypes;
  readonly #inputs: InputTypes;

  constructor(telling: Telling, table: TypeTable) {
    this.#telling = telling;
    this.#table = table;
    this.#leaves = new LeafTypes(telling, table);
    this.#outputs = new OutputTypes(telling, table, this.#leaves);
    this.#inputs = new InputTypes(telling, table, this.#leaves);
  }

  /** The named types, the scalars that were asked for among them. */
  definitions(): TypeDefinitionNode[] {
    const { outputs, inputs, requests, enums } = this.#table;
    const composed = [
      ...[...outputs].flatMap(message => this.#outputs.definitions(message)),
      ...[...inputs].map(message => this.#inputs.definition(message)),
      ...[...requests, ...inputs].flatMap(message => this.#inputs.parts(message)),
      ...[...enums].map(declared => this.#leaves.enumDefinition(declared)),
    ];
    const unique = new Map(composed.map(type => [type.name.value, type]));
    return [...this.#leaves.scalarDefinitions(), ...unique.values()];
  }

  /** The result of a method; nullable, so that one failing call spoils only itself. */
  result(reply: DescMessage): TypeNode {
    return this.#outputs.of(reply);
  }

  /** The result of a stream whose replies are gathered. */
  resultList(reply: DescMessage): TypeNode {
    return listOfMessages(reply, this.#outputs.of(reply));
  }

  /** The arguments of a method: the request's fields, or `input` where GraphQL has a scalar for the request. */
  args(request: DescMessage): InputValueDefinitionNode[] {
    const { members } = this.#telling;
    const scalar = scalarOfMessage(request, members);
    if (scalar === undefined) return this.#inputs.fields(request);
    return members.of(request).length === 0 ? [] : [inputValue('input', this.#leaves.scalar(scalar))];
  }

  /** The argument of a method that takes many requests. */
  argsOfMany(request: DescMessage): InputValueDefinitionNode[] {
    return [inputValue('input', nonNull(listOfMessages(request, this.#inputs.of(request))))];
  }
}

function listOfMessages(message: DescMessage, type: TypeNode): TypeNode {
  return listOf(mayBeNull(message) ? type : nonNull(type));
}
