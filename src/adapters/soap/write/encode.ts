import { escapeAttribute, escapeText, hasIllegalCharacter } from '../../../adapter/xml/xml-writer.ts';
import { isRecord, own } from '../../../base/json.ts';
import type { SentAttachments } from '../message/sent-attachments.ts';
import { flat } from '../model/array-shape.ts';
import { mostSteps } from '../model/facet-check.ts';
import type { Types } from '../model/fields.ts';
import type {
  ArrayType,
  BodyModel,
  ComplexType,
  ElementField,
  Encoding,
  GroupField,
  HeaderModel,
  ModelGroup,
  Particle,
  SimpleType,
  SubstitutionType,
  TypeKey,
  WildcardField,
} from '../model/model.ts';
import {
  anyType,
  encodingNamespace,
  envelopeNamespace,
  localOf,
  namespaceOf,
  type QName,
  qname,
  roleName,
  type SoapVersion,
  xsdNamespace,
  xsiNamespace,
} from '../qname.ts';
import { checkedText, demandFixed, onlyOf, recordOf, refused } from './given-values.ts';
import { isProblem, writeLexical } from './lexical.ts';
import { fieldPath, ValueReader, type Values } from './value-reader.ts';
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

/** What an outermost element says in the envelope's own words. */
export interface Marks {
  readonly envelope: SoapVersion;
  readonly mustUnderstand: boolean;
  /** A URI. Absent: the ultimate receiver. */
  readonly role?: string;
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

/** Stands in outermost start tags for namespace declarations until they are known; no XML text can hold it. */
const declarationsMark = '\u0000';

class Encoder {
  readonly #types: Types;
  readonly #prefixes = new Map<string, string>();
  readonly #allowance = { left: mostSteps };
  /** Absent: literal. */
  readonly #encoding: Encoding | undefined;
  readonly #marks: Marks | undefined;
  /** Absent: nothing is attached. */
  readonly #attachments: SentAttachments | undefined;
  #depth = 0;

  constructor(types: Types, encoding?: Encoding, marks?: Marks, attachments?: SentAttachments) {
    this.#types = types;
    this.#encoding = encoding;
    this.#marks = marks;
    this.#attachments = attachments;
  }

  root(element: Named, value: unknown, path: string): string {
    return this.#declared(this.#element(element, value, path));
  }

  /** The content of a type that stands in the body itself. */
  content(key: TypeKey, value: unknown, path: string): string {
    const type = this.#types[key];
    if (type?.kind === 'simple')
      return type.primitive === 'XML' ? fragment(value, path, {}) : escapeText(this.#lexical(type, value, path));
    if (type?.kind !== 'complex' || !type.content) return '';
    return this.#declared(this.#particles(type.content, recordOf(value, path), path));
  }

  #declared(text: string): string {
    const declarations = [...this.#prefixes].map(([uri, prefix]) => ` xmlns:${prefix}="${escapeAttribute(uri)}"`);
    return text.replaceAll(declarationsMark, declarations.join(''));
  }

  #name(namespace: string, local: string): string {
    if (namespace === '') return local;
    if (namespace === 'http://www.w3.org/XML/1998/namespace') return `xml:${local}`;
    return `${this.#prefix(namespace)}:${local}`;
  }

  #prefix(namespace: string): string {
    const known = this.#prefixes.get(namespace);
    if (known !== undefined) return known;
    const prefix = namespace === xsiNamespace ? 'xsi' : `n${this.#prefixes.size}`;
    this.#prefixes.set(namespace, prefix);
    return prefix;
  }

  #element(element: Named, value: unknown, path: string): string {
    const type = this.#types[element.type];
    if (value === undefined && element.default !== undefined) return this.#byDefault(element, element.default, path);
    if (type?.kind === 'substitution') return this.#substitute(type, element, value, path);
    if (value === null || value === undefined) return this.#nil(element, path);
    if (type?.kind === 'array') return this.#array(element, type, value, path);
    if (type?.kind === 'simple') return this.#simple(element, type, value, path);
    if (type?.kind !== 'complex') throw refused(path, 'its type is not known');
    if (!type.variants) return this.#complex(element, type, this.#told(element.type), value, path);
    const [field, chosen] = onlyOf(value, path);
    const variant = type.variants.find(one => one.field === field);
    const model = variant && this.#types[variant.type];
    if (model?.kind !== 'complex') throw refused(path, 'it has no such field');
    const isTold = model.name !== undefined && (model !== type || this.#encoding !== undefined);
    const xsiType = isTold ? this.#xsiType(model.name) : '';
    return this.#complex(element, model, xsiType, chosen, fieldPath(path, field));
  }

  #nil(element: Named, path: string): string {
    if (!element.nillable) throw refused(path, 'a value is required');
    return this.#tagged(element, `${this.#told(element.type)} ${this.#prefix(xsiNamespace)}:nil="true"`, '');
  }

  /** Nothing is given, and the schema says what that means (XSD 1.0 part 1, 3.3.1). */
  #byDefault(element: Named, text: string, path: string): string {
    const type = this.#types[element.type];
    if (type?.kind !== 'simple' || type.primitive === 'QName') {
      const { default: _unwritten, ...rest } = element;
      return this.#element(rest, undefined, path);
    }
    return this.#tagged(element, this.#told(element.type), escapeText(checkedText(text, path)));
  }

  #tagged(element: Named, attributes: string, content: string): string {
    const name = this.#name(element.namespace, element.local);
    const outermost = this.#depth === 0 ? `${declarationsMark}${this.#encodingStyle()}${this.#marked()}` : '';
    const start = `<${name}${outermost}${attributes}`;
    return content === '' ? `${start}/>` : `${start}>${content}</${name}>`;
  }

  #simple(element: Named, type: SimpleType, value: unknown, path: string): string {
    if (type.primitive === 'XML') return fragment(value, path, element);
    if (type.refers) {
      const reference = this.#attachments?.reference(value);
      if (reference === undefined) throw refused(path, 'a file is required');
      return this.#tagged(element, this.#told(element.type), reference);
    }
    const attached = type.primitive === 'Base64' && !type.list ? this.#attachments?.include(value) : undefined;
    if (attached !== undefined) return this.#tagged(element, this.#told(element.type), attached);
    if (type.primitive !== 'JSON') {
      const text = this.#lexical(type, value, path);
      if (element.fixed) demandFixed(type, text, element.default, path);
      return this.#tagged(element, this.#told(element.type), escapeText(text));
    }
    if (isRecord(value) && Object.keys(value).length === 0) return this.#tagged(element, '', '');
    // Of `anyType` only what is empty or has a simple type can be said without inventing names.
    const local = typeof value === 'boolean' ? 'boolean' : typeof value === 'number' ? 'double' : 'string';
    return this.#tagged(
      element,
      this.#xsiType(qname(xsdNamespace, local)),
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
    return this.#name(match[1] ?? '', match[2]);
  }

  /** SOAP 1.1, 5.1: an accessor says what type it is of. A type without a name cannot be said. */
  #told(type: TypeKey): string {
    return this.#encoding && namedType.test(type) ? this.#xsiType(type) : '';
  }

  /** SOAP 1.1, 4.1.1; SOAP 1.2 part 1, 5.1.1. */
  #encodingStyle(): string {
    if (!this.#encoding) return '';
    const { rules, envelope } = this.#encoding;
    return ` ${this.#prefix(envelopeNamespace[envelope])}:encodingStyle="${encodingNamespace[rules]}"`;
  }

  /** SOAP 1.1, 4.2.2 and 4.2.3; SOAP 1.2 part 1, 5.2.2 and 5.2.3. */
  #marked(): string {
    if (!this.#marks) return '';
    const { envelope, mustUnderstand, role } = this.#marks;
    const prefix = this.#prefix(envelopeNamespace[envelope]);
    const addressed = role === undefined ? '' : ` ${prefix}:${roleName[envelope]}="${escapeAttribute(role)}"`;
    return `${mustUnderstand ? ` ${prefix}:mustUnderstand="1"` : ''}${addressed}`;
  }

  /** SOAP 1.1, 5.4.2; SOAP 1.2 part 2, 3.1.6. */
  #array(element: Named, type: ArrayType, value: unknown, path: string): string {
    const shape = flat(value, type.rank);
    if (!shape) throw refused(path, 'its lists must all be equally long');
    // The element's own name first, so that prefixes are numbered from the outside in.
    this.#name(element.namespace, element.local);
    this.#depth += 1;
    const item = { ...type.element, type: type.item, nillable: true };
    const attributes = this.#arrayAttributes(type, shape.sizes);
    const content = shape.items.map((one, index) => this.#element(item, one, `${path}.${index}`)).join('');
    this.#depth -= 1;
    return this.#tagged(element, attributes, content);
  }

  #arrayAttributes(type: ArrayType, sizes: readonly number[]): string {
    if (!this.#encoding) return '';
    const rules = encodingNamespace[this.#encoding.rules];
    const told = this.#xsiType(type.name ?? qname(rules, 'Array'));
    const prefix = this.#prefix(rules);
    const of = this.#arrayOf(type.item);
    if (this.#encoding.rules === '1.1') return `${told} ${prefix}:arrayType="${of}[${sizes.join(',')}]"`;
    return `${told} ${prefix}:itemType="${of}" ${prefix}:arraySize="${sizes.join(' ')}"`;
  }

  /** An array without a name is said by what is in it and its dimensions. */
  #arrayOf(key: TypeKey): string {
    const type = this.#types[key];
    if (type?.kind === 'array' && type.name === undefined && this.#encoding?.rules === '1.1')
      return `${this.#arrayOf(type.item)}[${','.repeat(type.rank - 1)}]`;
    const inner = type?.kind === 'array' ? (type.name ?? qname(encodingNamespace['1.2'], 'Array')) : key;
    const name = namedType.test(inner) ? inner : anyType;
    return this.#name(namespaceOf(name), localOf(name));
  }

  #xsiType(name: QName): string {
    return ` ${this.#prefix(xsiNamespace)}:type="${this.#name(namespaceOf(name), localOf(name))}"`;
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
    return this.#complex(member, model, this.#told(member.type), chosen, at);
  }

  #complex(element: Named, type: ComplexType, xsiType: string, value: unknown, path: string): string {
    const values = recordOf(value, path);
    // The element's own name first, so that prefixes are numbered from the outside in.
    this.#name(element.namespace, element.local);
    this.#depth += 1;
    const attributes = xsiType + this.#attributes(type, values, path);
    const content = this.#content(type, values, path);
    this.#depth -= 1;
    return this.#tagged(element, attributes, content);
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
        text += ` ${this.#name(namespace, local)}="${escapeAttribute(checkedText(fallback, at))}"`;
        continue;
      }
      const written = this.#lexical(model, value, at);
      if (fixed) demandFixed(model, written, fallback, at);
      text += ` ${this.#name(namespace, local)}="${escapeAttribute(written)}"`;
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
    return leading + (type.content ? this.#particles(type.content, values, path) : '');
  }

  /** All content of one element: what is given of it is written, or refused. */
  #particles(content: Particle, values: Values, path: string): string {
    const reader = new ValueReader(values, path);
    const text = this.#particle(content, reader);
    const left = reader.left();
    if (left.length === 0) return text;
    const fields = new Set(this.#fieldsOf(content));
    const surplus = left.find(field => fields.has(field));
    if (surplus !== undefined)
      throw refused(fieldPath(path, surplus), 'there is more of it than the schema has room for');
    return text;
  }

  #particle(particle: Particle, values: ValueReader): string {
    switch (particle.kind) {
      case 'element':
        return this.#occurrences(particle, values);
      case 'any':
        return this.#listed(particle, values)
          .map((item, index) => fragment(item, `${values.at(particle.field)}.${index}`, particle))
          .join('');
      case 'group':
        return this.#groups(particle, values);
      case 'base': {
        const base = this.#types[particle.type];
        return base?.kind === 'complex' && base.content ? this.#particle(base.content, values) : '';
      }
      case 'choice':
        return this.#choice(particle, values);
      default:
        if (particle.optional && !this.#given(particle, values)) return '';
        return particle.items.map(item => this.#particle(item, values)).join('');
    }
  }

  #occurrences(particle: ElementField, values: ValueReader): string {
    const at = values.at(particle.field);
    if (!particle.list) {
      const value = values.one(particle.field);
      if (value === undefined || (value === null && !particle.nillable)) {
        if (particle.min === 0) return '';
        if (value === undefined && particle.default !== undefined) return this.#element(particle, undefined, at);
        if (value === undefined && particle.nillable) return this.#element(particle, null, at);
        throw refused(at, 'a value is required');
      }
      return this.#element(particle, value, at);
    }
    const items = values.take(particle.field, particle.max);
    if (items.length < particle.min) throw refused(at, `at least ${particle.min} are required`);
    return items.map((item, index) => this.#element(particle, item, `${at}.${index}`)).join('');
  }

  #listed(particle: WildcardField | GroupField, values: ValueReader): readonly unknown[] {
    const items = values.take(particle.field, particle.max);
    if (items.length >= particle.min) return items;
    throw refused(values.at(particle.field), `at least ${particle.min} are required`);
  }

  #groups(particle: GroupField, values: ValueReader): string {
    const type = this.#types[particle.type];
    const content = type?.kind === 'complex' ? type.content : undefined;
    const at = values.at(particle.field);
    if (!content) return '';
    return this.#listed(particle, values)
      .map((item, index) => this.#particles(content, recordOf(item, `${at}.${index}`), `${at}.${index}`))
      .join('');
  }

  /** Exactly one branch (XSD 1.0 part 1, 3.8.4): the one that has what is given. */
  #choice(particle: ModelGroup, values: ValueReader): string {
    const given = particle.items.filter(item => this.#given(item, values));
    if (given.length === 0) {
      const nil = particle.items.filter(item => item.kind === 'element' && item.nillable && values.isNull(item.field));
      if (nil.length === 1) return this.#particle(nil[0]!, values); // there is one
    }
    const fields = particle.items.flatMap(item => this.#fieldsOf(item));
    if (given.length === 0) {
      if (particle.optional || particle.items.some(item => this.#emptiable(item))) return '';
      throw refused(values.at(fields[0] ?? ''), `exactly one of ${fields.join(', ')} is required`);
    }
    const wanted = new Set(fields.filter(field => values.has(field)));
    const branch = given.find(item => {
      const covered = new Set(this.#fieldsOf(item));
      return [...wanted].every(field => covered.has(field));
    });
    if (!branch) throw refused(values.at([...wanted][1] ?? ''), `only one of ${[...wanted].join(', ')} may be given`);
    return this.#particle(branch, values);
  }

  #given(particle: Particle, values: ValueReader): boolean {
    return this.#fieldsOf(particle).some(field => values.has(field));
  }

  #fieldsOf(particle: Particle): string[] {
    if ('items' in particle) return particle.items.flatMap(item => this.#fieldsOf(item));
    if (particle.kind !== 'base') return [particle.field];
    const base = this.#types[particle.type];
    return base?.kind === 'complex' && base.content ? this.#fieldsOf(base.content) : [];
  }

  #emptiable(particle: Particle): boolean {
    if (particle.kind === 'choice') return particle.optional || particle.items.some(item => this.#emptiable(item));
    if ('items' in particle) return particle.optional || particle.items.every(item => this.#emptiable(item));
    return particle.kind !== 'base' && particle.min === 0;
  }
}

/** The key of a type with a name: no path leads to it. */
const namedType = /^(?!XML$)(?:\{[^{}]*\})?[^\s{}/~]+$/;
