import type { Shape, TypeShape } from '../call/shape.ts';

/** The object types of the model that a value can be; `withBoxes`: those around what is no object among them. (Files are of one type for all sources, and of none of the model.) */
export function objectTypes(
  shape: Shape,
  types: Readonly<Record<string, TypeShape>>,
  withBoxes = true,
): readonly string[] {
  if (shape.kind !== 'type' || !Object.hasOwn(types, shape.name)) return [];
  const type = types[shape.name];
  if (type?.kind === 'object') return [shape.name];
  if (type?.kind !== 'union') return [];
  const members = type.members.filter(member => withBoxes || !member.boxed);
  return members.flatMap(member => objectTypes({ kind: 'type', name: member.type }, types, withBoxes));
}
