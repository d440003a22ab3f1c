import type { Model, Shape, TypeShape } from './shape.ts';

/** What of a JSON text must be looked at before it is parsed, by the shape that it is read by. */
export interface ReadingNeeds {
  /** Does a digit that a double loses matter to anybody? */
  readonly digits: boolean;
  /** Can what is read nest without end? */
  readonly depth: boolean;
}

/** For answers of which nothing is known. */
export const allNeeds: ReadingNeeds = { digits: true, depth: true };

/** Only what the shape leads to is ever read: a type that leads back to itself can nest without end, and JSON can be anything. */
export function needsOf(shape: Shape, model: Model): ReadingNeeds {
  const types: ReadonlyMap<string, TypeShape> = new Map(Object.entries(model.types));
  const done = new Set<string>();
  const open = new Set<string>();
  let digits = false;
  let depth = false;
  const visit = (at: Shape): void => {
    switch (at.kind) {
      case 'scalar':
        digits ||= exactScalars.has(at.scalar);
        depth ||= at.scalar === 'JSON';
        break;
      case 'list':
        visit(at.of);
        break;
      case 'map':
        visit(at.value);
        break;
      case 'type':
        visitType(at.name);
    }
  };
  const visitType = (name: string): void => {
    if (open.has(name)) depth = true;
    if (open.has(name) || done.has(name)) return;
    const type = types.get(name);
    if (!type) return;
    open.add(name);
    // Enum values, tags and discriminators are compared as they are written.
    if (type.kind !== 'object') digits ||= longNumber.test(JSON.stringify(type));
    for (const inner of shapesIn(type)) visit(inner);
    if (type.kind === 'union') for (const member of type.members) if (!member.boxed) visitType(member.type);
    open.delete(name);
    done.add(name);
  };
  visit(shape);
  return { digits, depth };
}

/** Scalars that tell every digit. */
const exactScalars: ReadonlySet<string> = new Set(['Int64', 'BigInt', 'Decimal', 'JSON']);

/** What `parseJson` keeps as text. */
const longNumber = /\d{16}/;

function shapesIn(type: TypeShape): readonly Shape[] {
  switch (type.kind) {
    case 'object':
    case 'oneOf': {
      const additional = type.kind === 'object' && type.additional ? [type.additional.shape] : [];
      return [...type.fields.map(({ shape }) => shape), ...additional];
    }
    case 'union':
      return type.members.flatMap(({ boxed }) => (boxed ? [boxed.shape] : []));
    case 'enum':
      return [];
  }
}
