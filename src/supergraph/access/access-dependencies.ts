import { type GraphQLOutputType, getNamedType, isInterfaceType, isObjectType } from 'graphql';
import { type Coordinate, coordinate } from '../../base/coordinate.ts';
import { clientName, type Drafts } from '../drafts.ts';
import type { EntityPlan } from '../links/compile-entity.ts';
import type { LinkPlan } from '../links/compile-link.ts';
import type { Lookup } from '../links/lookup.ts';
import { namedOf, shapeAt } from '../links/shape.ts';
import { holes } from '../links/template.ts';
import { wayTo } from '../namespaces.ts';
import { clientMember, clientParent, clientType, type NameTable } from '../schema/name-table.ts';
import type { Pieces, SourceView } from '../source-view.ts';

/**
 * The fields that a link or an entity uses without a client asking for them, by the client's coordinates, hidden ones too: the root field
 * that is called, what `select` and `match` walk through, and what is read of the parent.
 */
export class AccessDependencies {
  readonly #pieces: Pieces;
  readonly #tables: ReadonlyMap<unknown, NameTable>;

  constructor(pieces: Pieces, views: readonly SourceView[]) {
    this.#pieces = pieces;
    this.#tables = new Map(views.map(({ member, table }) => [member, table]));
  }

  ofLink({ typeName, key, args, lookup }: LinkPlan): readonly Coordinate[] {
    const templates = [...(key ? [key] : []), ...args.values()];
    const read = templates.flatMap(template => holes(template, 'parent')).flatMap(path => this.#read(typeName, path));
    return [...this.#ofLookup(lookup), ...read];
  }

  ofEntity({ typeName, key, lookup }: EntityPlan): readonly Coordinate[] {
    return [...this.#ofLookup(lookup), ...this.#read(typeName, [key])];
  }

  /** A root field as clients know it, and the namespaces that it stands in. `at`: as the source does. */
  root(member: Lookup['member'], at: Coordinate): readonly Coordinate[] {
    const [rootType = '', own = ''] = at.split('.');
    const table = this.#table(member);
    const parent = clientParent(table, rootType, own);
    return [
      ...wayTo(this.#pieces.drafts.namespaces.types, parent),
      coordinate(parent, clientMember(table, rootType, own)),
    ];
  }

  #ofLookup({ member, at, select, batch, outcome }: Lookup): readonly Coordinate[] {
    const [, field = ''] = at.split('.');
    const reply = member.schema.getQueryType()?.getFields()[field]?.type;
    const walked = reply ? this.#walked(member, reply, select) : [];
    const matched = (batch?.parts ?? []).flatMap(part => this.#walked(member, outcome, part.item));
    return [...this.root(member, at), ...walked, ...matched];
  }

  /** Steps into a reply, in the source's own names. */
  #walked(member: Lookup['member'], from: GraphQLOutputType, path: readonly string[]): readonly Coordinate[] {
    const table = this.#table(member);
    let type = getNamedType(from);
    return path.flatMap(step => {
      if (!isObjectType(type) && !isInterfaceType(type)) return [];
      const at = coordinate(clientType(table, type.name), clientMember(table, type.name, step));
      const next = type.getFields()[step]?.type;
      if (next) type = getNamedType(next);
      return [at];
    });
  }

  /** Steps into a parent, in the overlay's names. */
  #read(typeName: string, path: readonly string[]): readonly Coordinate[] {
    const { catalogue, drafts } = this.#pieces;
    let at = typeName;
    return path.map((step, index) => {
      const found = inClientNames(drafts, at, step);
      const shape = shapeAt(catalogue, typeName, path.slice(0, index + 1));
      if (!('missing' in shape)) at = namedOf(shape).name.value;
      return found;
    });
  }

  #table(member: Lookup['member']): NameTable {
    const table = this.#tables.get(member);
    if (!table) throw new TypeError(`The source "${member.name}" has no names.`);
    return table;
  }
}

/** A field of the overlay, as clients know it. */
export function inClientNames(drafts: Drafts, typeName: string, field: string): Coordinate {
  return coordinate(clientName(drafts, typeName, typeName), clientName(drafts, `${typeName}.${field}`, field));
}
