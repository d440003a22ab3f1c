import { isRecord, type Json } from '../../../base/json.ts';
import {
  type Asked,
  isReference,
  type Reference,
  readReference,
  referred,
  unescaped,
} from '../../../base/reference.ts';
import { didYouMean } from '../../../base/suggestion.ts';
import { fieldViews, type Types } from '../model/fields.ts';
import type { TypeKey } from '../model/model.ts';

/** What a header block holds: what is known is a value, what a request says is read from it. */
type Value =
  | { readonly kind: 'literal'; readonly value: unknown }
  | { readonly kind: 'reference'; readonly reference: Reference }
  | { readonly kind: 'list'; readonly items: readonly Value[] }
  | { readonly kind: 'object'; readonly fields: readonly (readonly [string, Value])[] };

export interface HeaderTemplate {
  readonly value: Value;
  readonly mustUnderstand: boolean;
  /** A URI. Absent: the ultimate receiver. */
  readonly role?: string;
}

/** A template of `soapHeaders`; what is wrong with it by itself is added to `problems`. */
export function headerTemplate(written: Json, problems: string[] = []): HeaderTemplate {
  if (!isRecord(written)) return { value: compiled(written, problems), mustUnderstand: false };
  const { [mustUnderstandKey]: must = false, [roleKey]: role, ...rest } = written;
  if (typeof must !== 'boolean') problems.push(`"${mustUnderstandKey}" must be true or false`);
  if (role !== undefined && (typeof role !== 'string' || isReference(role)))
    problems.push(`"${roleKey}" must be a URI, in which nothing is read`);
  return {
    value: compiled(rest as Json, problems), // a part of it
    mustUnderstand: must === true,
    ...(typeof role === 'string' ? { role: unescaped(role) } : {}),
  };
}

const mustUnderstandKey = '_mustUnderstand';
const roleKey = '_role';

function compiled(written: Json, problems: string[]): Value {
  if (Array.isArray(written)) return { kind: 'list', items: written.map(item => compiled(item, problems)) };
  if (isRecord(written)) {
    const fields = Object.entries(written).map(([name, each]) => [name, compiled(each as Json, problems)] as const); // a part of it
    return { kind: 'object', fields };
  }
  if (typeof written !== 'string') return { kind: 'literal', value: written };
  if (!isReference(written)) return { kind: 'literal', value: unescaped(written) };
  const reference = readReference(written);
  if (reference && reference.kind !== 'args') return { kind: 'reference', reference };
  problems.push(
    `"${written}" is nothing that a header block can read: write $header.<name>, $claims.<name>, $subject, $via or $scopes, or "$$" for a text that begins with a dollar`,
  );
  return { kind: 'literal', value: null };
}

/** Is the block the same for every request? */
export function isConstant(value: Value): boolean {
  if (value.kind === 'list') return value.items.every(isConstant);
  if (value.kind === 'object') return value.fields.every(([, field]) => isConstant(field));
  return value.kind === 'literal';
}

/** The value; undefined where nothing of it is there. */
export function filledHeader(value: Value, asked: Asked): unknown {
  switch (value.kind) {
    case 'literal':
      return value.value;
    case 'reference':
      return referred(value.reference, asked, {}) ?? undefined;
    case 'list':
      return value.items.map(item => filledHeader(item, asked));
    case 'object': {
      const record: Record<string, unknown> = Object.create(null);
      for (const [name, field] of value.fields) {
        const filled = filledHeader(field, asked);
        if (filled !== undefined) record[name] = filled;
      }
      const isThere = value.fields.length === 0 || Object.keys(record).length > 0;
      return isThere ? record : undefined;
    }
  }
}

/**
 * Holds a template against the type of its block: only declared fields, and references only where text goes. (That a constant is a value of
 * its type is found by writing it.) Raw XML is never read from a request.
 */
export function checkTemplate(types: Types, key: TypeKey, value: Value, where: string, problems: string[]): void {
  const type = types[key];
  if (value.kind === 'reference') {
    const isText = type?.kind === 'simple' && type.primitive !== 'XML';
    if (!isText) problems.push(`${where}: what a request says stands for text, and here is none`);
  } else if (type?.kind === 'simple') {
    const isOne = value.kind === 'literal' || (value.kind === 'list' && type.list);
    if (!isOne) problems.push(`${where} must be one value`);
  } else if (type?.kind === 'array') {
    if (value.kind !== 'list') problems.push(`${where} must be a list`);
    else checkItems(types, type.item, value.items, where, problems);
  } else if (value.kind !== 'object') {
    if (value.kind !== 'literal' || value.value !== null) problems.push(`${where} must be a map`);
  } else if (type?.kind === 'substitution' || (type?.kind === 'complex' && type.variants)) {
    const choices = type.kind === 'substitution' ? type.members : (type.variants ?? []);
    for (const [name, inner] of value.fields) {
      const chosen = choices.find(choice => choice.field === name);
      if (chosen) checkChosen(types, chosen.type, inner, `${where}.${name}`, problems);
      else
        problems.push(
          unknown(
            where,
            name,
            choices.map(choice => choice.field),
          ),
        );
    }
  } else checkChosen(types, key, value, where, problems);
}

function checkItems(types: Types, key: TypeKey, items: readonly Value[], where: string, problems: string[]): void {
  for (const [index, item] of items.entries()) checkTemplate(types, key, item, `${where}.${index}`, problems);
}

function checkChosen(types: Types, key: TypeKey, value: Value, where: string, problems: string[]): void {
  const type = types[key];
  if (type?.kind !== 'complex' || value.kind !== 'object') {
    checkTemplate(types, key, value, where, problems);
    return;
  }
  const views = fieldViews(types, type);
  for (const [name, inner] of value.fields) {
    const view = views.find(one => one.name === name);
    if (!view)
      problems.push(
        unknown(
          where,
          name,
          views.map(one => one.name),
        ),
      );
    else if (view.list && inner.kind === 'list')
      checkItems(types, view.type, inner.items, `${where}.${name}`, problems);
    else checkTemplate(types, view.type, inner, `${where}.${name}`, problems);
  }
}

function unknown(where: string, name: string, known: readonly string[]): string {
  return `${where} has no "${name}".${didYouMean(name, known)}`.replace(/\.$/, '');
}

/** A block of a simple type may be written as `{ _value: … }`, beside which its marks have room. */
export function unwrapped(types: Types, { type: key }: { readonly type: TypeKey }, value: Value): Value {
  const isSimple = types[key]?.kind === 'simple';
  const [only, ...more] = value.kind === 'object' ? value.fields : [];
  return isSimple && only?.[0] === '_value' && more.length === 0 ? only[1] : value;
}
