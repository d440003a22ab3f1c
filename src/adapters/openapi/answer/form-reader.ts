import querystring from 'node:querystring';
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
    for (const pair of body.toString('utf8').split('&')) {
      if (pair === '') continue;
      const [, written = '', text = ''] = /^([^=]*)=?(.*)$/s.exec(pair)!; // takes anything
      const name = decoded(written);
      const path = named.has(name) ? [name] : pathOf(name);
      if (path.length > maxDepth) return { problem: `a form nested deeper than ${maxDepth}` };
      const how = encoding.find(({ property }) => property === name)?.serialisation;
      const { texts } = entryAt(root, path);
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
        return itemsOf(entry)?.map(item => this.#value(shape.of, item)) ?? loose(entry);
      case 'map':
        return jsonOf(text) ?? this.#members(entry, shape.value, new Set());
      case 'type':
        return this.#typed(shape.name, entry, encoding);
    }
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
    if (how?.json) {
      const parsed = entry && parseJson(Buffer.from(textOf(entry) ?? ''));
      return parsed && ('value' in parsed ? parsed.value : loose(entry));
    }
    if (!how?.serialisation || !this.#isObject(shape)) return entry && this.#value(shape, entry);
    const { style, explode } = how.serialisation;
    if (style === 'deepObject') return entry && this.#value(shape, entry);
    return explode ? this.#value(shape, form) : entry && this.#value(shape, pairedUp(entry));
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

function entryAt(root: Entry, path: readonly string[]): Entry {
  let entry = root;
  for (const step of path) {
    const inner = entry.members.get(step) ?? newEntry();
    entry.members.set(step, inner);
    entry = inner;
  }
  return entry;
}

/** `a[b][c]`, and `a[]` of a list; a name that is written otherwise is all of it. */
function pathOf(name: string): string[] {
  const [, first, brackets = ''] = /^([^[\]]+)((?:\[[^[\]]*\])+)$/.exec(name) ?? [];
  return first === undefined ? [name] : [first, ...brackets.slice(1, -1).split('][')];
}

/** URL Standard, 5.1. */
function decoded(text: string): string {
  return querystring.unescape(text.replaceAll('+', ' '));
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

/** An object as a JSON text; undefined where it is none. */
function jsonOf(text: string | undefined): unknown {
  if (text === undefined || !/^\s*\{/.test(text)) return undefined;
  const parsed = parseJson(Buffer.from(text));
  return 'value' in parsed ? parsed.value : undefined;
}

/** `a=1&a=2`, `a[]=1`, `a[0]=1`; undefined where there are names in the brackets. */
function itemsOf({ texts, members }: Entry): readonly Entry[] | undefined {
  if ([...members.keys()].some(key => !/^\d*$/.test(key))) return undefined;
  const single = (text: string): Entry => ({ texts: [text], members: new Map() });
  const inside = [...members].flatMap(([key, entry]) =>
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
  const isList = members.size > 0 && [...members.keys()].every((key, index) => key === '' || key === String(index));
  if (isList) return itemsOf(entry)?.map(loose);
  if (members.size === 0 && texts.length > 0) return texts.length === 1 ? texts[0] : texts;
  const record: Record<string, unknown> = Object.create(null);
  for (const [name, member] of members) record[name] = loose(member);
  return texts.length === 0 ? record : [...texts, record];
}
