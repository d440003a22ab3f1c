import { pascalName } from '../../../base/names.ts';
import type { Direction } from '../call/shape.ts';
import type { Located } from '../document/document.ts';
import { wishOf } from './type-names.ts';

/**
 * `parts`: the whole, whose properties are the parts. `part`: one of them, a file where its schema is of bytes; `file`: it is one where its
 * schema allows that; `text`: where its schema insists. `nested`: a part that is such a whole itself, or a list of such parts.
 */
export type FilePlace = 'parts' | 'part' | 'file' | 'text' | 'nested';

/** What the document's encoding makes of a part. */
export interface PartManner {
  readonly files: FilePlace;
  /** Of the parts in it. */
  readonly parts?: ReadonlyMap<string, PartManner>;
}

/** How a schema is read: which way its values go, what its type is called where it has no name (few are asked), and how deep it lies in one type. */
export interface Manner {
  readonly direction: Direction;
  readonly called: () => string;
  /** The name of the component that the schema is. */
  readonly component?: string | undefined;
  /** The whole of a result, or the items of one: its branches are told apart even where they are scalars. */
  readonly whole?: boolean;
  /** Of a multipart body, where files can be. */
  readonly files?: FilePlace;
  /** Of `parts`, and of what holds them: by property. */
  readonly parts?: ReadonlyMap<string, PartManner>;
  /** Several may refer to the schema. */
  readonly shared?: boolean;
  readonly depth?: number;
}

/** How a part of the schema is read: its values, or its items. */
export function inside(manner: Manner, part: string): Manner {
  return { direction: manner.direction, called: () => manner.called() + part, depth: manner.depth ?? 0 };
}

/** What a schema is called whichever way its values go, and whoever else is called so: what has no name in it is called after that. */
export function stemOf(schema: Located, { component, called }: Manner): string {
  return component ?? wishOf(schema.value) ?? pascalName(called());
}
