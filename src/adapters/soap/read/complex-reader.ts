import type { XmlStart } from '../../../adapter/xml/parse-xml.ts';
import { single } from '../../../adapter/xml/scope.ts';
import { attribute } from '../../../adapter/xml/tree.ts';
import { fieldViews, leavesWithin, type Types } from '../model/fields.ts';
import type {
  AttributeField,
  ComplexType,
  ElementField,
  GroupField,
  LeafField,
  TypeKey,
  WildcardField,
} from '../model/model.ts';
import { GroupTurns } from '../model/turns.ts';
import { standsFor } from '../model/wildcard.ts';
import { qname } from '../qname.ts';
import type { Malformed, Read } from './read.ts';
import { textReader } from './simple-reader.ts';

/** The readers of all types of a model. */
export interface Readers {
  read(type: TypeKey): Read;
  complex(key: TypeKey, type: ComplexType): ComplexReader;
}

/** A field of the values that are read. Elements that stand in several places of the content are one field. */
interface Slot {
  readonly field: string;
  readonly list: boolean;
  /** Must it be there? */
  readonly required: boolean;
}

/** Where an element of some name belongs: to a field, or to a group's turn. */
export interface Place {
  readonly leaf: ElementField;
  /** Absent: it is a field of the type's own. */
  readonly group: RepeatedGroup | undefined;
  readonly slot: number;
  readonly namespace: string;
  readonly local: string;
  /** Of a substitution group: the member's own. */
  readonly type: TypeKey;
  readonly nillable: boolean;
  /** Looked up when it is first needed: types refer to each other in circles. */
  read: Read | undefined;
  /** Where it stands among the fields of the type. */
  readonly order: number;
  /** Of another field, where the same element stands in two places of the content. */
  next: Place | undefined;
  /** What came behind it last. */
  likely: Place | undefined;
}

/** A group that repeats as a whole: each turn of it is a value of its own. */
export interface RepeatedGroup {
  readonly turns: GroupTurns;
  readonly slot: number;
  readonly key: TypeKey;
  readonly type: ComplexType;
}

/** What a wildcard takes is kept as XML. */
interface Wildcard {
  readonly wildcard: WildcardField;
  readonly slot: number;
}

interface AttributeReader {
  readonly field: string;
  read(start: XmlStart, malformed: Malformed): unknown;
}

/** What can be known of values of one complex type before any is read: where each element belongs, and what must be there. */
export class ComplexReader {
  readonly readers: Readers;
  readonly slots: readonly Slot[];
  readonly attributes: readonly AttributeReader[];
  /** Of simple content: how it is read. */
  readonly value: TypeKey | undefined;
  /** Is its own text a field? */
  readonly text: boolean;
  readonly #wildcards: readonly Wildcard[];
  readonly #groups: readonly RepeatedGroup[];
  /** By local name: of each namespace the first, and of all the one that stands for any other namespace. */
  readonly #places = new Map<string, Place[]>();
  #likely: Place | undefined;

  constructor(types: Types, type: ComplexType, readers: Readers) {
    this.readers = readers;
    this.value = type.value;
    this.text = type.text;
    this.attributes = type.attributes.map(field => ({ field: field.field, read: attributeReader(field, types) }));
    const leaves: readonly LeafField[] = [...leavesWithin(types, type), ...type.absent];
    this.slots = slotsOf(leaves, new Set(fieldViews(types, type).flatMap(view => (view.nonNull ? [view.name] : []))));
    const slotOf = new Map(this.slots.map(({ field }, slot) => [field, slot] as const));
    const slot = ({ field }: LeafField) => slotOf.get(field)!; // each leaf has one
    this.#wildcards = leaves.flatMap(leaf => (leaf.kind === 'any' ? [{ wildcard: leaf, slot: slot(leaf) }] : []));
    const groups: RepeatedGroup[] = [];
    for (const [order, leaf] of leaves.entries()) {
      if (leaf.kind === 'element') this.#place(types, leaf, slot(leaf), order);
      const group = leaf.kind === 'group' ? types[leaf.type] : undefined;
      if (leaf.kind === 'group' && group?.kind === 'complex' && group.content) {
        const turns = new GroupTurns(types, leaf, group.content);
        groups.push({ turns, slot: slot(leaf), key: leaf.type, type: group });
      }
    }
    this.#groups = groups;
    for (const group of groups) this.#placeGroup(group, leaves.indexOf(group.turns.group));
  }

  /**
   * By qualified name, else by local name; that is told of, since it is not what the schema says (mapping.md B3). What came behind an
   * element (`last`) once mostly comes again.
   */
  placeOf(start: XmlStart, last: Place | undefined, malformed: Malformed): Place | undefined {
    const likely = last ? last.likely : this.#likely;
    if (likely?.namespace === start.namespace && likely.local === start.local) return likely;
    const found = this.#find(start, malformed);
    if (last) last.likely = found;
    else this.#likely = found;
    return found;
  }

  #find({ namespace, local }: XmlStart, malformed: Malformed): Place | undefined {
    const places = this.#places.get(local);
    if (!places) return undefined;
    for (const place of places) if (place.namespace === namespace) return place;
    if (this.#wildcards.some(({ wildcard }) => standsFor(wildcard, namespace))) return undefined;
    if (this.#groups.some(({ turns }) => turns.takes(namespace))) return undefined;
    malformed.unexpected?.(`${qname(namespace, local)} instead of ${qname(places[0]!.namespace, local)}`); // a list is never empty
    return places[0];
  }

  /** The wildcard that takes what no declaration names: the first with room for it (`taken` tells how many it has), else the last. */
  wildcardOf({ namespace }: XmlStart, taken: (slot: number) => number): number | undefined {
    const fits = this.#wildcards.filter(({ wildcard }) => standsFor(wildcard, namespace));
    const room = fits.find(({ wildcard, slot }) => taken(slot) < (wildcard.max ?? Number.POSITIVE_INFINITY));
    return (room ?? fits.at(-1))?.slot;
  }

  /** The group in which a wildcard stands for it. */
  groupOf({ namespace }: XmlStart): RepeatedGroup | undefined {
    return this.#groups.find(({ turns }) => turns.takes(namespace));
  }

  /** Where what nothing declares can at least be seen. */
  get anyWildcard(): number | undefined {
    return this.#wildcards[0]?.slot;
  }

  #place(types: Types, leaf: ElementField, slot: number, order: number): void {
    const type = types[leaf.type];
    const members = type?.kind === 'substitution' ? type.members : [leaf];
    for (const { namespace, local, type: own, nillable } of members) {
      const isNillable = nillable || (leaf.optional && !leaf.list);
      const common = { leaf, slot, ...named(namespace, local), type: own, nillable: isNillable, order };
      this.#enter(local, { ...common, group: undefined, read: undefined, next: undefined, likely: undefined });
    }
  }

  #placeGroup(group: RepeatedGroup, order: number): void {
    const { turns, slot, key } = group;
    for (const { namespace, local } of turns.names()) {
      const leaf = leafOf(turns.group, namespace, local);
      const common = { leaf, slot, ...named(namespace, local), type: key, nillable: false, order };
      this.#enter(local, { ...common, group, read: undefined, next: undefined, likely: undefined });
    }
  }

  #enter(local: string, place: Place): void {
    const places = this.#places.get(local) ?? [];
    this.#places.set(local, places);
    let former = places.find(one => one.namespace === place.namespace);
    if (!former) {
      places.push(place);
      return;
    }
    while (former.next) former = former.next;
    if (former.slot !== place.slot) former.next = place;
  }
}

/** As the parser has them. */
function named(namespace: string, local: string) {
  return { namespace: single(namespace), local: single(local) };
}

function slotsOf(leaves: readonly LeafField[], required: ReadonlySet<string>): readonly Slot[] {
  const slots = new Map<string, Slot>();
  for (const leaf of leaves) {
    const list = leaf.kind !== 'element' || leaf.list || (slots.get(leaf.field)?.list ?? false);
    slots.set(leaf.field, { field: leaf.field, list, required: required.has(leaf.field) });
  }
  return [...slots.values()];
}

function leafOf(group: GroupField, namespace: string, local: string): ElementField {
  return { ...group, kind: 'element', local, namespace, nillable: false, list: true };
}

function attributeReader({ type: key, local, namespace, default: fallback, required }: AttributeField, types: Types) {
  const type = types[key];
  const readText = type?.kind === 'simple' ? textReader(type) : (text: string) => text;
  return (start: XmlStart, malformed: Malformed): unknown => {
    const text = attribute(start, local, namespace) ?? attribute(start, local) ?? fallback;
    if (text !== undefined) return readText(text, start, malformed);
    return required ? malformed(`The attribute ${local} is missing.`) : null;
  };
}
