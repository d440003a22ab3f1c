import type { XmlStart } from '../../../adapter/xml/parse-xml.ts';
import { writeXml } from '../../../adapter/xml/xml-writer.ts';
import { Blank } from '../../../base/blank.ts';
import type { Position } from '../model/turns.ts';
import { qname } from '../qname.ts';
import type { ComplexReader, Place, RepeatedGroup } from './complex-reader.ts';
import type { Content, Malformed } from './read.ts';
import { passedOver } from './settled.ts';
import { TreeContent } from './tree-content.ts';

/** What is asked of an element beside its content. */
interface Whole {
  readonly start: XmlStart;
  /** What simple content without a text stands for. */
  readonly fallback: string | undefined;
  /** What its value says it is of. */
  readonly typename: string | undefined;
}

interface OpenTurn {
  at: Position;
  readonly content: ComplexContent;
}

/** One value of a complex type while it comes. */
export class ComplexContent implements Content {
  readonly #reader: ComplexReader;
  readonly #malformed: Malformed;
  /** Absent of a group's turn, which is a part of an element's content. */
  readonly #whole: Whole | undefined;
  readonly #values: unknown[] = [];
  readonly #simple: Content | undefined;
  #text = '';
  /** Where among the fields the last element stood that was read. */
  #reached = 0;
  #last: Place | undefined;
  /** Of the child that is open: its slot, or who is told of its value instead. */
  #slot: number | undefined;
  #local = '';
  #receiver: Content | undefined;
  #turns: Map<RepeatedGroup, OpenTurn> | undefined;

  constructor(reader: ComplexReader, malformed: Malformed, whole?: Whole) {
    this.#reader = reader;
    this.#malformed = malformed;
    this.#whole = whole;
    for (const { list } of reader.slots) this.#values.push(list ? [] : undefined);
    if (!whole || reader.value === undefined) return;
    const start = { ...whole.start, attributes: [] };
    this.#simple = reader.readers.read(reader.value)(start, false, malformed, whole.fallback);
  }

  child(start: XmlStart): Content {
    const reader = this.#reader;
    let place = reader.placeOf(start, this.#last, this.#malformed);
    this.#last = place;
    // Of two places of one element, the first is over where something behind it was read.
    while (place?.next && (place.order < this.#reached || !this.#hasRoom(place.slot))) place = place.next;
    if (!place) return this.#wild(start);
    if (place.order > this.#reached) this.#reached = place.order;
    if (place.group) return this.#inTurn(place.group, start);
    this.#slot = place.slot;
    this.#local = start.local;
    place.read ??= reader.readers.read(place.type);
    return place.read(start, place.nillable, this.#malformed, place.leaf.default);
  }

  took(value: unknown): void {
    const receiver = this.#receiver;
    if (receiver) {
      this.#receiver = undefined;
      receiver.took(value);
      return;
    }
    const slot = this.#slot;
    if (slot === undefined) return;
    const former = this.#values[slot];
    if (this.#reader.slots[slot]!.list)
      (former as unknown[]).push(value); // lists are set up before anything is read
    else if (former === undefined) this.#values[slot] = value;
    else this.#values[slot] = this.#malformed(`${this.#local} stands there more than once.`);
  }

  text(content: string): void {
    if (this.#simple) this.#simple.text(content);
    if (this.#reader.text) this.#text += content;
  }

  end(): unknown {
    if (this.#turns) for (const [group, turn] of this.#turns) this.#endTurn(group, turn);
    const values: Record<string, unknown> = new Blank();
    const { slots } = this.#reader;
    for (let slot = 0; slot < slots.length; slot += 1) {
      const { field, required } = slots[slot]!;
      const value = this.#values[slot];
      values[field] = value !== undefined ? value : required ? this.#malformed(`${field} is missing.`) : null;
    }
    if (this.#whole) this.#complete(values, this.#whole);
    return values;
  }

  #complete(values: Record<string, unknown>, { start, typename }: Whole): void {
    if (this.#simple) values['_value'] = this.#simple.end();
    if (this.#reader.text) values['_text'] = this.#text;
    for (const { field, read } of this.#reader.attributes) values[field] = read(start, this.#malformed);
    if (typename !== undefined) values['__typename'] = typename;
  }

  #hasRoom(slot: number): boolean {
    return this.#reader.slots[slot]!.list || this.#values[slot] === undefined;
  }

  /** What no declaration names: a wildcard's, or nobody's. */
  #wild(start: XmlStart): Content {
    const reader = this.#reader;
    const wildcard = reader.wildcardOf(start, slot => (this.#values[slot] as unknown[]).length); // a wildcard is a list
    const group = wildcard === undefined ? reader.groupOf(start) : undefined;
    if (group) return this.#inTurn(group, start);
    if (wildcard === undefined) this.#malformed.unexpected?.(qname(start.namespace, start.local));
    if (this.#simple) {
      this.#receiver = this.#simple;
      return this.#simple.child(start);
    }
    // Of a namespace that the wildcard excludes: better there, where it can be seen, than nowhere.
    this.#slot = wildcard ?? reader.anyWildcard;
    return this.#slot === undefined ? passedOver : new TreeContent(start, writeXml);
  }

  #inTurn(group: RepeatedGroup, start: XmlStart): Content {
    this.#turns ??= new Map();
    let turn = this.#turns.get(group);
    const on = turn && group.turns.following(turn.at, start);
    if (turn && on) {
      turn.at = on;
    } else {
      if (turn) this.#endTurn(group, turn);
      const reader = this.#reader.readers.complex(group.key, group.type);
      turn = { at: group.turns.beginning(start), content: new ComplexContent(reader, this.#malformed) };
      this.#turns.set(group, turn);
    }
    this.#receiver = turn.content;
    return turn.content.child(start);
  }

  #endTurn({ slot }: RepeatedGroup, { content }: OpenTurn): void {
    (this.#values[slot] as unknown[]).push(content.end()); // a group is a list
  }
}
