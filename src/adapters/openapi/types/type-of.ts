import type { TypeNode } from 'graphql';
import { listOf, named, nonNull } from '../../../adapter/definitions.ts';
import type { Shape } from '../call/shape.ts';

/** A shape as the schema writes it. */
export function typeOf(shape: Shape): TypeNode {
  const type = nullableTypeOf(shape);
  return shape.nonNull ? nonNull(type) : type;
}

function nullableTypeOf(shape: Shape): TypeNode {
  switch (shape.kind) {
    case 'scalar':
      return named(shape.scalar);
    case 'type':
      return named(shape.name);
    case 'list':
      return listOf(typeOf(shape.of));
    case 'map':
      return listOf(nonNull(named(shape.entry)));
  }
}
