import { isInterfaceType, isObjectType } from 'graphql';
import { coordinate } from '../../base/coordinate.ts';
import type { MemberOrigin } from '../../supergraph/origins.ts';
import { reservedKey } from '../../supergraph/reserved-names.ts';
import type { Wanted } from './choose-source.ts';
import type { SelectedField } from './collect.ts';
import type { PlacedHole } from './placed.ts';

/** A field for an answer, or a path for a link's hole, in the overlay's names. */
export interface Want extends Wanted {
  readonly field?: SelectedField;
  readonly hole?: readonly string[];
}

/** What an object's own source has of what is asked, and what is to be joined. */
export class Joining {
  readonly typeName: string;
  readonly wanted: Want[] = [];
  readonly reads: (readonly string[])[] = [];
  readonly holes = new Map<string, PlacedHole>();
  readonly #origin: MemberOrigin;
  readonly #ownType: string;

  constructor(typeName: string, origin: MemberOrigin, ownType: string) {
    this.typeName = typeName;
    this.#origin = origin;
    this.#ownType = ownType;
  }

  field(field: SelectedField): void {
    const { name } = field.definition;
    const ownField = (origin: MemberOrigin) => origin.ownField(this.typeName, name);
    if (ownField(this.#origin) !== undefined) return;
    this.wanted.push({ coordinate: coordinate(this.typeName, name), field, below: field.below, ownField });
  }

  hole(path: readonly string[]): void {
    const text = path.join('.');
    if (this.holes.has(text)) return;
    if (hasField(this.#origin, this.#ownType, path)) {
      this.holes.set(text, { path: this.read(path) });
      return;
    }
    const ownField = (origin: MemberOrigin) => {
      const ownType = origin.ownType(this.typeName);
      return ownType !== undefined && hasField(origin, ownType, path) ? path[0] : undefined;
    };
    this.holes.set(text, { path }); // until its source is chosen
    this.wanted.push({ coordinate: coordinate(this.typeName, text), hole: path, ownField });
  }

  /** Where the object has what is at a path of its own. */
  read(path: readonly string[]): readonly string[] {
    this.reads.push(path);
    return pathIn(this.#origin, path);
  }
}

export function pathIn({ member }: MemberOrigin, [first = '', ...rest]: readonly string[]): readonly string[] {
  return [member.subschema.selective ? reservedKey(first) : first, ...rest];
}

/** Below the roots, the overlay's names of fields are the source's own: prefixes are for types and root fields. */
export function hasField({ member }: MemberOrigin, ownType: string, [first = '']: readonly string[]): boolean {
  const type = member.schema.getType(ownType);
  return (isObjectType(type) || isInterfaceType(type)) && Object.hasOwn(type.getFields(), first);
}
