import { attribute, elementsOf, type XmlElement } from '../../../adapter/xml/tree.ts';
import { xsdNamespace } from '../qname.ts';
import type { Bound, Facets, Primitive } from './model.ts';
import type { TimeKind } from './time-order.ts';

/** The facets of a restriction over those of its base (XSD 1.0 part 2, 4.3): a value has to do justice to both. */
export function facetsIn(restriction: XmlElement, base: Facets | undefined, primitive: Primitive): Facets | undefined {
  const found: { -readonly [K in keyof Facets]: Facets[K] } = { ...base };
  const patterns: string[] = [];
  if (primitive === 'QName') return undefined; // facets are of its text, whose prefix is chosen where it is written
  const isOrdered = numbers.has(primitive) || timeKind(primitive, base) !== undefined;
  for (const element of elementsOf(restriction)) {
    const value = attribute(element, 'value');
    if (element.namespace !== xsdNamespace || value === undefined) continue;
    const count = /^\s*\d{1,9}\s*$/.test(value) ? Number(value) : undefined;
    const bound: Bound = { value: value.trim(), exclusive: element.local.endsWith('Exclusive') };
    switch (element.local) {
      case 'pattern':
        patterns.push(value);
        break;
      case 'length':
        if (count !== undefined) found.length = [count, count];
        break;
      case 'minLength':
        if (count !== undefined) found.length = [count, found.length?.[1]];
        break;
      case 'maxLength':
        if (count !== undefined) found.length = [found.length?.[0] ?? 0, count];
        break;
      case 'totalDigits':
        if (count !== undefined) found.digits = count;
        break;
      case 'fractionDigits':
        if (count !== undefined) found.fractionDigits = count;
        break;
      case 'minInclusive':
      case 'minExclusive':
        if (isOrdered) found.least = bound;
        break;
      case 'maxInclusive':
      case 'maxExclusive':
        if (isOrdered) found.most = bound;
        break;
    }
  }
  // Patterns of one step are alternatives, those of several must all be met (4.3.4).
  if (patterns.length > 0) found.patterns = [...(base?.patterns ?? []), patterns];
  return Object.keys(found).length === 0 ? undefined : found;
}

const numbers: ReadonlySet<Primitive> = new Set(['Int', 'Int64', 'BigInt', 'Decimal', 'Float']);

/** What orders the values of a type in time; undefined where nothing does. */
export function timeKind(primitive: Primitive, facets: Facets | undefined): TimeKind | undefined {
  const form = facets?.form;
  return times[primitive] ?? (form !== undefined && isCalendar(form) ? form : undefined);
}

const times: Readonly<Partial<Record<Primitive, TimeKind>>> = {
  DateTime: 'dateTime',
  Date: 'date',
  Time: 'time',
  Duration: 'duration',
};

function isCalendar(form: string): form is TimeKind {
  return ['gYear', 'gYearMonth', 'gMonth', 'gMonthDay', 'gDay'].includes(form);
}

/** What the built-in types demand beyond their primitive's kind (XSD 1.0 part 2, 3.2 and 3.3). */
export function builtInFacets(local: string): Facets | undefined {
  const range = ranges[local];
  if (range) {
    const [least, most] = range;
    return {
      ...(least === undefined ? {} : { least: { value: least, exclusive: false } }),
      ...(most === undefined ? {} : { most: { value: most, exclusive: false } }),
    };
  }
  return Object.hasOwn(forms, local) ? { form: local } : undefined;
}

const ranges: Readonly<Record<string, readonly [least: string | undefined, most: string | undefined] | undefined>> =
  Object.assign(Object.create(null), {
    byte: ['-128', '127'],
    short: ['-32768', '32767'],
    unsignedByte: ['0', '255'],
    unsignedShort: ['0', '65535'],
    unsignedInt: ['0', '4294967295'],
    long: ['-9223372036854775808', '9223372036854775807'],
    unsignedLong: ['0', '18446744073709551615'],
    positiveInteger: ['1', undefined],
    nonNegativeInteger: ['0', undefined],
    negativeInteger: [undefined, '-1'],
    nonPositiveInteger: [undefined, '0'],
  });

const name = /^[\p{L}\p{Nl}_:][\p{L}\p{Nl}\p{M}\p{Nd}\-._:\u00B7]*$/u;
const plainName = /^[\p{L}\p{Nl}_][\p{L}\p{Nl}\p{M}\p{Nd}\-._\u00B7]*$/u;
const token = /^[\p{L}\p{Nl}\p{M}\p{Nd}\-._:\u00B7]+$/u;
const zone = '(Z|[+-]\\d\\d:\\d\\d)?';

/** Texts of the built-in types that are texts here. None of these patterns ever tries a character twice. */
export const forms: Readonly<Record<string, RegExp>> = Object.assign(Object.create(null), {
  language: /^[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*$/,
  Name: name,
  NCName: plainName,
  ID: plainName,
  IDREF: plainName,
  IDREFS: plainName,
  ENTITY: plainName,
  ENTITIES: plainName,
  NMTOKEN: token,
  NMTOKENS: token,
  gYear: new RegExp(`^-?\\d{4,}${zone}$`),
  gYearMonth: new RegExp(`^-?\\d{4,}-\\d\\d${zone}$`),
  gMonth: new RegExp(`^--\\d\\d${zone}$`),
  gMonthDay: new RegExp(`^--\\d\\d-\\d\\d${zone}$`),
  gDay: new RegExp(`^---\\d\\d${zone}$`),
});
