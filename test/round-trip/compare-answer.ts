import type { CallResponse, CallStream } from '../../src/adapters/openapi/call/call.ts';
import type { Model, ObjectShape, Shape, XmlNode } from '../../src/adapters/openapi/call/shape.ts';
import { Digits } from './digits.ts';
import { isObject } from './documents.ts';

/** What came of an answer: how many scalars are equal, and what is not. */
export interface Comparison {
  equal: number;
  readonly misses: string[];
  /** Was it read from XML? */
  readonly isXml?: boolean;
}

/**
 * Is the data what the backend answered? Equal after this normalisation, and no other:
 *
 * 1. what is absent is null;
 * 2. Int64 and Decimal are their digits as text;
 * 3. an enum's value has its GraphQL name;
 * 4. a map is a list of entries;
 * 5. a member of a union that is no object stands in the field of a box;
 * 6. in JSON, an integer that a double cannot hold is its digits as text;
 * 7. in XML, a list that nothing stands around is never absent, and what has no type is texts;
 * 8. what the selection leaves out (too deep, or too many fields) is not compared.
 */
export function compareAnswer(response: CallResponse, value: unknown, data: unknown, model: Model): Comparison {
  const comparison: Comparison = { equal: 0, misses: [], isXml: response.kind === 'xml' };
  const { shape, member } = response;
  if (!shape) return comparison;
  if (!member || value === null) compare(shape, value, data, model, '', '', comparison);
  else if (!isObject(data) || data['__typename'] !== member.type) comparison.misses.push(`not a ${member.type}`);
  else if (member.boxed === undefined) compare(shape, value, data, model, '', `${member.type}__`, comparison);
  else compare(shape, value, data[`${member.type}__${member.boxed}`], model, '', '', comparison);
  return comparison;
}

/** Is the data what was sent as one event of a stream? */
export function compareEvent({ shape }: CallStream, value: unknown, data: unknown, model: Model): Comparison {
  const comparison: Comparison = { equal: 0, misses: [] };
  compare(shape, value, data, model, '', '', comparison);
  return comparison;
}

function compare(
  shape: Shape,
  value: unknown,
  data: unknown,
  model: Model,
  path: string,
  prefix: string,
  found: Comparison,
): void {
  const miss = (reason: string) => found.misses.push(`${path || '/'} ${reason}`);
  const same = (expected: unknown, given = data) => {
    if (JSON.stringify(expected) === JSON.stringify(given)) found.equal += 1;
    else miss(`is ${shown(data)} for ${shown(value)}`);
  };
  if (data === undefined) return;
  if (value === null || value === undefined) {
    same(null);
    return;
  }
  switch (shape.kind) {
    case 'scalar':
      if (shape.scalar === 'JSON') same(sorted(found.isXml ? texts(value) : plain(value)), sorted(data));
      else same(scalar(shape.scalar, value));
      return;
    case 'list':
      if (!Array.isArray(value) || !Array.isArray(data) || value.length !== data.length)
        miss(`is ${shown(data)} for ${shown(value)}`);
      else
        for (const [index, item] of value.entries())
          compare(shape.of, item, data[index], model, `${path}/${index}`, '', found);
      return;
    case 'map': {
      if (!isObject(value) || !Array.isArray(data) || data.length !== Object.keys(value).length) {
        miss(`is ${shown(data)} for ${shown(value)}`);
        return;
      }
      const entries = new Map(data.map((entry: { key: string; value: unknown }) => [entry.key, entry.value]));
      for (const [key, item] of Object.entries(value)) {
        if (!entries.has(key)) miss(`has no entry ${key}`);
        compare(shape.value, item, entries.get(key), model, `${path}/${key}`, '', found);
      }
      return;
    }
    case 'type':
      compareType(shape.name, value, data, model, path, prefix, found);
  }
}

function compareType(
  name: string,
  value: unknown,
  data: unknown,
  model: Model,
  path: string,
  prefix: string,
  found: Comparison,
): void {
  const type = model.types[name];
  const miss = (reason: string) => found.misses.push(`${path || '/'} ${reason}`);
  if (type?.kind === 'enum') {
    const expected = type.values.find(([, wire]) => wire === String(value))?.[0];
    if (expected === data) found.equal += 1;
    else miss(`is ${shown(data)} for ${shown(value)}`);
  } else if (!isObject(data)) {
    miss(`is ${shown(data)} for ${shown(value)}`);
  } else if (type?.kind === 'union') {
    const member = type.members.find(({ type: each }) => each === data['__typename']);
    if (!member) miss(`is of the type ${shown(data['__typename'])}`);
    else if (member.boxed)
      compare(member.boxed.shape, value, data[`${member.type}__${member.boxed.name}`], model, path, '', found);
    else compareType(member.type, value, data, model, path, `${member.type}__`, found);
  } else if (type?.kind === 'object' && isObject(value)) {
    compareObject(type, value, data, model, path, prefix, found);
  } else miss(`is ${shown(data)} for ${shown(value)}`);
}

function compareObject(
  type: ObjectShape,
  value: Readonly<Record<string, unknown>>,
  data: Readonly<Record<string, unknown>>,
  model: Model,
  path: string,
  prefix: string,
  found: Comparison,
): void {
  const known = new Set(type.fields.map(({ wire }) => wire));
  for (const { name, wire, shape, xml } of type.fields)
    compare(
      shape,
      Object.hasOwn(value, wire) ? value[wire] : found.isXml && isBareList(shape, xml) ? [] : null,
      data[prefix + name],
      model,
      `${path}/${wire}`,
      '',
      found,
    );
  const rest = Object.entries(value).filter(([key]) => !known.has(key));
  if (type.additional)
    compare(
      type.additional.shape,
      Object.fromEntries(rest),
      data[prefix + type.additional.name],
      model,
      `${path}/*`,
      '',
      found,
    );
  else for (const [key] of rest) found.misses.push(`${path || '/'} has lost ${key}`);
}

function isBareList({ kind }: Shape, xml: XmlNode = {}): boolean {
  return kind === 'list' && !xml.wrapped && xml.node !== 'attribute';
}

function scalar(name: string, value: unknown): unknown {
  if (name === 'Int64' || name === 'Decimal') return value instanceof Digits ? value.text : String(value);
  return value instanceof Digits ? Number(value.text) : value;
}

function plain(value: unknown): unknown {
  if (value instanceof Digits) return /^-?\d+$/.test(value.text) ? value.text : Number(value.text);
  if (Array.isArray(value)) return value.map(plain);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, plain(member)]));
}

/** As much as XML says of what has no type. */
function texts(value: unknown): unknown {
  if (value instanceof Digits) return value.text;
  if (Array.isArray(value)) return value.map(texts);
  if (!isObject(value)) return String(value);
  const members = Object.entries(value).map(([key, member]) => [key, texts(member)] as const);
  return members.length > 0 ? Object.fromEntries(members) : '';
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map(key => [key, sorted(value[key])]),
  );
}

function shown(value: unknown): string {
  return (JSON.stringify(value) ?? 'undefined').slice(0, 80);
}
