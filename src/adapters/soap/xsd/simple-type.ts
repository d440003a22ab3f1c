import { attribute, childrenNamed, elementsOf, type XmlElement } from '../../../adapter/xml/tree.ts';
import { fieldName, uniqueNames } from '../../../base/names.ts';
import { builtInFacets, facetsIn } from '../model/facets.ts';
import type { Primitive, SimpleType } from '../model/model.ts';
import { namespaceOf, type QName, xsdNamespace } from '../qname.ts';
import { type Component, reference } from './components.ts';

/** The built-in simple types of XSD 1.0 (part 2, 3.2 and 3.3) and `anyType`, by local name. */
export function builtInType(local: string): SimpleType | undefined {
  const primitive = primitives.get(local);
  if (primitive === undefined) return undefined;
  const list = local === 'NMTOKENS' || local === 'IDREFS' || local === 'ENTITIES';
  const whiteSpace = local === 'string' || local.startsWith('any') ? 'preserve' : 'collapse';
  const facets = builtInFacets(local);
  return {
    kind: 'simple',
    primitive,
    list,
    whiteSpace: local === 'anyURI' ? 'collapse' : local === 'normalizedString' ? 'replace' : whiteSpace,
    ...(facets ? { facets } : {}),
    ...(list ? { items: [1, undefined] } : {}),
  };
}

/** What is kept as the XML it is: of a type that nothing here describes. */
export const opaque: SimpleType = { kind: 'simple', primitive: 'XML', list: false, whiteSpace: 'preserve' };

/** A reference to an attachment, which is read as what it refers to. */
export const referring: SimpleType = {
  kind: 'simple',
  primitive: 'Base64',
  list: false,
  whiteSpace: 'collapse',
  refers: true,
};

const byPrimitive: Readonly<Partial<Record<Primitive, string>>> = {
  String:
    'string normalizedString token language Name NCName ID IDREF ENTITY NMTOKEN NMTOKENS IDREFS ENTITIES anyURI NOTATION anySimpleType anyAtomicType gYear gYearMonth gMonth gMonthDay gDay',
  Boolean: 'boolean',
  Int: 'int short byte unsignedByte unsignedShort',
  Int64: 'long unsignedInt unsignedLong',
  BigInt: 'integer positiveInteger negativeInteger nonPositiveInteger nonNegativeInteger',
  Decimal: 'decimal',
  Float: 'float double',
  DateTime: 'dateTime',
  Date: 'date',
  Time: 'time',
  Duration: 'duration',
  Base64: 'base64Binary',
  HexBinary: 'hexBinary',
  QName: 'QName',
  JSON: 'anyType',
};

const primitives: ReadonlyMap<string, Primitive> = new Map(
  Object.entries(byPrimitive).flatMap(
    ([primitive, locals]) => locals.split(' ').map(local => [local, primitive as Primitive] as const), // the keys of the table above
  ),
);

/**
 * A simple type's model. `find` gives that of another type by name (undefined where it is unknown or complex); it is not asked for
 * built-in ones.
 */
export function simpleType(
  element: XmlElement,
  component: Component,
  find: (name: QName) => SimpleType | undefined,
): SimpleType {
  const text = builtInType('string')!;
  const named = (at: XmlElement, written: string): SimpleType => {
    const name = reference(component, at, written);
    const found = namespaceOf(name) === xsdNamespace ? builtInType(name.slice(xsdNamespace.length + 2)) : find(name);
    return found ?? text;
  };
  const inline = (at: XmlElement) =>
    childrenNamed(at, xsdNamespace, 'simpleType').map(child => simpleType(child, component, find));
  const [variety] = elementsOf(element).filter(child => child.local !== 'annotation');
  if (variety?.local === 'restriction') {
    const base = attribute(variety, 'base');
    return restrictedType(variety, base === undefined ? (inline(variety)[0] ?? text) : named(variety, base));
  }
  if (variety?.local === 'list') {
    const item = attribute(variety, 'itemType');
    const of = item === undefined ? (inline(variety)[0] ?? text) : named(variety, item);
    return { ...of, list: true, whiteSpace: 'collapse' };
  }
  if (variety?.local === 'union') {
    const names = (attribute(variety, 'memberTypes') ?? '').split(/\s+/).filter(name => name !== '');
    return unionType([...names.map(name => named(variety, name)), ...inline(variety)]);
  }
  return text;
}

/** A simple type restricted by the facets that stand in `restriction`. */
export function restrictedType(restriction: XmlElement, base: SimpleType): SimpleType {
  const [space] = childrenNamed(restriction, xsdNamespace, 'whiteSpace');
  const given = space ? attribute(space, 'value') : undefined;
  const whiteSpace = given === 'collapse' || given === 'replace' ? given : base.whiteSpace;
  const lexical = childrenNamed(restriction, xsdNamespace, 'enumeration').map(one => attribute(one, 'value') ?? '');
  const { graphql: _inherited, ...rest } = base;
  const narrowed = { ...rest, whiteSpace, ...facetsOver(restriction, base) };
  if (lexical.length === 0) return { ...base, ...narrowed };
  if (base.primitive === 'QName' || base.primitive === 'Boolean') return narrowed;
  const distinct = [...new Set(whiteSpace === 'collapse' ? lexical.map(collapsed) : lexical)];
  if (base.list) return { ...narrowed, whole: { ...wholeOf(narrowed), values: enumerationValues(distinct) } };
  const { facets: _checked, members: _united, ...plain } = narrowed;
  return { ...plain, values: enumerationValues(distinct) };
}

/** Of a list, facets speak of its items' number, and patterns of the whole text (XSD 1.0 part 2, 4.3.1 and 4.3.4). */
function facetsOver(restriction: XmlElement, base: SimpleType): Partial<SimpleType> {
  const { list, primitive, facets, items } = base;
  if (!list) {
    const found = facetsIn(restriction, facets, primitive);
    return found ? { facets: found } : {};
  }
  const whole = wholeOf(base);
  const { length, patterns } =
    facetsIn(restriction, { ...whole.facets, ...(items ? { length: items } : {}) }, 'String') ?? {};
  return {
    ...(length ? { items: length } : {}),
    ...(patterns ? { whole: { ...whole, facets: { patterns } } } : {}),
  };
}

function wholeOf({ whole }: SimpleType): SimpleType {
  return whole ?? { kind: 'simple', primitive: 'String', list: false, whiteSpace: 'collapse' };
}

function collapsed(text: string): string {
  return text.replace(/[ \t\n\r]+/g, ' ').replace(/^ | $/g, '');
}

/** Of enumerations one of all their values, else the scalar that all members share, else text (mapping.md B3). */
function unionType(given: readonly SimpleType[]): SimpleType {
  // A union of unions is one of all their members (XSD 1.0 part 2, 2.5.1.3).
  const members = [...new Set(given.flatMap(member => (member.list ? [member] : (member.members ?? [member]))))];
  const [first] = members;
  const common = first && members.every(member => member.primitive === first.primitive && member.list === first.list);
  const whiteSpace = members.some(member => member.whiteSpace === 'preserve') ? 'preserve' : 'collapse';
  if (common && !first.list && members.every(member => member.values)) {
    const lexical = members.flatMap(member => member.values!.map(([, value]) => value)); // every one has some
    return {
      kind: 'simple',
      primitive: first.primitive,
      list: false,
      whiteSpace,
      values: enumerationValues([...new Set(lexical)]),
    };
  }
  const kind = common
    ? { primitive: first.primitive, list: first.list }
    : { primitive: 'String' as const, list: false };
  const demanding = members.some(member => member.facets ?? member.values ?? member.items ?? member.members) || !common;
  const isOpen = members.some(
    member => member.primitive === 'String' && !member.facets && !member.values && !member.list,
  );
  return { kind: 'simple', ...kind, whiteSpace, ...(demanding && !isOpen ? { members } : {}) };
}

/** [name in GraphQL, lexical value] of every value; names as mapping.md A2 says. */
function enumerationValues(lexical: readonly string[]): (readonly [string, string])[] {
  const names = uniqueNames(lexical, enumerationName);
  return lexical.map(value => [names.get(value) ?? enumerationName(value), value] as const);
}

function enumerationName(value: string): string {
  if (value === '') return '_EMPTY';
  if (value === 'true' || value === 'false' || value === 'null') return `_${value}`;
  if (!/[A-Za-z0-9]/.test(value)) return `_x${Buffer.from(value, 'utf8').toString('hex')}`;
  return fieldName(value);
}
