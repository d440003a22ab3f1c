import { Digits } from './digits.ts';
import { type Documents, isObject, type Place, part, parts, referenceOf } from './documents.ts';

/** What a value comes to within an element: the attributes that belong into its tag, and what stands between its tags. */
interface Inside {
  readonly attributes: readonly string[];
  readonly content: string;
}

/** One node that a schema makes of a value (OpenAPI 3.2, 4.26.1). */
interface Layer {
  readonly type: string;
  readonly name: string;
  readonly namespace: string | undefined;
  readonly prefix: string | undefined;
}

/** Prefixes in scope, the default namespace under ''. */
type Scope = ReadonlyMap<string, string>;

const nothing: Inside = { attributes: [], content: '' };

/**
 * Writes values as XML by the `xml` objects of their schemas, as the specification tells it (OpenAPI 3.2, 4.26; 3.1, 4.8.26): nothing here is the
 * adapter's. What it leaves open is as it is widely done: children without a namespace are in that of their parent.
 */
export class XmlText {
  readonly #documents: Documents;
  /** OpenAPI 3.2: references make no node, and what they lead to has the component's name. */
  readonly #isByNode: boolean;

  constructor(documents: Documents, file: string) {
    this.#documents = documents;
    this.#isByNode = /^3\.2/.test(String(part(documents.root(file), 'openapi')?.value));
  }

  /** `unnamed`: what a root is called that the document has no name for. */
  document(schema: Place, value: unknown, unnamed = 'root'): string {
    const inferred = componentOf(this.#documents.deref(schema)) ?? unnamed;
    const layers = this.#layers(schema, inferred, Array.isArray(value));
    const root = layers.length > 0 ? layers : [plainElement(inferred)];
    return this.#wrapped(root, schema, value, new Map()).content;
  }

  /** A value of a schema, with the nodes that the schema makes around it. */
  #node(schema: Place | undefined, value: unknown, inferred: string, scope: Scope): Inside {
    const layers = schema ? this.#layers(schema, inferred, Array.isArray(value)) : undefined;
    if (layers?.length === 0) return this.#inside(schema, value, inferred, scope);
    return this.#wrapped(layers ?? [plainElement(inferred)], schema, value, scope);
  }

  #wrapped([layer, ...inner]: readonly Layer[], schema: Place | undefined, value: unknown, scope: Scope): Inside {
    if (!layer) throw new TypeError('no node');
    if (layer.type === 'text') return { attributes: [], content: value === null ? '' : escaped(textOf(value)) };
    if (layer.type === 'cdata') return { attributes: [], content: value === null ? '' : sectioned(textOf(value)) };
    if (layer.type === 'attribute') {
      if (value === null) return nothing;
      const { tag, declaration } = named(layer, scope, true);
      const text = Array.isArray(value) ? value.map(textOf).join(' ') : textOf(value);
      return { attributes: [...declaration, `${tag}="${escaped(text).replaceAll('\n', '&#10;')}"`], content: '' };
    }
    const { tag, declaration, within } = named(layer, scope, false);
    if (value === null) {
      const nil = ['xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"', 'xsi:nil="true"'];
      return { attributes: [], content: `<${[tag, ...declaration, ...nil].join(' ')}/>` };
    }
    const filled =
      inner.length > 0 ? this.#wrapped(inner, schema, value, within) : this.#inside(schema, value, layer.name, within);
    const opening = [tag, ...declaration, ...filled.attributes].join(' ');
    return { attributes: [], content: `<${opening}>${filled.content}</${tag}>` };
  }

  /** What stands between the tags; `name`: of items that have none. */
  #inside(schema: Place | undefined, value: unknown, name: string, scope: Scope): Inside {
    if (Array.isArray(value)) {
      const items = schema && this.#found(schema, 'items');
      const all = value.map(item => (item === null && !items ? nothing : this.#item(items, item, name, scope)));
      return {
        attributes: all.flatMap(({ attributes }) => attributes),
        content: all.map(each => each.content).join(''),
      };
    }
    if (!isObject(value) || value instanceof Digits) return { attributes: [], content: escaped(textOf(value)) };
    const members = Object.entries(value).map(([key, member]) => {
      const own = schema && (this.#property(schema, key) ?? this.#found(schema, 'additionalProperties'));
      return this.#node(own, member, key, scope);
    });
    return {
      attributes: members.flatMap(({ attributes }) => attributes),
      content: members.map(({ content }) => content).join(''),
    };
  }

  /** Lists in lists stand in elements of their own: nothing else would tell them apart. */
  #item(schema: Place | undefined, item: unknown, name: string, scope: Scope): Inside {
    const layers = schema ? this.#layers(schema, name, Array.isArray(item)) : [];
    return this.#wrapped(layers.length > 0 ? layers : [plainElement(name)], schema, item, scope);
  }

  /** From the outermost to the innermost; none where the schema stands for what is in it. */
  #layers(schema: Place, inferred: string, isList: boolean): Layer[] {
    const chain = this.#chain(schema);
    if (this.#isByNode)
      return chain.flatMap(place => {
        const xml = xmlOf(place);
        const plain = referenceOf(place.value) !== undefined || isList ? 'none' : 'element';
        const old = xml['attribute'] === true ? 'attribute' : xml['wrapped'] === true ? 'element' : plain;
        return layerOf(String(xml['nodeType'] ?? old), xml, componentOf(place) ?? inferred);
      });
    const xml = Object.assign({}, ...chain.map(xmlOf).reverse()) as Readonly<Record<string, unknown>>; // the outer goes before the inner
    if (xml['attribute'] === true) return layerOf('attribute', xml, inferred);
    return isList && xml['wrapped'] !== true ? [] : layerOf('element', xml, inferred);
  }

  /** A schema and what it refers to, as long as it says nothing else. */
  #chain(schema: Place): Place[] {
    const reference = referenceOf(schema.value);
    if (reference !== undefined) return [schema, ...this.#chain(this.#documents.follow(reference, schema.file))];
    const members = parts(part(schema, 'allOf'));
    const [only, ...others] = members.filter(saysMoreThanXml);
    if (!only || others.length > 0 || part(schema, 'properties')) return [schema];
    return [schema, ...members.filter(member => !saysMoreThanXml(member)), ...this.#chain(only)];
  }

  #property(schema: Place, key: string): Place | undefined {
    for (const each of this.#joined(schema)) {
      const found = part(part(each, 'properties') ?? each, key);
      if (found && part(each, 'properties')) return found;
    }
    return undefined;
  }

  #found(schema: Place, keyword: string): Place | undefined {
    for (const each of this.#joined(schema)) {
      const found = part(each, keyword);
      if (found && isObject(found.value)) return found;
    }
    return undefined;
  }

  /** All schemas that may speak of a value. */
  #joined(schema: Place): Place[] {
    const all: Place[] = [];
    const waiting = [schema];
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const place = this.#documents.deref(next);
      if (all.some(({ value }) => value === place.value)) continue;
      all.push(place);
      for (const keyword of ['allOf', 'oneOf', 'anyOf']) waiting.push(...parts(part(place, keyword)));
    }
    return all;
  }
}

function saysMoreThanXml({ value }: Place): boolean {
  return !isObject(value) || Object.keys(value).some(key => key !== 'xml' && key !== 'description');
}

function xmlOf(place: Place): Readonly<Record<string, unknown>> {
  const xml = part(place, 'xml')?.value;
  return isObject(xml) ? xml : {};
}

function layerOf(type: string, xml: Readonly<Record<string, unknown>>, inferred: string): Layer[] {
  const text = (key: string) => (typeof xml[key] === 'string' && xml[key] !== '' ? xml[key] : undefined);
  if (type === 'none') return [];
  return [{ type, name: text('name') ?? inferred, namespace: text('namespace'), prefix: text('prefix') }];
}

function plainElement(name: string): Layer {
  return { type: 'element', name, namespace: undefined, prefix: undefined };
}

/** The name of what stands directly among the components. */
function componentOf({ pointer }: Place): string | undefined {
  const [, key] = /^\/(?:components\/schemas|definitions)\/([^/]+)$/.exec(pointer) ?? [];
  return key?.replaceAll('~1', '/').replaceAll('~0', '~');
}

function named({ name, namespace, prefix }: Layer, scope: Scope, isAttribute: boolean) {
  if (namespace === undefined) {
    const isBound = prefix !== undefined && scope.has(prefix);
    return { tag: isBound ? `${prefix}:${name}` : name, declaration: [], within: scope };
  }
  const called = prefix ?? (isAttribute ? 'own' : '');
  const declaration = called === '' ? `xmlns="${escaped(namespace)}"` : `xmlns:${called}="${escaped(namespace)}"`;
  const isKnown = scope.get(called) === namespace;
  return {
    tag: called === '' ? name : `${called}:${name}`,
    declaration: isKnown ? [] : [declaration],
    within: new Map(scope).set(called, namespace),
  };
}

function textOf(value: unknown): string {
  return value instanceof Digits ? value.text : typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

function sectioned(text: string): string {
  return text === '' ? '' : `<![CDATA[${text.replaceAll(']]>', ']]]]><![CDATA[>')}]]>`;
}
