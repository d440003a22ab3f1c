import type { Shape, TypeShape } from '../call/shape.ts';

/** The values of a shape that are passed on as they are, which is almost all of them: what they are of, or the very values. */
type Plain = 'string' | 'integer' | 'number' | 'boolean' | ReadonlySet<unknown>;

export function plainOf(shape: Shape, types: ReadonlyMap<string, TypeShape>): Plain | undefined {
  switch (shape.kind) {
    case 'scalar':
      return plainScalar(shape.scalar);
    case 'type': {
      const type = types.get(shape.name);
      if (type?.kind !== 'enum') return undefined;
      return new Set(type.values.filter(([name, wire]) => name === wire).map(([name]) => name));
    }
    default:
      return undefined;
  }
}

function plainScalar(scalar: string): Plain | undefined {
  switch (scalar) {
    case 'JSON':
    case 'Int64':
    case 'Decimal':
      return undefined;
    case 'Int':
      return 'integer';
    case 'Float':
      return 'number';
    case 'Boolean':
      return 'boolean';
    default:
      return 'string';
  }
}

/** What is not goes the long way. */
export function isPlain(plain: Plain, value: unknown): boolean {
  if (typeof plain === 'object') return plain.has(value);
  switch (plain) {
    case 'string':
      return typeof value === 'string';
    case 'integer':
      return typeof value === 'number' && value === (value | 0);
    case 'number':
      return typeof value === 'number' && Number.isFinite(value);
    case 'boolean':
      return typeof value === 'boolean';
  }
}
