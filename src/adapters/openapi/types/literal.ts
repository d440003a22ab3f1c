import { type ConstValueNode, Kind } from 'graphql';
import { scalars } from '../../../adapter/scalars.ts';
import type { Shape } from '../call/shape.ts';
import { InputChecks } from '../request/input-checks.ts';

const mostItems = 100;

/**
 * A default of the document as a literal of the shape; undefined where it is none, or breaks what its own schema demands: nobody could leave
 * the argument out. Lists are bounded, since aliases can make a short YAML text a long value.
 */
export function literal(
  value: unknown,
  shape: Shape,
  enumName: (type: string, wire: string) => string | undefined,
): ConstValueNode | undefined {
  if (shape.constraints && !new InputChecks({ types: {} }).allows(shape, value)) return undefined;
  if (shape.kind === 'list') {
    if (!Array.isArray(value) || value.length > mostItems) return undefined;
    const values = value.map(item => (Array.isArray(item) ? undefined : literal(item, shape.of, enumName)));
    return values.includes(undefined) ? undefined : { kind: Kind.LIST, values: values.flatMap(item => item ?? []) };
  }
  if (shape.kind === 'type') {
    const called =
      typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
        ? enumName(shape.name, String(value))
        : undefined;
    return called === undefined ? undefined : { kind: Kind.ENUM, value: called };
  }
  return shape.kind === 'scalar' ? scalarLiteral(value, shape.scalar) : undefined;
}

/** A default that its own scalar refuses is none. */
function isFit(value: string, scalar: string): boolean {
  try {
    scalars[scalar]?.parseValue(value);
    return true;
  } catch {
    return false;
  }
}

function scalarLiteral(value: unknown, scalar: string): ConstValueNode | undefined {
  switch (scalar) {
    case 'Boolean':
      return typeof value === 'boolean' ? { kind: Kind.BOOLEAN, value } : undefined;
    case 'Int':
      return Number.isInteger(value) && Math.abs(Number(value)) < 2 ** 31
        ? { kind: Kind.INT, value: String(value) }
        : undefined;
    case 'Int64':
      return Number.isSafeInteger(value) ? { kind: Kind.INT, value: String(value) } : undefined;
    case 'Float':
      return typeof value === 'number' && Number.isFinite(value)
        ? { kind: Kind.FLOAT, value: String(value) }
        : undefined;
    case 'String':
    case 'DateTime':
    case 'Date':
    case 'Time':
    case 'Duration':
    case 'UUID':
    case 'Base64':
      return typeof value === 'string' && isFit(value, scalar) ? { kind: Kind.STRING, value } : undefined;
    default:
      return undefined;
  }
}
