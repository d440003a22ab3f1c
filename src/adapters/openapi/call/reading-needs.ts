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

/**
 * Only what the shape leads to is ever read: a type that leads back to itself can nest without end, and JSON can be anything. Without
 * recursion, since types lead from one to the next in chains of thousands.
 */
export function needsOf(shape: Shape, model: Model): ReadingNeeds {
  const done = new Set<string>();
  const open = new Set<string>();
  const waiting: { readonly name: string; readonly isLeft: boolean }[] = [];
  let digits = false;
  let depth = false;
  const want = (at: Shape): void => {
    const inner = innermost(at);
    if (inner.kind === 'type') waiting.push({ name: inner.name, isLeft: false });
    else {
      digits ||= exactScalars.has(inner.scalar);
      depth ||= inner.scalar === 'JSON';
    }
  };
  want(shape);
  for (let here = waiting.pop(); here; here = waiting.pop()) {
    const { name, isLeft } = here;
    if (isLeft) {
      open.delete(name);
      done.add(name);
      continue;
    }
    depth ||= open.has(name);
    const type = Object.hasOwn(model.types, name) ? model.types[name] : undefined;
    if (!type || open.has(name) || done.has(name)) continue;
    open.add(name);
    waiting.push({ name, isLeft: true });
    // Enum values, tags and discriminators are compared as they are written.
    if (type.kind !== 'object') digits ||= longNumber.test(JSON.stringify(type));
    for (const inner of shapesIn(type)) want(inner);
    if (type.kind === 'union')
      for (const member of type.members) if (!member.boxed) waiting.push({ name: member.type, isLeft: false });
  }
  return { digits, depth };
}

function innermost(shape: Shape): Extract<Shape, { kind: 'scalar' | 'type' }> {
  let inner = shape;
  while (inner.kind === 'list' || inner.kind === 'map') inner = inner.kind === 'list' ? inner.of : inner.value;
  return inner;
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
