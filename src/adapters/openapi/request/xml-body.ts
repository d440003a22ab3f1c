import { escapeAttribute, escapeText, hasIllegalCharacter } from '../../../adapter/xml/xml-writer.ts';
import { isRecord } from '../../../base/json.ts';
import { NumberText } from '../answer/json-text.ts';
import type { Charset } from '../call/call.ts';
import type { ObjectShape, OneOfShape, Shape, XmlNode, XmlType } from '../call/shape.ts';
import { inputFault } from '../fault.ts';

/** The prefixes in scope; the empty one is the default namespace. */
type Scope = ReadonlyMap<string, string>;

/** What stands between an element's tags, and in its first one. */
interface Inside {
  readonly attributes: ReadonlyMap<string, string>;
  readonly content: string;
}

const xsi = 'http://www.w3.org/2001/XMLSchema-instance';
const xmlPrefix = 'http://www.w3.org/XML/1998/namespace';

/**
 * Writes encoded values as XML, by what the document says of them there (OpenAPI 3.2, 4.26). Texts are escaped; a name or a text that XML
 * cannot carry is BAD_USER_INPUT, with the way to it.
 */
export class XmlWriter {
  readonly #types: ReadonlyMap<string, XmlType>;

  constructor(types: ReadonlyMap<string, XmlType>) {
    this.#types = types;
  }

  /** A whole document; a list stands in the root. */
  document(root: XmlNode, shape: Shape, value: unknown, path: string, charset: Charset | 'utf-8' = 'utf-8'): string {
    const name = root.name ?? 'root';
    const scope: Scope = new Map([['xml', xmlPrefix]]);
    return `<?xml version="1.0" encoding="${charset.toUpperCase()}"?>\n${this.#element(root, name, shape, value, path, scope)}`;
  }

  #element(node: XmlNode, name: string, shape: Shape, value: unknown, path: string, outer: Scope): string {
    const { tag, declared, scope } = opened(node, name, outer, path);
    const isNil = value === null || value === undefined;
    const { attributes, content } = isNil ? nil : this.#inside(node, name, shape, value, path, scope);
    const written = [...declared, ...attributes].map(([key, text]) => ` ${key}="${escapeAttribute(text)}"`).join('');
    return content === '' ? `<${tag}${written}/>` : `<${tag}${written}>${content}</${tag}>`;
  }

  /** A value within the element that stands around it. */
  #inside(node: XmlNode, name: string, shape: Shape, value: unknown, path: string, scope: Scope): Inside {
    if (Array.isArray(value)) return this.#items(node, name, shape, value, path, scope);
    if (node.wrapped && node.item)
      return { attributes: none, content: this.#element(node.item, node.item.name ?? name, shape, value, path, scope) };
    if (!isRecord(value) || value instanceof NumberText)
      return { attributes: none, content: escapeText(textOf(value, path)) };
    const members = Object.entries(value).flatMap(([key, member]) => {
      if (member === undefined) return [];
      const { shape: inner, xml = {} } = this.#member(shape, node.values, value, key);
      const at = `${path}.${key}`;
      return [{ at, part: this.#part(xml, xml.name ?? key, inner, member, at, scope) }];
    });
    return joined(members);
  }

  /** A member of an object: an element, or whatever else the document makes of it. */
  #part(node: XmlNode, name: string, shape: Shape, value: unknown, path: string, scope: Scope): Inside {
    switch (node.node) {
      case 'attribute': {
        if (value === null) return nothing;
        const { tag, declared } = opened(node, name, scope, path, true);
        const text = Array.isArray(value) ? value.map(item => textOf(item, path)).join(' ') : textOf(value, path);
        return { attributes: new Map([...declared, [tag, text]]), content: '' };
      }
      case 'text':
        return { attributes: none, content: value === null ? '' : escapeText(textOf(value, path)) };
      case 'cdata':
        return { attributes: none, content: value === null ? '' : cdata(textOf(value, path)) };
      case 'none':
        return value === null ? nothing : this.#inside(node, name, shape, value, path, scope);
      default:
        if (Array.isArray(value) && !node.wrapped) return this.#items(node, name, shape, value, path, scope);
        return { attributes: none, content: this.#element(node, name, shape, value, path, scope) };
    }
  }

  /** Lists in lists stand in elements of their own; what is in the place of a tuple is whatever the document makes of it. */
  #items(
    { item = {}, tuple: tupleName }: XmlNode,
    name: string,
    shape: Shape,
    values: readonly unknown[],
    path: string,
    scope: Scope,
  ): Inside {
    const inner = shape.kind === 'list' ? shape.of : anyShape;
    const type = tupleName === undefined ? undefined : this.#types.get(tupleName);
    const tuple = type?.kind === 'tuple' ? type : undefined;
    const parts = values.map((value, index) => {
      const at = `${path}.${index}`;
      const place = tuple && (tuple.places[index] ?? tuple.rest);
      const part = place
        ? this.#part(place.xml ?? {}, place.xml?.name ?? name, place.shape, value, at, scope)
        : { attributes: none, content: this.#element(item, item.name ?? name, inner, value, at, scope) };
      return { at, part };
    });
    return joined(parts);
  }

  /** `values`: how those of a map stand. */
  #member(shape: Shape, values: XmlNode | undefined, value: Readonly<Record<string, unknown>>, key: string): Member {
    if (shape.kind === 'map') return { shape: shape.value, xml: values };
    const type = shape.kind === 'type' ? this.#types.get(shape.name) : undefined;
    if (type?.kind === 'oneOf') return this.#member(branchOf(type, value, this.#types), values, value, key);
    if (type?.kind !== 'object') return { shape: anyShape };
    const field = type.fields.find(({ wire }) => wire === key);
    if (field) return field;
    const { shape: rest, xml } = type.additional ?? {};
    return { shape: rest?.kind === 'map' ? rest.value : anyShape, xml };
  }
}

interface Member {
  readonly shape: Shape;
  readonly xml?: XmlNode | undefined;
}

const anyShape: Shape = { kind: 'scalar', scalar: 'JSON', open: true };
const none: ReadonlyMap<string, string> = new Map();
const nothing: Inside = { attributes: none, content: '' };
/** Null is an element that says so (XML Schema part 1, 2.6.2). */
const nil: Inside = {
  attributes: new Map([
    ['xmlns:xsi', xsi],
    ['xsi:nil', 'true'],
  ]),
  content: '',
};

/** What stands in one element, in its order. */
function joined(parts: readonly { readonly at: string; readonly part: Inside }[]): Inside {
  const attributes = new Map<string, string>();
  let content = '';
  for (const { at, part } of parts) {
    for (const [attribute, text] of part.attributes) {
      if (attributes.has(attribute) && attributes.get(attribute) !== text)
        throw inputFault(at, `is an attribute "${attribute}", of which there is another`);
      attributes.set(attribute, text);
    }
    content += part.content;
  }
  return { attributes, content };
}

/** Of an encoded value only what is in it is left: the branch that has a name for all of that. */
function branchOf(
  { fields }: OneOfShape,
  value: Readonly<Record<string, unknown>>,
  types: ReadonlyMap<string, XmlType>,
): Shape {
  const tagged = fields.find(({ tag }) => tag && Object.hasOwn(value, tag[0]) && value[tag[0]] === tag[1]);
  const objectOf = (shape: Shape): ObjectShape | undefined => {
    const type = shape.kind === 'type' ? types.get(shape.name) : undefined;
    return type?.kind === 'object' ? type : undefined;
  };
  const fitting = fields.find(({ shape }) => {
    const names = new Set(objectOf(shape)?.fields.map(({ wire }) => wire));
    return Object.keys(value).every(key => names.has(key));
  });
  return (tagged ?? fitting ?? fields[0])?.shape ?? anyShape;
}

/** A tag's name with its prefix, and the declaration that it needs here (Namespaces in XML 1.0, 3 and 6). */
function opened(
  { namespace, prefix }: XmlNode,
  name: string,
  scope: Scope,
  path: string,
  isAttribute = false,
): { readonly tag: string; readonly declared: ReadonlyMap<string, string>; readonly scope: Scope } {
  if (!/^[\p{L}_][\p{L}\p{N}\p{M}._·-]*$/u.test(name))
    throw inputFault(path, `is called ${JSON.stringify(name.slice(0, 60))}, which no XML name can be`);
  if (namespace === undefined) {
    const isBound = prefix !== undefined && scope.has(prefix);
    return { tag: isBound ? `${prefix}:${name}` : name, declared: none, scope };
  }
  const called = prefix ?? (isAttribute ? freePrefix(scope, namespace) : '');
  const tag = called === '' ? name : `${called}:${name}`;
  if (scope.get(called) === namespace) return { tag, declared: none, scope };
  const declared = new Map([[called === '' ? 'xmlns' : `xmlns:${called}`, namespace]]);
  return { tag, declared, scope: new Map(scope).set(called, namespace) };
}

/** An attribute is in no namespace without a prefix (Namespaces in XML 1.0, 6.2). */
function freePrefix(scope: Scope, namespace: string): string {
  for (const [prefix, bound] of scope) if (prefix !== '' && bound === namespace) return prefix;
  let number = 1;
  while (scope.has(`n${number}`)) number += 1;
  return `n${number}`;
}

function textOf(value: unknown, path: string): string {
  if (typeof value === 'object' && value !== null && !(value instanceof NumberText))
    throw inputFault(path, 'is no text, and stands where XML can hold nothing else');
  const text = value instanceof NumberText ? value.text : String(value);
  if (hasIllegalCharacter(text)) throw inputFault(path, 'holds characters that XML cannot carry');
  return text;
}

/** A section cannot hold its own end (XML 1.0, 2.7). */
function cdata(text: string): string {
  if (text === '') return '';
  const whole = text.replaceAll(']]>', ']]]]><![CDATA[>').replaceAll('\r', ']]>&#xD;<![CDATA['); // a bare one would become a line feed
  return `<![CDATA[${whole}]]>`;
}
