import { isEnumType } from 'graphql';
import { type Catalogue, isCalled, type OpenMember, prefixedType } from './catalogue.ts';
import type { Drafts } from './drafts.ts';
import type { EntityPlan } from './links/compile-entity.ts';
import type { LinkPlan } from './links/compile-link.ts';
import { isReserved } from './reserved-names.ts';
import { DirectReach } from './schema/direct.ts';
import { type NameTable, nameTable } from './schema/name-table.ts';

/** What is to be stitched: everything in it was checked. */
export interface Pieces {
  readonly catalogue: Catalogue;
  readonly drafts: Drafts;
  readonly links: readonly LinkPlan[];
  readonly entities: readonly EntityPlan[];
}

/** A source under the client's names, and what of it can be read as it is. */
export interface SourceView {
  readonly member: OpenMember;
  readonly table: NameTable;
  readonly reach: DirectReach;
  /** As `Enum.VALUE`, in the source's own names. */
  readonly hiddenValues: ReadonlySet<string>;
}

export function viewOf(member: OpenMember, { catalogue, drafts, entities }: Pieces): SourceView {
  const table = nameTable(member, drafts);
  const owners = entities.flatMap(({ typeName }) => catalogue.types.get(typeName) ?? []);
  const merged = owners.filter(owner => owner.member === member).map(({ type }) => type.name);
  const hiddenValues = hiddenEnumValues(member, drafts);
  const reach = new DirectReach(member, table, [
    ...merged,
    ...[...hiddenValues].map(value => value.split('.')[0] ?? ''),
  ]);
  return { member, table, reach, hiddenValues };
}

/** Placeholders stay behind: no call fills them. */
export function isShownRoot(member: OpenMember, coordinate: string): boolean {
  const [typeName = '', fieldName = ''] = coordinate.split('.');
  return isReserved(fieldName) || isCalled(member, typeName, fieldName);
}

/** As `Enum.VALUE`, in the source's own names. */
function hiddenEnumValues(member: OpenMember, drafts: Drafts): ReadonlySet<string> {
  if (drafts.hidden.size === 0) return new Set();
  const values = Object.values(member.schema.getTypeMap()).flatMap(type =>
    isEnumType(type) ? type.getValues().map(value => ({ type: type.name, value: value.name })) : [],
  );
  const hidden = values.filter(({ type, value }) => drafts.hidden.has(`${prefixedType(member, type)}.${value}`));
  return new Set(hidden.map(({ type, value }) => `${type}.${value}`));
}
