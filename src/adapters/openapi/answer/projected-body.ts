import { isRecord } from '../../../base/json.ts';
import type { ObjectShape, Shape, UnionShape, XmlType } from '../call/shape.ts';

type Types = Readonly<Record<string, XmlType>>;

/** What of plain JSON a shape names, under the wire's own names: all else is left out, and so is what has another form. */
export function projected(value: unknown, shape: Shape, types: Types): unknown {
  if (value === null || value === undefined) return null;
  switch (shape.kind) {
    case 'scalar':
      return shape.scalar === 'JSON' || typeof value !== 'object' ? value : undefined;
    case 'list':
      return Array.isArray(value) ? value.map(item => projected(item, shape.of, types) ?? null) : undefined;
    case 'map':
      return isRecord(value)
        ? withMembers(Object.entries(value).map(([key, item]) => [key, projected(item, shape.value, types)]))
        : undefined;
    case 'type':
      return ofType(value, Object.hasOwn(types, shape.name) ? types[shape.name] : undefined, types);
  }
}

function ofType(value: unknown, type: XmlType | undefined, types: Types): unknown {
  switch (type?.kind) {
    case 'enum':
      return typeof value === 'object' ? undefined : value;
    case 'object':
      return isRecord(value) ? ofObject(value, type, types) : undefined;
    case 'union':
      return ofUnion(value, type, types);
    default:
      return undefined;
  }
}

function ofObject(
  value: Readonly<Record<string, unknown>>,
  { fields, additional }: Pick<ObjectShape, 'fields' | 'additional'>,
  types: Types,
): unknown {
  const shapes = new Map(fields.map(({ wire, shape }) => [wire, shape]));
  const rest = additional?.shape.kind === 'map' ? additional.shape.value : additional?.shape;
  return withMembers(
    Object.entries(value).map(([key, item]) => {
      const shape = shapes.get(key) ?? rest;
      return [key, shape && projected(item, shape, types)];
    }),
  );
}

/** Whichever member it is: what any of them names. Each value is looked at once, however many members there are. */
function ofUnion(value: unknown, { members }: UnionShape, types: Types): unknown {
  const boxed = members.flatMap(member => member.boxed?.shape ?? []);
  if (boxed.some(shape => shape.kind === 'scalar' && shape.scalar === 'JSON')) return value;
  if (!isRecord(value)) {
    const fits = (shape: Shape) => (shape.kind === 'list') === Array.isArray(value);
    const shape = boxed.find(fits);
    return shape && projected(value, shape, types);
  }
  const objects = members.flatMap(({ type: name }) => {
    const type = Object.hasOwn(types, name) ? types[name] : undefined;
    return type?.kind === 'object' ? [type] : [];
  });
  return ofObject(value, { fields: objects.flatMap(({ fields }) => fields) }, types);
}

type Member = [name: string, value: unknown];

function withMembers(members: readonly Member[]): Record<string, unknown> {
  const record: Record<string, unknown> = Object.create(null);
  for (const [name, value] of members) if (value !== undefined) record[name] = value;
  return record;
}
