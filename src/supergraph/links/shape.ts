import { isEnumType, isScalarType, Kind, type NamedTypeNode, type TypeNode } from 'graphql';
import { type Catalogue, isSharedScalar, prefixedReference } from '../catalogue.ts';

/** A type reference in the overlay's names, in which types of all sources can be compared. */
export type Shape = TypeNode;

export function nullable(shape: Shape): Exclude<Shape, { kind: typeof Kind.NON_NULL_TYPE }> {
  return shape.kind === Kind.NON_NULL_TYPE ? shape.type : shape;
}

/** The item of a list; undefined where it is none. */
export function itemOf(shape: Shape): Shape | undefined {
  const inner = nullable(shape);
  return inner.kind === Kind.LIST_TYPE ? inner.type : undefined;
}

export function namedOf(shape: Shape): NamedTypeNode {
  return shape.kind === Kind.NAMED_TYPE ? shape : namedOf(shape.type);
}

export function isLeaf(shape: Shape, catalogue: Catalogue): boolean {
  const name = namedOf(shape).name.value;
  if (isSharedScalar(name)) return true;
  const [owner] = catalogue.types.get(name) ?? [];
  return isScalarType(owner?.type) || isEnumType(owner?.type);
}

/** Where `$parent.a.b` leads from a type, or the name of the step that leads nowhere; `list`: of the list that it would lead through. */
export function shapeAt(
  catalogue: Catalogue,
  typeName: string,
  path: readonly string[],
): Shape | { missing: string; of: string; list?: string } {
  let shape: Shape | undefined;
  let at = typeName;
  let before = '';
  for (const step of path) {
    const [owner] = catalogue.fields(at).get(step) ?? [];
    if (!owner) return { missing: step, of: at };
    if (shape && itemOf(shape)) return { missing: step, of: at, list: before };
    before = `${at}.${step}`;
    shape = prefixedReference(owner.member, owner.field.type);
    at = namedOf(shape).name.value;
  }
  return shape ?? { missing: '', of: at };
}

const texts: ReadonlySet<string> = new Set(['String', 'ID']);
const numbers: ReadonlySet<string> = new Set(['Int', 'Float', 'Int64', 'BigInt', 'Decimal']);

/**
 * Can a value of one leaf or input type be given where another is asked for? Identifiers may change between text and
 * number.
 */
export function fits(from: Shape, to: Shape, catalogue: Catalogue): boolean {
  const toItem = itemOf(to);
  if (toItem) return fits(itemOf(from) ?? from, toItem, catalogue);
  if (itemOf(from)) return namedOf(to).name.value === 'JSON';
  const [source, target] = [namedOf(from).name.value, namedOf(to).name.value];
  if (source === target || target === 'JSON') return true;
  if (!isLeaf(from, catalogue) || !isLeaf(to, catalogue)) return false;
  if (source === 'Boolean' || target === 'Boolean') return false;
  if (texts.has(target) || source === 'JSON') return true;
  if (numbers.has(target)) return numbers.has(source) || texts.has(source);
  return texts.has(source);
}

/** Does a value of one output type always have the other: the same names and lists, and no more nulls? */
export function satisfies(value: Shape, declared: Shape): boolean {
  if (declared.kind === Kind.NON_NULL_TYPE)
    return value.kind === Kind.NON_NULL_TYPE && satisfies(value.type, declared.type);
  const inner = nullable(value);
  if (declared.kind === Kind.LIST_TYPE) return inner.kind === Kind.LIST_TYPE && satisfies(inner.type, declared.type);
  return inner.kind === Kind.NAMED_TYPE && inner.name.value === declared.name.value;
}
