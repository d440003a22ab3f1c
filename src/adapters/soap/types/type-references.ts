import type { TypeNode } from 'graphql';
import { listOf, named, nonNull } from '../../../adapter/definitions.ts';
import type { FieldView, Types } from '../model/fields.ts';
import type { ArrayType, SimpleType, TypeKey } from '../model/model.ts';

/** The name of a complex type in results: an interface's where derived types may stand for it. */
export function outputName(types: Types, key: TypeKey): string {
  const type = types[key];
  return type?.kind === 'complex' ? (type.interface ?? type.graphql) : 'XML';
}

/** A type in a result. */
export function outputOf(types: Types, key: TypeKey): TypeNode {
  const type = types[key];
  if (type?.kind === 'simple') return simpleType(type);
  if (type?.kind === 'array') return arrayType(type, outputOf(types, type.item));
  return type?.kind === 'substitution' ? outputOf(types, type.head) : named(outputName(types, key));
}

/** A type in an argument. */
export function inputOf(types: Types, key: TypeKey): TypeNode {
  const type = types[key];
  if (type?.kind === 'simple') return type.refers ? named('File') : simpleType(type);
  if (type?.kind === 'substitution') return named(type.oneOf);
  if (type?.kind === 'array') return arrayType(type, inputOf(types, type.item));
  return named(type ? (type.oneOf ?? type.input) : 'XML');
}

export function fieldOutput(types: Types, view: FieldView): TypeNode {
  return ofField(outputOf(types, view.type), view, view.nonNull);
}

export function fieldInput(types: Types, view: FieldView, required = view.required): TypeNode {
  return ofField(view.file ? named('File') : inputOf(types, view.type), view, required);
}

function ofField(item: TypeNode, view: FieldView, demanded: boolean): TypeNode {
  const type = view.list ? listOf(view.nullableItems ? item : nonNull(item)) : item;
  return demanded ? nonNull(type) : type;
}

/** Any item of an array may be null (SOAP 1.1, 5.4.2). */
function arrayType({ rank }: ArrayType, item: TypeNode): TypeNode {
  let type = item;
  for (let dimension = 0; dimension < rank; dimension += 1) type = listOf(type);
  return type;
}

function simpleType(type: SimpleType): TypeNode {
  const name = type.values && type.graphql ? type.graphql : type.primitive === 'QName' ? 'String' : type.primitive;
  return type.list ? listOf(nonNull(named(name))) : named(name);
}
