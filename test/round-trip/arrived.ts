import type { CallParameter, OpenApiCall } from '../../src/adapters/openapi/call/call.ts';
import { canonicalXml } from '../support/canonical-xml.ts';
import { Digits, readExactly, writeExactly } from './digits.ts';
import { isObject } from './documents.ts';
import { FileValue } from './file-value.ts';
import { type ReadPart, readMultipart } from './multipart-reader.ts';
import type { WrittenContent, WrittenOperation, WrittenParameter } from './operations.ts';
import type { Recorded } from './recorder.ts';
import {
  decodeForm,
  type Kind,
  nested,
  pairsOf,
  type Read,
  readCookie,
  readHeader,
  readPath,
  readQuery,
  type Style,
} from './style-decoder.ts';
import type { ValidValues } from './valid-values.ts';
import type { XmlText } from './xml-text.ts';

/** What a request was made from: values of the document's schemas. */
export interface Sent {
  readonly parameters: ReadonlyMap<CallParameter, unknown>;
  readonly body: { readonly content: WrittenContent; readonly value: unknown } | undefined;
}

/** Is what arrived what was sent, and valid by the document? Each difference is a reason. */
export function arrived(
  recorded: Recorded,
  call: OpenApiCall,
  operation: WrittenOperation,
  sent: Sent,
  values: ValidValues,
  xml: XmlText,
): string[] {
  const misses: string[] = [];
  if (recorded.method !== call.method) misses.push(`the method is ${recorded.method}, not ${call.method}`);
  const [path = '', query = ''] = splitAt(recorded.target.replace(/^\/base/, ''), '?');
  misses.push(...pathMisses(path, call, operation, sent));
  const templateQuery = splitAt(call.path.split('#')[0]!, '?')[1] ?? '';
  misses.push(
    ...queryMisses(templateQuery === '' ? query : query.slice(templateQuery.length + 1), call, operation, sent),
  );
  for (const place of ['header', 'cookie'] as const) {
    for (const parameter of call.parameters.filter(each => each.in === place)) {
      const written = writtenOf(parameter, operation);
      const value = sent.parameters.get(parameter);
      const others = namesOf(call, place, parameter);
      const read =
        place === 'header'
          ? readHeader(
              one(recorded.headers[parameter.name.toLowerCase()]),
              written.content ? 'scalar' : kindOf(value),
              written,
            )
          : readCookie(
              one(recorded.headers['cookie']) ?? '',
              parameter.name,
              written.content ? 'scalar' : kindOf(value),
              written.content ? { style: 'form', explode: true } : written,
              others,
            );
      misses.push(...differences(parameter, written, value, read));
    }
  }
  misses.push(...bodyMisses(recorded, sent, values, xml));
  return misses;
}

function one(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header.join(', ') : header;
}

function splitAt(text: string, separator: string): readonly [string, string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

/** An undeclared parameter of the path is text. */
function writtenOf(parameter: CallParameter, operation: WrittenOperation): WrittenParameter {
  const found = operation.parameters.find(each => each.name === parameter.name && each.in === parameter.in);
  return (
    found ?? {
      name: parameter.name,
      in: parameter.in,
      required: true,
      content: undefined,
      schema: undefined,
      style: 'simple',
      explode: false,
    }
  );
}

function pathMisses(path: string, call: OpenApiCall, operation: WrittenOperation, sent: Sent): string[] {
  const template = splitAt(call.path.split('#')[0]!, '?')[0].split('/');
  const segments = path.split('/');
  if (segments.length !== template.length) return [`the path ${path} is not of the template ${call.path}`];
  return template.flatMap((written, index) => {
    const segment = segments[index]!;
    const placeholders = [...written.matchAll(/\{([^{}]*)\}/g)].map(match => match[1]!);
    const parameters = placeholders.map(name => call.parameters.find(each => each.in === 'path' && each.name === name));
    if (placeholders.length === 0 || parameters.includes(undefined))
      return decodeURIComponent(segment) === decodeURIComponent(written)
        ? []
        : [`${segment} where the template has ${written}`];
    if (placeholders.length === 1 && written === `{${placeholders[0]}}`) {
      const parameter = parameters[0]!;
      const value = sent.parameters.get(parameter);
      const how = writtenOf(parameter, operation);
      const read = readPath(segment, parameter.name, how.content ? 'scalar' : kindOf(value), how);
      return differences(parameter, how, value, read);
    }
    const expected = written.replace(/\{([^{}]*)\}/g, (_, name: string) =>
      String(textOf(sent.parameters.get(call.parameters.find(each => each.in === 'path' && each.name === name)!))),
    );
    return decodeURIComponent(segment) === expected ? [] : [`${segment} where ${written} is ${expected}`];
  });
}

function queryMisses(query: string, call: OpenApiCall, operation: WrittenOperation, sent: Sent): string[] {
  const whole = call.parameters.find(each => each.in === 'querystring');
  if (whole) return wholeQueryMisses(query, writtenOf(whole, operation), sent.parameters.get(whole));
  const pairs = pairsOf(query);
  const used = new Set<string>();
  const misses: string[] = [];
  for (const parameter of call.parameters.filter(each => each.in === 'query')) {
    const written = writtenOf(parameter, operation);
    const value = sent.parameters.get(parameter);
    const kind = written.content ? 'scalar' : kindOf(value);
    const style = written.content ? { style: 'form', explode: true } : written;
    const isAbsent = value === undefined && style.explode && kind === 'object';
    const read = isAbsent
      ? { value: undefined, used: new Set<string>() }
      : readQuery(
          pairs,
          parameter.name,
          kind,
          kind === 'scalar' ? { ...style, style: 'form' } : style,
          namesOf(call, 'query', parameter),
        );
    for (const name of read.used) used.add(name);
    misses.push(...differences(parameter, written, value, read.value));
  }
  for (const [name] of pairs) if (!used.has(name)) misses.push(`the query has ${name}, which nobody sent`);
  return misses;
}

function wholeQueryMisses(query: string, { content = '' }: WrittenParameter, value: unknown): string[] {
  if (value === undefined) return query === '' ? [] : [`the query is ${query}`];
  if (/json/.test(content)) return same(readExactly(decodeURIComponent(query)), value) ? [] : [`the query is ${query}`];
  return formMisses(query, value, new Map());
}

function namesOf(call: OpenApiCall, place: string, except: CallParameter): ReadonlySet<string> {
  return new Set(call.parameters.filter(each => each.in === place && each !== except).map(({ name }) => name));
}

function kindOf(value: unknown): Kind {
  if (Array.isArray(value)) return 'array';
  return isObject(value) && !(value instanceof Digits) ? 'object' : 'scalar';
}

function differences(parameter: CallParameter, written: WrittenParameter, value: unknown, read: Read): string[] {
  const told = `${parameter.in} ${parameter.name} is ${JSON.stringify(read)} for ${JSON.stringify(value)}`;
  if (value === undefined) {
    const schema = written.schema?.value;
    const standard = isObject(schema) ? schema['default'] : undefined;
    return read === undefined || standard !== undefined ? [] : [told];
  }
  if (written.content !== undefined) {
    if (typeof read !== 'string') return [told];
    const isText = typeof value === 'string' && !/json/.test(written.content);
    return same(isText ? read : readExactly(read), value) ? [] : [told];
  }
  const expected = written.style === 'deepObject' ? deepText(value) : textOf(value);
  const actual = written.style === 'deepObject' ? deepText(read) : read;
  return same(actual, expected) ? [] : [told];
}

/** What a parameter can say of a value: texts, without nulls; values within values as JSON. Nothing is left of what is empty. */
function textOf(value: unknown): unknown {
  const text = (inner: unknown) => (typeof inner === 'string' ? inner : writeExactly(inner));
  if (Array.isArray(value)) {
    const items = value.filter(item => item !== null).map(text);
    return items.length > 0 ? items : undefined;
  }
  if (!isObject(value) || value instanceof Digits) return text(value);
  const members = Object.entries(value).filter(([, member]) => member !== null);
  return members.length > 0 ? Object.fromEntries(members.map(([key, member]) => [key, text(member)])) : undefined;
}

/** Brackets tell no list of one from its item, and nothing of what is empty. */
function deepText(value: unknown): unknown {
  if (value === null || value === undefined) return undefined;
  if (value instanceof Digits) return value.text;
  if (
    Array.isArray(value) &&
    value.every(item => typeof item !== 'object' || item === null || item instanceof Digits)
  ) {
    const items = value.flatMap(item => deepText(item) ?? []);
    return items.length > 1 ? items : items[0];
  }
  if (typeof value !== 'object') return String(value);
  const members = Object.entries(value).flatMap(([key, member]) => {
    const inner = deepText(member);
    return inner === undefined ? [] : [[key, inner] as const];
  });
  return members.length > 0 ? Object.fromEntries(members) : undefined;
}

function bodyMisses({ headers, body, bytes }: Recorded, sent: Sent, values: ValidValues, xml: XmlText): string[] {
  if (!sent.body) return body === '' ? [] : [`a body that nobody sent: ${body.slice(0, 100)}`];
  const { content, value } = sent.body;
  const { mediaType, schema, styles } = content;
  const type = one(headers['content-type']) ?? '';
  if (value instanceof FileValue) {
    const expected = mediaType.includes('*') ? value.type : mediaType;
    if (type !== expected) return [`the body is ${type}, not ${expected}`];
    return bytes.equals(value.bytes) ? [] : [`the body is ${bytes.length} other bytes`];
  }
  if (/^multipart\//.test(mediaType)) {
    if (!type.startsWith(`${mediaType};`)) return [`the body is ${type}, not ${mediaType}`];
    return partMisses(readMultipart(bytes, type), value, content);
  }
  if (!mediaType.includes('*') && type !== mediaType) return [`the body is ${type}, not ${mediaType}`];
  if (/urlencoded/.test(mediaType)) return formMisses(body, value, styles);
  if (/^text\/(?!xml\b)/.test(mediaType) || (/[/+]xml\b/.test(mediaType) && typeof value === 'string'))
    return body === value ? [] : [`the body is ${body.slice(0, 200)}`];
  if (/[/+]xml\b/.test(mediaType)) {
    const [, root] = /<([^\s?/>]+)/.exec(body) ?? [];
    return schema ? xmlMisses(body, xml.document(schema, value, root)) : [];
  }
  const read = readExactly(body);
  const misses = same(read, value)
    ? []
    : [`the body is ${body.slice(0, 300)} for ${writeExactly(value).slice(0, 300)}`];
  return schema ? [...misses, ...values.faults(schema, read).slice(0, 2)] : misses;
}

function xmlMisses(body: string, expected: string): string[] {
  const [read, meant] = [body, expected].map(text => canonicalXml(text).split('\n'));
  const at = meant!.findIndex((line, index) => line !== read![index]);
  if (at < 0 && read!.length === meant!.length) return [];
  return [`the XML has ${read!.at(at)} for ${meant!.at(at)} in ${body.slice(0, 300)}`];
}

/** RFC 7578; OpenAPI 3.2, 4.15: a part for each property and each item; objects are JSON, what has a style is written by it. */
function partMisses(all: readonly ReadPart[], value: unknown, { styles, types, schema }: WrittenContent): string[] {
  const used = new Set<ReadPart>();
  const misses = Object.entries(isObject(value) ? value : {}).flatMap(([name, member]): string[] => {
    const style = styles.get(name);
    const mine = all.filter(part => part.name === name);
    if (
      style &&
      !style.json &&
      typeof member === 'object' &&
      member !== null &&
      !mine.some(({ filename }) => filename)
    ) {
      const pairs = pairsOf(all.map(part => [part.name ?? '', part.bytes.toString()].map(escaped).join('=')).join('&'));
      const known = new Set(Object.keys(isObject(value) ? value : {}));
      const { read, names, expected } = readField(pairs, name, member, style, false, known);
      for (const part of all) if ([...names].map(decodeForm).includes(part.name ?? '')) used.add(part);
      return same(read, expected) ? [] : [`the part ${name} is ${JSON.stringify(read)} for ${JSON.stringify(member)}`];
    }
    for (const part of mine) used.add(part);
    const items = (Array.isArray(member) ? member : [member]).filter(item => item !== null);
    if (items.length !== mine.length) return [`${name} has ${mine.length} parts for ${items.length}`];
    return mine.flatMap((part, index) => [
      ...itemMisses(name, part, items[index], isFile(schema, name)),
      ...typeMisses(name, part, types?.get(name)),
    ]);
  });
  const others = all.filter(part => !used.has(part)).map(({ name }) => `there is a part ${name}, which nobody sent`);
  return [...misses, ...others];
}

/** As in a query, for its reader; nothing is encoded in parts, so a comma separates. */
function escaped(text: string): string {
  return encodeURIComponent(text).replaceAll('%2C', ',');
}

function itemMisses(
  name: string,
  { bytes, headers, filename }: ReadPart,
  item: unknown,
  mustBeFile: boolean,
): string[] {
  const text = bytes.toString();
  if (mustBeFile && filename === undefined) return [`the part ${name} is no file`];
  if (filename !== undefined && filename !== new FileValue(bytes).name)
    return [`the file ${name} is called ${filename}`];
  const isText = typeof item === 'string' && !/json/.test(headers.get('content-type') ?? '');
  const isEqual = isText ? text === item : same(readExactly(text), item);
  return isEqual ? [] : [`the part ${name} is ${text.slice(0, 200)} for ${JSON.stringify(item)}`];
}

function typeMisses(name: string, { headers }: ReadPart, expected: string | undefined): string[] {
  const type = headers.get('content-type');
  return expected === undefined || type === expected ? [] : [`the part ${name} is ${type}, not ${expected}`];
}

/** Where the document itself has bytes as the property; a look at its first place is enough. */
function isFile(schema: WrittenContent['schema'], name: string): boolean {
  const properties = isObject(schema?.value) ? schema.value['properties'] : undefined;
  const property = isObject(properties) ? properties[name] : undefined;
  return isObject(property) && (property['format'] === 'binary' || property['type'] === 'file');
}

/** OpenAPI 3.2, 4.15: what has an encoding, by that; lists repeat their name; objects stand in brackets. */
function formMisses(text: string, value: unknown, styles: WrittenContent['styles']): string[] {
  const pairs = pairsOf(text);
  const known = new Set(Object.keys(isObject(value) ? value : {}));
  const used = new Set<string>();
  const misses = Object.entries(isObject(value) ? value : {}).flatMap(([name, member]) => {
    const style = styles.get(name);
    const isNested =
      typeof member === 'object' &&
      member !== null &&
      !(member instanceof Digits) &&
      (!Array.isArray(member) ||
        member.some(item => typeof item === 'object' && item !== null && !(item instanceof Digits)));
    const { read, names, expected } = readField(pairs, name, member, style, isNested, known);
    for (const each of names) used.add(each);
    return same(read, expected) ? [] : [`the field ${name} is ${JSON.stringify(read)} for ${JSON.stringify(member)}`];
  });
  const others = pairs.filter(([name]) => !used.has(name)).map(([name]) => `the form has ${name}, which nobody sent`);
  return [...misses, ...others];
}

function readField(
  pairs: ReturnType<typeof pairsOf>,
  name: string,
  member: unknown,
  style: (Style & { json: boolean }) | undefined,
  isNested: boolean,
  known: ReadonlySet<string>,
) {
  if (style?.json) {
    const mine = pairs.filter(([key]) => decodeForm(key) === name);
    return { read: mine[0] && readExactly(decodeForm(mine[0][1])), names: mine.map(([key]) => key), expected: member };
  }
  if (isNested && !style) {
    const inside = pairs.filter(([key]) => decodeForm(key).startsWith(`${name}[`));
    const read = nested(
      inside.map(([key, text]) => [decodeForm(key), decodeForm(text)]),
      name,
    );
    return { read: deepText(read), names: inside.map(([key]) => key), expected: deepText(member) };
  }
  const { value: read, used } = readQuery(
    pairs,
    name,
    kindOf(member),
    style ?? { style: 'form', explode: true },
    known,
  );
  const isDeep = style?.style === 'deepObject';
  return {
    read: isDeep ? deepText(read) : read,
    names: used,
    expected: isDeep ? deepText(member) : member === null ? undefined : textOf(member),
  };
}

/** By content: the order of members, and how a number is written, tell nothing. */
function same(one: unknown, other: unknown): boolean {
  return canonical(one) === canonical(other);
}

function canonical(value: unknown): string {
  if (value instanceof Digits) return value.text;
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (!isObject(value)) return JSON.stringify(value) ?? 'undefined';
  return `{${Object.keys(value)
    .sort()
    .map(key => `${JSON.stringify(key)}:${canonical(value[key])}`)
    .join(',')}}`;
}
