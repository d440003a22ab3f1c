import { isRecord } from '../../../base/json.ts';
import type { FormEncoding, Serialisation } from '../call/call.ts';
import type { FieldShape, Model, ObjectShape, Shape, TypeShape, UnionShape } from '../call/shape.ts';
import { isForm } from '../document/media-types.ts';
import { parseJson } from './json-text.ts';
import { memberOf } from './member-of.ts';
import { likeliestValue, valueOfText } from './value-of-text.ts';

type ParsedForm = { readonly value: unknown } | { readonly problem: string };

/** What stands under one name of a form, and in brackets behind it. */
interface Entry {
  readonly texts: string[];
  readonly members: Map<string, Entry>;
}

/** Deeper names are an attack on whoever recurses into them. */
const maxDepth = 128;
/** All names and places in brackets: one costs a hundred times the bytes that it takes. Texts under one name cost no more than theirs. */
const maxEntries = 50_000;

/**
 * Reads `application/x-www-form-urlencoded` as the data that the same value in JSON would be, by its shape and the document's encoding
 * (OpenAPI 3.2, 4.15): a list repeats its name or has brackets behind it, an object goes in brackets or is a JSON text. What is not of its
 * type stays text, and is found out where all answers are.
 */
export class FormReader {
  readonly #types: ReadonlyMap<string, TypeShape>;

  constructor(types: Model['types']) {
    this.#types = new Map(Object.entries(types));
  }

  read(
    body: Buffer,
    contentType: string | undefined,
    shape: Shape,
    encoding: readonly FormEncoding[] = [],
  ): ParsedForm {
    if (contentType !== undefined && !isForm(contentType))
      return { problem: `${contentType.slice(0, 100)}, and no form` };
    const root = newEntry();
    const named = this.#namesIn(shape);
    const made = { entries: 0 };
    for (const pair of body.toString('latin1').split('&')) {
      if (pair === '') continue;
      const [, written = '', text = ''] = /^([^=]*)=?(.*)$/s.exec(pair)!; // takes anything
      const name = decoded(written);
      const path = named.has(name) ? [name] : pathOf(name);
      if (path.length > maxDepth) return { problem: `a form nested deeper than ${maxDepth}` };
      const how = encoding.find(({ property }) => property === name)?.serialisation;
      const { texts } = entryAt(root, path, made);
      if (made.entries > maxEntries) return { problem: `a form of more than ${maxEntries} names` };
      for (const part of partsOf(text, how)) texts.push(decoded(part));
    }
    return { value: this.#value(shape, root, encoding) };
  }

  /** What may stand there with brackets of its own. */
  #namesIn(shape: Shape): ReadonlySet<string> {
    const type = shape.kind === 'type' ? this.#types.get(shape.name) : undefined;
    const names = new Set<string>();
    if (type?.kind === 'object') for (const { wire } of type.fields) names.add(wire);
    if (type?.kind === 'union')
      for (const { properties } of type.members) for (const name of properties) names.add(name);
    return names;
  }

  /** `encoding`: of the properties of the whole form. */
  #value(shape: Shape, entry: Entry, encoding: readonly FormEncoding[] = []): unknown {
    const text = textOf(entry);
    switch (shape.kind) {
      case 'scalar':
        if (text === undefined || shape.scalar === 'JSON') return loose(entry);
        return text === '' && shape.scalar !== 'String' ? null : valueOfText(shape, text);
      case 'list':
        return this.#items(shape.of, entry);
      case 'map':
        return jsonOf(text) ?? this.#members(entry, shape.value, new Set());
      case 'type':
        return this.#typed(shape.name, entry, encoding);
    }
  }

  /** An empty text is a list without items, unless it can be one. */
  #items(shape: Shape, entry: Entry): unknown {
    const items = itemsOf(entry);
    const isEmpty = items?.length === 1 && textOf(items[0]!) === '' && !canBeText(shape);
    return isEmpty ? [] : (items?.map(item => this.#value(shape, item)) ?? loose(entry));
  }

  #typed(name: string, entry: Entry, encoding: readonly FormEncoding[]): unknown {
    const type = this.#types.get(name);
    switch (type?.kind) {
      case 'object':
        return jsonOf(textOf(entry)) ?? this.#object(type, entry, encoding);
      case 'union':
        return jsonOf(textOf(entry)) ?? this.#union(type, entry, encoding);
      default:
        return loose(entry);
    }
  }

  #object({ fields, additional }: ObjectShape, entry: Entry, encoding: readonly FormEncoding[]): unknown {
    if (entry.texts.length > 0) return loose(entry);
    const record: Record<string, unknown> = Object.create(null);
    for (const field of fields) {
      const value = this.#field(field, entry, encoding);
      if (value !== undefined) record[field.wire] = value;
    }
    if (!additional) return record;
    const shape = additional.shape.kind === 'map' ? additional.shape.value : additional.shape;
    return Object.assign(record, this.#members(entry, shape, new Set(fields.map(({ wire }) => wire))));
  }

  #members(entry: Entry, shape: Shape, known: ReadonlySet<string>): unknown {
    if (entry.texts.length > 0) return loose(entry);
    const record: Record<string, unknown> = Object.create(null);
    for (const [name, member] of entry.members) if (!known.has(name)) record[name] = this.#value(shape, member);
    return record;
  }

  /** Undefined where it is not there. */
  #field({ wire, shape }: FieldShape, form: Entry, encoding: readonly FormEncoding[]): unknown {
    const how = encoding.find(({ property }) => property === wire);
    const entry = form.members.get(wire);
    if (how?.json) return entry && ofJson(shape, entry);
    if (!how?.serialisation || !this.#isObject(shape)) return entry && this.#value(shape, entry);
    const { style, explode } = how.serialisation;
    if (style === 'deepObject') return entry && this.#value(shape, entry);
    if (!explode) return entry && this.#value(shape, pairedUp(entry));
    const value = this.#value(shape, form);
    return shape.nonNull || !isRecord(value) || Object.keys(value).length > 0 ? value : undefined;
  }

  #isObject(shape: Shape): boolean {
    return shape.kind === 'map' || (shape.kind === 'type' && this.#types.get(shape.name)?.kind === 'object');
  }

  /** Which member it is, by the decoder's own rule. */
  #union(type: UnionShape, entry: Entry, encoding: readonly FormEncoding[]): unknown {
    const boxed = type.members.filter(member => member.boxed);
    const text = textOf(entry);
    if (text !== undefined) return likeliestValue(boxed, text);
    const untyped = loose(entry);
    const member = memberOf(type, untyped, new Map(), this.#types);
    if (!member) return untyped;
    return member.boxed ? this.#value(member.boxed.shape, entry) : this.#typed(member.type, entry, encoding);
  }
}

function newEntry(): Entry {
  return { texts: [], members: new Map() };
}

/** `made`: counts what is not there before. */
function entryAt(root: Entry, path: readonly string[], made = { entries: 0 }): Entry {
  let entry = root;
  for (const step of path) {
    let inner = entry.members.get(step);
    if (!inner) {
      inner = newEntry();
      entry.members.set(step, inner);
      made.entries += 1;
    }
    entry = inner;
  }
  return entry;
}

/** `a[b][c]`, and `a[]` of a list; a name that is written otherwise is all of it. */
function pathOf(name: string): string[] {
  const [, first, brackets = ''] = /^([^[\]]+)((?:\[[^[\]]*\])+)$/.exec(name) ?? [];
  return first === undefined ? [name] : [first, ...brackets.slice(1, -1).split('][')];
}

/** Bytes, each a character, as the text that they are (URL Standard, 5.1); what is no escape stays as it is. */
function decoded(bytes: string): string {
  const spaced = bytes.replaceAll('+', ' ');
  if (!/[%\x80-\xff]/.test(spaced)) return spaced;
  const unescaped = spaced.replace(/%([\da-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return Buffer.from(unescaped, 'latin1').toString('utf8');
}

const separators: Readonly<Partial<Record<Serialisation['style'], RegExp>>> = {
  form: /,/,
  spaceDelimited: /\+|%20/,
  pipeDelimited: /\||%7C/i,
};

/** The parts of a list or an object that stands in one text; what separates them is read before anything is decoded. */
function partsOf(text: string, how: Serialisation | undefined): string[] {
  const separator = how && !how.explode && separators[how.style];
  return separator ? text.split(separator) : [text];
}

/** The one text that it is; undefined where it is anything else. */
function textOf({ texts, members }: Entry): string | undefined {
  return texts.length === 1 && members.size === 0 ? texts[0] : undefined;
}

/** OpenAPI 3.2, 4.15: the content type is that of each item of a list. Many write the whole list as one text all the same. */
function ofJson(shape: Shape, entry: Entry): unknown {
  const items = shape.kind === 'list' ? itemsOf(entry) : undefined;
  const values = (items ?? [entry]).map(item => {
    const parsed = parseJson(Buffer.from(textOf(item) ?? ''));
    return 'value' in parsed ? parsed.value : loose(item);
  });
  return items && !(values.length === 1 && Array.isArray(values[0])) ? values : values[0];
}

function canBeText(shape: Shape): boolean {
  return shape.kind === 'scalar' && (shape.scalar === 'String' || shape.scalar === 'JSON');
}

/** An object as a JSON text; undefined where it is none. */
function jsonOf(text: string | undefined): unknown {
  if (text === undefined || !/^\s*\{/.test(text)) return undefined;
  const parsed = parseJson(Buffer.from(text));
  return 'value' in parsed ? parsed.value : undefined;
}

/** `a=1&a=2`, `a[]=1`, `a[0]=1` by their numbers; undefined where there are names in the brackets. */
function itemsOf({ texts, members }: Entry): readonly Entry[] | undefined {
  if ([...members.keys()].some(key => !/^\d*$/.test(key))) return undefined;
  const single = (text: string): Entry => ({ texts: [text], members: new Map() });
  const inOrder = [...members].sort(([one], [other]) => Number(one) - Number(other));
  const inside = inOrder.flatMap(([key, entry]) =>
    key === '' && entry.members.size === 0 ? entry.texts.map(single) : [entry],
  );
  return [...texts.map(single), ...inside];
}

/** The names and values of an object, one after the other. */
function pairedUp({ texts }: Entry): Entry {
  const entry = newEntry();
  for (let index = 0; index < texts.length; index += 2)
    entryAt(entry, [texts[index]!]).texts.push(texts[index + 1] ?? '');
  return entry;
}

/** Of which the document says no type: texts, objects by their names, and lists of what is there more than once or is numbered from 0 on. */
function loose(entry: Entry): unknown {
  const { texts, members } = entry;
  const isPlace = (key: string) => /^(0|[1-9]\d*)?$/.test(key) && Number(key) < members.size;
  if (members.size > 0 && [...members.keys()].every(isPlace)) return itemsOf(entry)?.map(loose);
  if (members.size === 0 && texts.length > 0) return texts.length === 1 ? texts[0] : texts;
  const record: Record<string, unknown> = Object.create(null);
  for (const [name, member] of members) record[name] = loose(member);
  return texts.length === 0 ? record : [...texts, record];
}
