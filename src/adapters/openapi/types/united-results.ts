import { pascalName } from '../../../base/names.ts';
import type { Shape, UnionMember } from '../call/shape.ts';
import type { Located } from '../document/document.ts';
import { printedShape } from '../schemas/scalar-shapes.ts';
import { boxed } from './boxes.ts';
import type { TypeBuilder } from './type-builder.ts';

/** The member of a union that all answers of one status are. */
interface ResultMember {
  readonly type: string;
  /** The field that holds the answer where it is no object. */
  readonly boxed?: string;
}

/** Results of several statuses as one union; each but a union's own says which member it is. */
export function unitedResults(
  shapes: readonly Shape[],
  schema: Located,
  name: string,
  builder: TypeBuilder,
): { shape: Shape; members: Map<string, ResultMember> } {
  const members = new Map<string, ResultMember>();
  const all = new Map<string, UnionMember>();
  for (const shape of shapes) {
    const named = shape.kind === 'type' ? builder.shapeNamed(shape.name) : undefined;
    if (named?.kind === 'union') {
      for (const member of named.members) all.set(member.type, member);
      continue;
    }
    const isObject = shape.kind === 'type' && named?.kind !== 'enum';
    const member: UnionMember = isObject
      ? { type: shape.name, json: 'object', properties: [], required: [], tags: [] }
      : boxed(shape, builder);
    all.set(member.type, member);
    members.set(printedShape(shape), { type: member.type, ...(member.boxed ? { boxed: member.boxed.name } : {}) });
  }
  const shape = builder.define({
    name: builder.names.claim(pascalName(name), schema),
    direction: 'output',
    description: undefined,
    shape: { kind: 'union', members: [...all.values()] },
    notes: new Map(),
  });
  return { shape, members };
}
