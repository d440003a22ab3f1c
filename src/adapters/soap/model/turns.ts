import { leavesWithin, type Types } from './fields.ts';
import type { ElementField, GroupField, LeafField, Particle, WildcardField } from './model.ts';
import { standsFor } from './wildcard.ts';

/** A leaf of the group's content, and which may come right after it within one turn. */
export interface Position {
  readonly leaf: LeafField;
  readonly follow: Set<Position>;
}

/** What can begin and end a part of the content, and whether it may be nothing. */
interface Ends {
  readonly first: readonly Position[];
  readonly last: readonly Position[];
  readonly empty: boolean;
}

interface Name {
  readonly namespace: string;
  readonly local: string;
}

/**
 * Where a group that repeats as a whole begins anew. By XML Schema's law what follows an element never depends on what comes later (1.0
 * part 1, 3.8.6, Unique Particle Attribution): so the positions that may follow each (Glushkov's construction) tell it.
 */
export class GroupTurns {
  readonly group: GroupField;
  readonly #first: ReadonlySet<Position>;
  readonly #positions: Position[] = [];
  /** By local name; of a nested group by the names of all in it. */
  readonly #named = new Map<string, { readonly namespace: string; readonly position: Position }[]>();
  readonly #types: Types;

  constructor(types: Types, group: GroupField, content: Particle) {
    this.#types = types;
    this.group = group;
    this.#first = new Set(this.#ends(content).first);
  }

  /** The elements by which the group is known, each with the leaf that it is of. */
  *names(): Generator<Name> {
    for (const [local, places] of this.#named) for (const { namespace } of places) yield { namespace, local };
  }

  /** Is there a wildcard in it that takes elements of a namespace? */
  takes(namespace: string): boolean {
    return this.#positions.some(({ leaf }) => leaf.kind === 'any' && standsFor(leaf, namespace));
  }

  /** Where an element stands that goes on with the turn that is at a position; undefined where it cannot. */
  following(at: Position, element: Name): Position | undefined {
    return this.#positionsOf(element).find(position => at.follow.has(position));
  }

  /** Where an element stands that begins a turn. */
  beginning(element: Name): Position {
    const positions = this.#positionsOf(element);
    return positions.find(position => this.#first.has(position)) ?? positions[0] ?? this.#positions[0]!; // a group has content
  }

  #positionsOf({ namespace, local }: Name): Position[] {
    const named = this.#named.get(local) ?? [];
    const exact = named.filter(one => one.namespace === namespace);
    if (exact.length > 0) return exact.map(one => one.position);
    const wild = this.#positions.filter(({ leaf }) => leaf.kind === 'any' && standsFor(leaf, namespace));
    return wild.length > 0 ? wild : named.map(one => one.position);
  }

  #ends(particle: Particle): Ends {
    switch (particle.kind) {
      case 'base':
        return { first: [], last: [], empty: true }; // groups extend nothing
      case 'choice': {
        const parts = particle.items.map(item => this.#ends(item));
        return {
          first: parts.flatMap(part => part.first),
          last: parts.flatMap(part => part.last),
          empty: particle.optional || parts.some(part => part.empty),
        };
      }
      case 'sequence':
        return this.#sequence(
          particle.items.map(item => this.#ends(item)),
          particle.optional,
        );
      case 'all': {
        // In any order: each may follow each.
        const parts = particle.items.map(item => this.#ends(item));
        for (const one of parts) for (const other of parts) if (one !== other) join(one.last, other.first);
        const ends = (side: 'first' | 'last') => parts.flatMap(part => part[side]);
        const empty = particle.optional || parts.every(part => part.empty);
        return { first: ends('first'), last: ends('last'), empty };
      }
      default:
        return this.#leaf(particle);
    }
  }

  #sequence(parts: readonly Ends[], optional: boolean): Ends {
    let all: Ends = { first: [], last: [], empty: true };
    for (const part of parts) {
      join(all.last, part.first);
      all = {
        first: all.empty ? [...all.first, ...part.first] : all.first,
        last: part.empty ? [...all.last, ...part.last] : part.last,
        empty: all.empty && part.empty,
      };
    }
    return { ...all, empty: all.empty || optional };
  }

  #leaf(leaf: LeafField): Ends {
    const position: Position = { leaf, follow: new Set() };
    this.#positions.push(position);
    if (leaf.max !== 1) position.follow.add(position);
    for (const { namespace, local } of this.#elementsOf(leaf)) {
      const places = this.#named.get(local) ?? [];
      this.#named.set(local, places);
      places.push({ namespace, position });
    }
    return { first: [position], last: [position], empty: leaf.min === 0 };
  }

  /** The elements that may stand where a leaf is. */
  #elementsOf(leaf: ElementField | WildcardField | GroupField): { namespace: string; local: string }[] {
    if (leaf.kind === 'any') return [];
    const type = this.#types[leaf.type];
    if (leaf.kind === 'element') return type?.kind === 'substitution' ? [...type.members] : [leaf];
    return type?.kind === 'complex' ? leavesWithin(this.#types, type).flatMap(inner => this.#elementsOf(inner)) : [];
  }
}

function join(before: readonly Position[], after: readonly Position[]): void {
  for (const one of before) for (const other of after) one.follow.add(other);
}
