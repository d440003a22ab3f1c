import type { FieldShape, JsonKind, ScalarShape, Shape, UnionMember } from '../call/shape.ts';
import { printedShape } from '../schemas/scalar-shapes.ts';
import { spoken } from './names.ts';
import type { TypeBuilder } from './type-builder.ts';

const textShape: ScalarShape = { kind: 'scalar', scalar: 'String' };

/** A value that is no object in JSON needs one around it to be a member of a union. An enum is the text there that it is in JSON. */
export function boxed(written: Shape, builder: TypeBuilder): UnionMember {
  const isEnum = written.kind === 'type' && builder.shapeNamed(written.name)?.kind === 'enum';
  const shape = isEnum ? textShape : written;
  const field: FieldShape = {
    name: shape.kind === 'map' ? 'entries' : shape.kind === 'list' ? 'items' : 'value',
    wire: 'value',
    shape,
  };
  const type = builder.around(shape, boxAround, 'output', [field]);
  return { type, json: jsonKindOf(shape), boxed: field, properties: [], required: [], tags: [] };
}

function boxAround(shape: Shape) {
  const wanted = shape.kind === 'list' || shape.kind === 'map' ? spoken(shape) : `${spoken(shape)}Value`;
  return { wanted, place: `box of ${printedShape(shape)}` };
}

/** Boxes of one kind of JSON cannot be told apart, unless they hold lists: the first that holds all values stays. */
export function mergeBoxed(written: readonly UnionMember[]): UnionMember[] {
  const members = [...new Map(written.map(member => [member.type, member])).values()];
  const scalars = members.filter(member => member.boxed && member.boxed.shape.kind === 'scalar');
  const kept = new Map<JsonKind, UnionMember>();
  for (const member of scalars) {
    const best = kept.get(member.json);
    if (!best || isWider(member, best)) kept.set(member.json, member);
  }
  return members.filter(member => !scalars.includes(member) || kept.get(member.json) === member);
}

const width: readonly string[] = ['Int', 'Int64', 'Float', 'String'];

function isWider(one: UnionMember, other: UnionMember): boolean {
  const rank = (member: UnionMember) =>
    member.boxed?.shape.kind === 'scalar' ? width.indexOf(member.boxed.shape.scalar) : -1;
  return rank(one) > rank(other);
}

/** How a value of the shape stands in JSON. */
function jsonKindOf(shape: Shape): JsonKind {
  if (shape.kind === 'list') return 'array';
  if (shape.kind !== 'scalar') return 'object';
  if (shape.scalar === 'Boolean') return 'boolean';
  if (shape.scalar === 'JSON') return 'object';
  if (shape.scalar === 'Int' || shape.scalar === 'Float') return 'number';
  return shape.wire === 'number' ? 'number' : 'string';
}
