import { leavesWithin, type Types } from '../../src/adapters/soap/model/fields.ts';
import type { ComplexType, SimpleType, TypeKey } from '../../src/adapters/soap/model/model.ts';

/** A value that the peer's JSON has no way to say, and why. */
export class Unsayable extends Error {}

type Fields = Readonly<Record<string, unknown>>;

/** An input value of GraphQL as the peers' JSON (zeep/backend.py tells its shape). */
export function toPeer(types: Types, key: TypeKey, value: unknown): unknown {
  const type = types[key];
  if (value === null || value === undefined) return null;
  if (type?.kind === 'simple' && type.refers) throw new Unsayable('an attachment');
  // Any text is true to PHP.
  if (type?.kind === 'simple') return typeof value === 'boolean' ? value : lexicalOf(type, value);
  if (type?.kind !== 'complex') throw new Unsayable('a substitution group');
  const { model, own, said } = chosen(types, type, value);
  const result: Record<string, unknown> = said === undefined ? {} : { $type: said };
  if (model.text) throw new Unsayable('mixed content');
  if (model.value !== undefined) result['$value'] = toPeer(types, model.value, own['_value']);
  for (const leaf of leavesWithin(types, model)) {
    const part = own[leaf.field];
    if (leaf.kind === 'any') throw new Unsayable('a wildcard');
    if (part === undefined) continue;
    if (leaf.kind !== 'element') throw new Unsayable('a group that repeats');
    if (leaf.local in result) throw new Unsayable('one name of two namespaces');
    result[leaf.local] =
      leaf.list && Array.isArray(part)
        ? part.map(item => toPeer(types, leaf.type, item))
        : toPeer(types, leaf.type, part);
  }
  for (const { field, local, type: of } of model.attributes) {
    if (own[field] !== undefined && own[field] !== null) result[`@${local}`] = toPeer(types, of, own[field]);
  }
  return result;
}

/** Where a polymorphic value says which of the types it is of, that one. */
function chosen(types: Types, type: ComplexType, value: unknown) {
  const own = value as Fields; // an input object
  const variant = type.variants?.find(({ field }) => own[field] !== undefined);
  const model = variant ? types[variant.type] : undefined;
  if (!variant || model?.kind !== 'complex') return { model: type, own, said: undefined };
  return { model, own: own[variant.field] as Fields, said: variant.type };
}

function lexicalOf(type: SimpleType, value: unknown): string {
  if (Array.isArray(value)) return value.map(item => lexicalOf({ ...type, list: false }, item)).join(' ');
  if (type.primitive === 'XML' || type.primitive === 'JSON') throw new Unsayable('anything');
  if (type.primitive === 'QName') throw new Unsayable('a QName');
  return type.values?.find(([name]) => name === value)?.[1] ?? String(value);
}

/** How what a peer has read differs from the input value that it was sent. */
export function sentDifferences(types: Types, key: TypeKey, value: unknown, read: unknown, at: string): string[] {
  const type = types[key];
  if (value === null || value === undefined) return read === null || read === undefined ? [] : [`${at} is there`];
  if (type?.kind === 'simple') {
    const said = lexicalOf(type, value);
    return isSame(type, said, read) ? [] : [`${at} is ${JSON.stringify(read)}, not ${JSON.stringify(said)}`];
  }
  if (type?.kind !== 'complex') throw new Unsayable('a substitution group');
  const { model, own, said } = chosen(types, type, value);
  const fields = (typeof read === 'object' && read !== null ? read : {}) as Fields; // JSON
  const found: string[] = [];
  const isTyped = said !== undefined && '$type' in fields;
  if (isTyped && fields['$type'] !== said) found.push(`${at} is of the type ${fields['$type']}, not ${said}`);
  const known = new Set(['$type']);
  const compare = (name: string, type: TypeKey, part: unknown) => {
    const own = name in fields ? name : name.replace('@', ''); // PHP does not tell attributes from elements
    known.add(own);
    found.push(...sentDifferences(types, type, part, fields[own], `${at}/${name}`));
  };
  if (model.text) throw new Unsayable('mixed content');
  if (model.value !== undefined) compare('$value', model.value, own['_value']);
  for (const leaf of leavesWithin(types, model)) {
    const part = own[leaf.field];
    if (leaf.kind !== 'element') continue; // toPeer has refused what has one
    if (!leaf.list || !Array.isArray(part)) {
      // A list of items where one stands alone.
      if (!(leaf.list && part === undefined)) compare(leaf.local, leaf.type, part);
      continue;
    }
    known.add(leaf.local);
    const items = asList(fields[leaf.local]);
    if (items.length !== part.length) found.push(`${at}/${leaf.local} has ${items.length} items, not ${part.length}`);
    for (const [index, item] of part.entries())
      found.push(...sentDifferences(types, leaf.type, item, items[index], `${at}/${leaf.local}[${index}]`));
  }
  for (const { field, local, type: of, default: fallback } of model.attributes)
    if (own[field] !== undefined || fallback === undefined) compare(`@${local}`, of, own[field]);
    else known.add(`@${local}`).add(local);
  for (const name of Object.keys(fields)) if (!known.has(name)) found.push(`${at}/${name} was never sent`);
  return found;
}

function asList(value: unknown): readonly unknown[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

/** How a client's data differ from the value that a peer was told to answer; what was not selected is passed over. */
export function answerDifferences(types: Types, key: TypeKey, value: unknown, data: unknown, at: string): string[] {
  if (data === undefined) return [];
  const type = types[key];
  if (value === null || value === undefined) {
    const isNothing = data === null || (Array.isArray(data) && data.length === 0);
    return isNothing ? [] : [`${at} is there`];
  }
  if (type?.kind === 'simple') {
    const [said, got] = [lexicalOf(type, value), data === null ? null : lexicalOf(type, data)];
    return isSame(type, said, got) ? [] : [`${at} is ${JSON.stringify(got)}, not ${JSON.stringify(said)}`];
  }
  if (type?.kind !== 'complex') throw new Unsayable('a substitution group');
  if (typeof data !== 'object' || data === null) return [`${at} is ${JSON.stringify(data)}`];
  const { model, own } = chosen(types, type, value);
  const fields = data as Fields;
  const found: string[] = [];
  const typename = fields['__typename'];
  if (typename !== undefined && typename !== model.graphql) found.push(`${at} is a ${typename}, not ${model.graphql}`);
  // selectionOf gives the fields of an abstract type's members aliases.
  const got = (field: string) => fields[typename === undefined ? field : `${typename}__${field}`];
  if (model.value !== undefined)
    found.push(...answerDifferences(types, model.value, own['_value'], got('_value'), `${at}._value`));
  for (const leaf of leavesWithin(types, model)) {
    if (leaf.kind !== 'element') continue;
    const [part, there] = [own[leaf.field], got(leaf.field)];
    if (!leaf.list || !Array.isArray(part) || !Array.isArray(there)) {
      found.push(...answerDifferences(types, leaf.type, part, there, `${at}.${leaf.field}`));
      continue;
    }
    if (part.length !== there.length) found.push(`${at}.${leaf.field} has ${there.length} items, not ${part.length}`);
    for (const [index, item] of part.entries())
      found.push(...answerDifferences(types, leaf.type, item, there[index] ?? null, `${at}.${leaf.field}.${index}`));
  }
  for (const { field, type: of, default: fallback } of model.attributes)
    if (own[field] !== undefined || fallback === undefined)
      found.push(...answerDifferences(types, of, own[field], got(field), `${at}.${field}`));
  return found;
}

/** Are two texts one value of a type? */
function isSame({ primitive }: SimpleType, one: string, other: unknown): boolean {
  if (one === '' && (other === undefined || other === null)) return true; // zeep takes no text for no value
  if (typeof other !== 'string') return false;
  // PHP gives and takes the bytes themselves, here those of a text.
  if (primitive === 'Base64' && atob(one) === other) return true;
  return one === other || canonical(primitive, one) === canonical(primitive, other);
}

function canonical(primitive: SimpleType['primitive'], text: string): string {
  switch (primitive) {
    case 'Decimal':
      return text
        .replace(/^\+/, '')
        .replace(/(\.\d*?)0+$/, '$1')
        .replace(/\.$/, '');
    case 'Float':
      return String(Number(text));
    case 'Boolean':
      return text === '1' || text.toLowerCase() === 'true' ? 'true' : 'false';
    // A zone is no part of Python's dates; nor are more than microseconds of its times.
    case 'Date':
      return text.slice(0, 10);
    case 'DateTime':
    case 'Time':
      return text
        .replace(/(\.\d*?)0+(?!\d)/, '$1')
        .replace(/\.(?!\d)/, '')
        .replace(/\+00:00$/, 'Z');
    default:
      return text;
  }
}
