import { escapeAttribute, escapeText, hasIllegalCharacter } from '../../../adapter/xml/xml-writer.ts';
import { isRecord, own } from '../../../base/json.ts';
import type { SentAttachments } from '../message/sent-attachments.ts';
import { flat } from '../model/array-shape.ts';
import type { BodyModel, Encoding, HeaderModel } from '../model/call.ts';
import { mostSteps } from '../model/facet-check.ts';
import type { Types } from '../model/fields.ts';
import type { ArrayType, ComplexType, ElementField, SimpleType, SubstitutionType, TypeKey } from '../model/model.ts';
import { qname, xsdNamespace, xsiNamespace } from '../qname.ts';
import { arrayAttributes } from './array-attributes.ts';
import { ContentWriter } from './content-writer.ts';
import { checkedText, demandFixed, onlyOf, recordOf, refused } from './given-values.ts';
import { isProblem, writeLexical } from './lexical.ts';
import { type Marks, Tags } from './tags.ts';
import { fieldPath, type Values } from './value-reader.ts';
import { fragment } from './xml-fragment.ts';

/**
 * The content of an envelope's body: what the schema declares, in its order, whatever the order of the arguments. Only names that the
 * schema declares are ever written; values are text. What cannot be written is BAD_USER_INPUT, with the argument's path.
 */
export function encodeBody(types: Types, body: BodyModel, args: Values, attachments?: SentAttachments): string {
  const encoder = new Encoder(types, body.encoded, undefined, attachments);
  const bare = body.shape === 'bare';
  const value = bare ? own(args, 'input') : args;
  const path = bare ? 'input' : '';
  return body.element
    ? encoder.root({ ...body.element, type: body.type }, value, path)
    : encoder.content(body.type, value, path);
}

/** A block of an envelope's header. */
export function encodeHeader(
  types: Types,
  header: HeaderModel,
  value: unknown,
  path: string,
  {
    marks,
    attachments,
  }: { readonly marks?: Marks | undefined; readonly attachments?: SentAttachments | undefined } = {},
): string {
  return new Encoder(types, header.encoded, marks, attachments).root(header, value, path);
}

type Named = Pick<ElementField, 'namespace' | 'local' | 'type' | 'nillable' | 'default' | 'fixed'>;

class Encoder {
  readonly #types: Types;
  readonly #allowance = { left: mostSteps };
  /** Absent: literal. */
  readonly #encoding: Encoding | undefined;
  readonly #tags: Tags;
  readonly #particles: ContentWriter;
  /** Absent: nothing is attached. */
  readonly #attachments: SentAttachments | undefined;

  constructor(types: Types, encoding?: Encoding, marks?: Marks, attachments?: SentAttachments) {
    this.#types = types;
    this.#encoding = encoding;
    this.#tags = new Tags(encoding, marks);
    this.#particles = new ContentWriter(types, (...element) => this.#element(...element));
    this.#attachments = attachments;
  }

  root(element: Named, value: unknown, path: string): string {
    return this.#tags.declared(this.#element(element, value, path));
  }

  /** The content of a type that stands in the body itself. */
  content(key: TypeKey, value: unknown, path: string): string {
    const type = this.#types[key];
    if (type?.kind === 'simple')
      return type.primitive === 'XML' ? fragment(value, path, {}) : escapeText(this.#lexical(type, value, path));
    if (type?.kind !== 'complex' || !type.content) return '';
    return this.#tags.declared(this.#particles.write(type.content, recordOf(value, path), path));
  }

  #element(element: Named, value: unknown, path: string): string {
    const type = this.#types[element.type];
    if (value === undefined && element.default !== undefined) return this.#byDefault(element, element.default, path);
    if (type?.kind === 'substitution') return this.#substitute(type, element, value, path);
    if (value === null || value === undefined) return this.#nil(element, path);
    if (type?.kind === 'array') return this.#array(element, type, value, path);
    if (type?.kind === 'simple') return this.#simple(element, type, value, path);
    if (type?.kind !== 'complex') throw refused(path, 'its type is not known');
    if (!type.variants) return this.#complex(element, type, this.#tags.told(element.type), value, path);
    const [field, chosen] = onlyOf(value, path);
    const variant = type.variants.find(one => one.field === field);
    const model = variant && this.#types[variant.type];
    if (model?.kind !== 'complex') throw refused(path, 'it has no such field');
    const isTold = model.name !== undefined && (model !== type || this.#encoding !== undefined);
    const xsiType = isTold ? this.#tags.xsiType(model.name) : '';
    return this.#complex(element, model, xsiType, chosen, fieldPath(path, field));
  }

  #nil(element: Named, path: string): string {
    if (!element.nillable) throw refused(path, 'a value is required');
    const type = this.#types[element.type];
    const attributes = type?.kind === 'complex' ? this.#attributes(type, {}, path) : '';
    const nil = ` ${this.#tags.prefix(xsiNamespace)}:nil="true"`;
    return this.#tags.element(element, this.#tags.told(element.type) + attributes + nil, '');
  }

  /** Nothing is given, and the schema says what that means (XSD 1.0 part 1, 3.3.1). */
  #byDefault(element: Named, text: string, path: string): string {
    const type = this.#types[element.type];
    if (type?.kind !== 'simple' || type.primitive === 'QName') {
      const { default: _unwritten, ...rest } = element;
      return this.#element(rest, undefined, path);
    }
    return this.#tags.element(element, this.#tags.told(element.type), escapeText(checkedText(text, path)));
  }

  #simple(element: Named, type: SimpleType, value: unknown, path: string): string {
    if (type.primitive === 'XML') return fragment(value, path, element);
    if (type.refers) {
      const reference = this.#attachments?.reference(value);
      if (reference === undefined) throw refused(path, 'a file is required');
      return this.#tags.element(element, this.#tags.told(element.type), reference);
    }
    const attached = type.primitive === 'Base64' && !type.list ? this.#attachments?.include(value) : undefined;
    if (attached !== undefined) return this.#tags.element(element, this.#tags.told(element.type), attached);
    if (type.primitive !== 'JSON') {
      const text = this.#lexical(type, value, path);
      if (element.fixed) demandFixed(type, text, element.default, path);
      return this.#tags.element(element, this.#tags.told(element.type), escapeText(text));
    }
    if (isRecord(value) && Object.keys(value).length === 0) return this.#tags.element(element, '', '');
    // Of `anyType` only what is empty or has a simple type can be said without inventing names.
    const local = typeof value === 'boolean' ? 'boolean' : typeof value === 'number' ? 'double' : 'string';
    return this.#tags.element(
      element,
      this.#tags.xsiType(qname(xsdNamespace, local)),
      escapeText(this.#lexical(type, value, path)),
    );
  }

  #lexical(type: SimpleType, value: unknown, path: string): string {
    if (type.primitive === 'QName') {
      const names = type.list && Array.isArray(value) ? value : [value];
      return names.map(name => this.#qualified(name, path)).join(' ');
    }
    const text = writeLexical(type, value, this.#allowance);
    if (isProblem(text)) throw refused(path, text.problem);
    return checkedText(text, path);
  }

  #qualified(value: unknown, path: string): string {
    const match = /^(?:\{([^{}]*)\})?([^\s{}:<>&"']+)$/.exec(String(value));
    if (!match?.[2] || hasIllegalCharacter(String(value)))
      throw refused(path, 'a qualified name is written {namespace}local');
    return this.#tags.name(match[1] ?? '', match[2]);
  }

  /** SOAP 1.1, 5.4.2; SOAP 1.2 part 2, 3.1.6. */
  #array(element: Named, type: ArrayType, value: unknown, path: string): string {
    const shape = flat(value, type.rank);
    if (!shape) throw refused(path, 'its lists must all be equally long');
    this.#tags.begin(element);
    const item = { ...type.element, type: type.item, nillable: true };
    const attributes = arrayAttributes(this.#types, this.#tags, this.#encoding, type, shape.sizes);
    const content = shape.items.map((one, index) => this.#element(item, one, `${path}.${index}`)).join('');
    this.#tags.end();
    return this.#tags.element(element, attributes, content);
  }

  #substitute(type: SubstitutionType, head: Named, value: unknown, path: string): string {
    const isHead = (member: { namespace: string; local: string }) =>
      member.namespace === head.namespace && member.local === head.local;
    if ((value === null || value === undefined) && type.members.some(isHead)) return this.#nil(head, path);
    const [field, chosen] = onlyOf(value, path);
    const member = type.members.find(one => one.field === field);
    if (!member) throw refused(path, 'it has no such field');
    const model = this.#types[member.type];
    const at = fieldPath(path, field);
    if (model?.kind !== 'complex' || model.abstract || chosen === null) return this.#element(member, chosen, at);
    return this.#complex(member, model, this.#tags.told(member.type), chosen, at);
  }

  #complex(element: Named, type: ComplexType, xsiType: string, value: unknown, path: string): string {
    const values = recordOf(value, path);
    this.#tags.begin(element);
    const attributes = xsiType + this.#attributes(type, values, path);
    const content = this.#content(type, values, path);
    this.#tags.end();
    return this.#tags.element(element, attributes, content);
  }

  #attributes(type: ComplexType, values: Values, path: string): string {
    let text = '';
    for (const { field, namespace, local, type: key, required, default: fallback, fixed } of type.attributes) {
      const value = own(values, field);
      const model = this.#types[key];
      const at = fieldPath(path, field);
      if (value === null || value === undefined || model?.kind !== 'simple') {
        if (!required) continue;
        if (fallback === undefined) throw refused(at, 'a value is required');
        text += ` ${this.#tags.name(namespace, local)}="${escapeAttribute(checkedText(fallback, at))}"`;
        continue;
      }
      const written = this.#lexical(model, value, at);
      if (fixed) demandFixed(model, written, fallback, at);
      text += ` ${this.#tags.name(namespace, local)}="${escapeAttribute(written)}"`;
    }
    return text;
  }

  #content(type: ComplexType, values: Values, path: string): string {
    const model = type.value === undefined ? undefined : this.#types[type.value];
    if (model?.kind === 'simple') {
      const value = own(values, '_value');
      if (value !== null && value !== undefined)
        return escapeText(this.#lexical(model, value, fieldPath(path, '_value')));
      if (model.primitive === 'String' && !model.values) return '';
      throw refused(fieldPath(path, '_value'), 'a value is required');
    }
    const text = type.text ? own(values, '_text') : undefined;
    const leading = typeof text === 'string' ? escapeText(checkedText(text, fieldPath(path, '_text'))) : '';
    return leading + (type.content ? this.#particles.write(type.content, values, path) : '');
  }
}
