import type { Direction } from './shape.ts';

/** How a schema is read: which way its values go, what its type is called where it has no name, and how deep it lies in one type. */
export interface Manner {
  readonly direction: Direction;
  readonly name: string;
  /** The whole of a result, or the items of one: its branches are told apart even where they are scalars. */
  readonly whole?: boolean;
  readonly depth?: number;
}

/** How a part of the schema is read: its values, or its items. */
export function inside(manner: Manner, part: string): Manner {
  return { direction: manner.direction, name: manner.name + part, depth: manner.depth ?? 0 };
}
