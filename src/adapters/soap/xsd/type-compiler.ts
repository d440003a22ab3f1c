import { attribute, childrenNamed, elementsOf, type XmlElement } from '../../../adapter/xml/tree.ts';
import type { Diagnostic } from '../../../base/diagnostic.ts';
import {
  type ArrayType,
  anyXml,
  type ComplexType,
  emptyComplex,
  type Particle,
  type SimpleType,
  type SubstitutionType,
  type TypeKey,
  type TypeModel,
} from '../model/model.ts';
import {
  anyType,
  localOf,
  namespaceOf,
  type QName,
  qname,
  soapEncodingNamespaces,
  swaRef,
  textType,
  xsdNamespace,
} from '../qname.ts';
import { isWellKnown, wellKnownSimpleType } from '../well-known/well-known.ts';
import { type AttributeContext, attributeFields, attributesIn } from './attributes.ts';
import { type Component, type Components, derivationOf, documentationOf, reference } from './components.ts';
import { contentOf, type Draft, leavesOf, settle } from './content.ts';
import { ElementCompiler, type RootElement } from './element-compiler.ts';
import { type ArrayDeclaration, arrayDeclaration, isSoapArray } from './encoded-array.ts';
import { mostDerivations, SimpleCompiler, tooDeep } from './simple-compiler.ts';
import { builtInType, opaque, referring, restrictedType } from './simple-type.ts';

/** What the wish for a type's name in GraphQL is made of; the lower the rank, the stronger the claim. */
interface NameWish {
  readonly words: string;
  readonly rank: 1 | 2 | 3;
}

/** Makes models of the XSD types that are asked for, and of all that they refer to. Their names in GraphQL are settled later. */
export class TypeCompiler {
  readonly types = new Map<
    TypeKey,
    Draft<SimpleType> | Draft<ComplexType> | Draft<SubstitutionType> | Draft<ArrayType>
  >();
  readonly wishes = new Map<TypeKey, NameWish>();
  /** `xs:documentation` by type key, or by type key and field: `key field`. */
  readonly documentation = new Map<string, string>();
  /** Types in whose place values of derived types may stand, because an element is of them. */
  readonly polymorphic = new Set<TypeKey>();
  readonly diagnostics: Diagnostic[] = [];
  readonly #components: Components;
  readonly #pending: (() => void)[] = [];
  /** Complex types whose content is still to be read. */
  readonly #unread = new Map<TypeKey, () => void>();
  readonly #reading = new Set<TypeKey>();
  readonly #told = new Set<string>();
  /** Types without a name by their element, and by namespace: a chameleon's are of several. */
  readonly #anonymous = new Map<XmlElement, Map<string, TypeKey>>();
  readonly #simples: SimpleCompiler;
  /** Of all content models and attribute lists together: groups in groups can make more of them than any document could write. */
  readonly #room = { particles: mostParticles, attributes: mostParticles };
  /** Types that allow attributes which nobody declares. */
  readonly #open = new Set<TypeKey>();
  readonly #elements: ElementCompiler;
  readonly #address: string;
  /** Are elements whose content is media given as files? */
  readonly mediaAreFiles: boolean;
  /** Is anything given as a file? */
  takesFiles: boolean;

  constructor(components: Components, address: string, mediaAreFiles = false) {
    this.#components = components;
    this.#address = address;
    this.mediaAreFiles = mediaAreFiles;
    this.takesFiles = mediaAreFiles;
    this.#elements = new ElementCompiler(this, components);
    this.#simples = new SimpleCompiler(components, (code, message, name) => this.tell(code, message, name));
    this.types.set(anyXml, opaque);
    this.types.set(textType, builtInType('string')!); // one of the built-in ones
  }

  /** Compiles what is asked for and still waits. A work-list: a chain of any length of types needs no stack. */
  finish(): void {
    for (let next = this.#pending.pop(); next; next = this.#pending.pop()) next();
  }

  /** A global element, or undefined where there is none. */
  rootElement(name: QName): RootElement | undefined {
    return this.#elements.root(name);
  }

  /** The key of a named type; a type that nothing describes is kept as XML, with a warning. */
  namedType(written: QName, where: string): TypeKey {
    const name = this.#components.fullName('type', written);
    if (this.types.has(name)) return name;
    if (name === swaRef) {
      this.takesFiles = true;
      return this.define(name, referring);
    }
    const component = this.#components.find('type', name);
    if (component) return this.#namedComponent(name, component);
    if (namespaceOf(name) === xsdNamespace || namespaceOf(name) === '') {
      const local = name.slice(Math.max(name.lastIndexOf('}'), name.lastIndexOf(':')) + 1);
      const builtIn = builtInType(local);
      if (builtIn) return this.define(qname(xsdNamespace, local), builtIn);
    }
    if (isSoapArray(name)) return this.#array(name, { of: anyType, ranks: [1] });
    const twin = wellKnownSimpleType(name);
    // Those of SOAP encoding are said by their own names.
    if (twin !== undefined && soapEncodingNamespaces.includes(namespaceOf(name)))
      return this.define(name, builtInType(localOf(twin))!);
    if (twin !== undefined) return this.namedType(twin, where);
    this.missing('type', name, where);
    return anyXml;
  }

  /** The same, where no attachment can stand: a reference to one is kept as its text. */
  textualType(written: QName, where: string): TypeKey {
    if (this.#components.fullName('type', written) !== swaRef) return this.namedType(written, where);
    this.tell(
      'CONSTRUCT_NOT_SUPPORTED',
      'References to attachments work as elements alone: here they are text.',
      where,
    );
    return this.namedType(qname(xsdNamespace, 'anyURI'), where);
  }

  /** The field type of an element: remembers that derived types may stand for it. */
  elementType(name: QName, where: string): TypeKey {
    const key = this.namedType(name, where);
    this.markPolymorphic(key);
    return key;
  }

  markPolymorphic(key: TypeKey): void {
    if (this.polymorphic.has(key) || this.types.get(key)?.kind !== 'complex') return;
    const descendants = this.#components.standIns(key);
    if (descendants.length === 0) return;
    this.polymorphic.add(key);
    for (const descendant of descendants) this.#pending.push(() => void this.namedType(descendant, key));
  }

  /** A type of our own making: an rpc wrapper, or several parts of a message. */
  synthetic(key: TypeKey, words: string, content: Particle | undefined): TypeKey {
    if (content) settle(content);
    this.wishes.set(key, { words, rank: 3 });
    return this.define(key, { ...emptyComplex, ...(content ? { content } : {}) });
  }

  /** The named types whose values may stand in place of this one's. */
  standInsOf(key: TypeKey): readonly TypeKey[] {
    return this.#components.standIns(key);
  }

  define(key: TypeKey, type: TypeModel): TypeKey {
    this.types.set(key, type);
    return key;
  }

  #namedComponent(name: QName, component: Component): TypeKey {
    const array = arrayDeclaration(component, this.#components);
    if (array) return this.#array(name, array, name);
    this.wishes.set(name, { words: localOf(name), rank: 1 });
    this.#document(name, component.element);
    if (component.element.local === 'simpleType') return this.define(name, this.#simples.of(component));
    return this.#defer(name, { ...emptyComplex, name }, component.element, component);
  }

  /** Defined before its items' type is: types refer to themselves. */
  #array(key: TypeKey, { of, ranks: [rank, inner, ...more], element }: ArrayDeclaration, name?: QName): TypeKey {
    const draft: Draft<ArrayType> = {
      kind: 'array',
      ...(name === undefined ? {} : { name }),
      item: anyXml,
      rank,
      element: { namespace: '', local: 'item' },
    };
    this.types.set(key, draft);
    if (element) {
      const { type, namespace, local } = this.#elements.field(element.at, element.component, key);
      draft.item = type;
      draft.element = { namespace, local };
    } else if (inner !== undefined) {
      draft.item = this.#array(`${key}/item`, { of: of ?? anyType, ranks: [inner, ...more] });
    } else draft.item = this.elementType(of ?? anyType, key);
    return key;
  }

  /** Defined before its content is read: types refer to themselves. */
  #defer(key: TypeKey, draft: Draft<ComplexType>, element: XmlElement, component: Component): TypeKey {
    this.types.set(key, draft);
    this.#unread.set(key, () => this.#complex(key, draft, element, component));
    this.#pending.push(() => this.#read(key));
    return key;
  }

  #read(key: TypeKey): void {
    const read = this.#unread.get(key);
    if (!read) return;
    this.#unread.delete(key);
    this.#reading.add(key);
    read();
    this.#reading.delete(key);
  }

  anonymousType(
    parent: XmlElement,
    component: Component,
    path: TypeKey,
    words: string,
    rank: 2 | 3,
  ): TypeKey | undefined {
    const complex = childrenNamed(parent, xsdNamespace, 'complexType')[0];
    const simple = childrenNamed(parent, xsdNamespace, 'simpleType')[0];
    if (!complex && !simple) return undefined;
    // A type that stands in a group is one, wherever the group is: it may even hold the group itself.
    const home = this.#anonymous.get(complex ?? simple!) ?? new Map<string, TypeKey>(); // one of them is there
    this.#anonymous.set(complex ?? simple!, home);
    const former = home.get(component.schema.targetNamespace);
    if (former !== undefined) return former;
    let key = path;
    while (this.types.has(key)) key += '~';
    home.set(component.schema.targetNamespace, key);
    const array = complex && arrayDeclaration({ ...component, element: complex }, this.#components);
    if (array) return this.#array(key, array);
    this.wishes.set(key, { words, rank });
    if (!complex) return this.define(key, this.#simples.of({ element: simple!, schema: component.schema }));
    this.#document(key, complex);
    return this.#defer(key, { ...emptyComplex }, complex, { element: complex, schema: component.schema });
  }

  #complex(key: TypeKey, draft: Draft<ComplexType>, element: XmlElement, component: Component): void {
    draft.abstract = attribute(element, 'abstract')?.trim() === 'true';
    const content = elementsOf(element).find(
      child => child.local === 'complexContent' || child.local === 'simpleContent',
    );
    const derivation = derivationOf(element);
    const mixed = attribute(element, 'mixed') ?? (content ? attribute(content, 'mixed') : undefined);
    draft.text = mixed?.trim() === 'true' && content?.local !== 'simpleContent';
    const base = derivation ? this.#base(key, derivation, component, element) : undefined;
    const parent = derivation ?? element;
    if (content?.local === 'simpleContent' && derivation) {
      draft.value = this.#valueType(key, derivation, component, base);
    }
    if (base?.model.kind === 'complex') {
      draft.base = base.key;
      draft.text ||= base.model.text;
    }
    const baseModel = base?.model.kind === 'complex' ? base.model : undefined;
    const inherited = baseModel && derivation?.local === 'extension' ? this.#elementFields(baseModel) : [];
    const taken = new Set(inherited.map(field => field.field));
    const own = contentOf(parent, this.#contentContext(key, component));
    if (own) settle(own, taken, component.schema.targetNamespace);
    if (own) for (const leaf of leavesOf(own)) taken.add(leaf.field);
    if (baseModel?.content && derivation?.local === 'extension') {
      const before: Particle = { kind: 'base', type: base!.key };
      draft.content = own ? { kind: 'sequence', items: [before, own], optional: false } : before;
    } else if (own) draft.content = own;
    for (const name of ['_value', '_text']) taken.add(name);
    const uses = attributesIn(parent, component, this.#attributeContext(key));
    draft.attributes = attributeFields(baseModel?.attributes ?? [], uses, taken);
  }

  /** The type that another extends or restricts. */
  #base(key: TypeKey, derivation: XmlElement, component: Component, element: XmlElement): Base | undefined {
    const written = attribute(derivation, 'base');
    if (written === undefined) return undefined;
    const name = reference(component, derivation, written);
    if (name === anyType) return undefined;
    let base = name;
    if (component.redefines && element === component.element && name === nameOf(component)) {
      base = `${key}~`;
      if (!this.types.has(base)) {
        this.wishes.set(base, { words: `${this.words(key)} Redefined`, rank: 3 });
        this.#defer(base, { ...emptyComplex }, component.redefines.element, component.redefines);
      }
    } else {
      base = this.textualType(name, key);
    }
    if (this.#unread.has(base) && this.#reading.size >= mostDerivations) {
      this.tell('CONSTRUCT_NOT_SUPPORTED', tooDeep(name), key);
      return undefined;
    }
    this.#read(base);
    const model = this.types.get(base);
    if (!model || base === anyXml) return undefined;
    if (!this.#reading.has(base)) return { key: base, model };
    this.tell('REFERENCE_CYCLE', `The type ${name} is derived from itself.`, key);
    return undefined;
  }

  #valueType(key: TypeKey, derivation: XmlElement, component: Component, base: Base | undefined): TypeKey {
    const inline = this.anonymousType(derivation, component, `${key}/_value`, `${this.words(key)} Value`, 3);
    const inherited = base?.model.kind === 'complex' ? base.model.value : base?.key;
    const value = inline ?? inherited ?? textType;
    const model = this.types.get(value);
    if (derivation.local !== 'restriction' || model?.kind !== 'simple') {
      return value;
    }
    const restricted = restrictedType(derivation, model);
    if (restricted.values === model.values && !restricted.facets && !restricted.items) return value;
    this.wishes.set(`${key}/_value`, { words: `${this.words(key)} Value`, rank: 3 });
    return this.define(`${key}/_value`, restricted);
  }

  #elementFields(type: ComplexType) {
    const fields = type.content ? leavesOf(type.content) : [];
    let base = type.base;
    for (const seen = new Set<TypeKey>(); base !== undefined && !seen.has(base); ) {
      seen.add(base);
      const model = this.types.get(base);
      if (model?.kind !== 'complex') break;
      if (model.content) fields.push(...leavesOf(model.content));
      base = model.base;
    }
    return fields;
  }

  #contentContext(key: TypeKey, component: Component) {
    let groups = 0;
    return {
      component,
      element: (at: XmlElement, of: Component) => this.#elements.field(at, of, key),
      group: (name: QName, from: Component) => {
        const named = this.#components.find('group', name);
        // A group that redefines itself refers to what it was before.
        const found = named?.element === from.element ? named.redefines : named;
        if (!named) this.missing('group', name, key);
        if (named && !found) this.tell('REFERENCE_CYCLE', `The group ${name} holds itself.`, key);
        if (!found) return undefined;
        const model = elementsOf(found.element).find(child => /^(sequence|choice|all)$/.test(child.local));
        return model && { model, component: found };
      },
      cycle: (name: QName) => this.tell('REFERENCE_CYCLE', `The group ${name} holds itself.`, key),
      hasRoom: () => this.#hasRoom('particles', key),
      groupType: (content: Particle) => {
        groups += 1;
        const group = `${key}/group${groups}`;
        this.wishes.set(group, { words: `${this.words(key)} Group${groups}`, rank: 3 });
        return this.define(group, { ...emptyComplex, content });
      },
    };
  }

  #attributeContext(key: TypeKey): AttributeContext {
    return {
      components: this.#components,
      type: name => this.textualType(name, key),
      inlineType: (at, component) => {
        const local = attribute(at, 'name') ?? '';
        const words = `${this.words(key)} ${local}`;
        return this.anonymousType(at, component, `${key}/@${local}`, words, 3) ?? textType;
      },
      missing: (kind, name) => this.missing(kind, name, key),
      cycle: name => this.tell('REFERENCE_CYCLE', `The attribute group ${name} holds itself.`, key),
      open: () => void this.#open.add(key),
      hasRoom: () => this.#hasRoom('attributes', key),
    };
  }

  #hasRoom(kind: 'particles' | 'attributes', where: string): boolean {
    this.#room[kind] -= 1;
    if (this.#room[kind] >= 0) return true;
    const what = kind === 'particles' ? 'elements and groups' : 'attributes';
    const message = `The content of all types, groups written out, has more than ${mostParticles} ${what}: the rest is left out.`;
    this.tell('DOCUMENT_TOO_LARGE', message, where);
    return false;
  }

  words(key: TypeKey): string {
    return this.wishes.get(key)?.words ?? localOf(key);
  }

  #document(key: string, element: XmlElement): void {
    const text = documentationOf(element);
    if (text !== undefined) this.documentation.set(key, text);
  }

  /** Of what everybody knows, and nobody describes here, there is nothing to mend. */
  missing(kind: string, name: QName, where: string): void {
    if (isWellKnown(namespaceOf(name)) && namespaceOf(name) !== xsdNamespace) return;
    this.tell(
      'REFERENCE_NOT_FOUND',
      `The ${kind} ${name} is not defined: what is of it is kept as XML or left out.`,
      where,
    );
  }

  /** One note for all types with attributes that no field stands for (xs:anyAttribute). */
  openAttributes(needed: (key: TypeKey) => boolean): Diagnostic[] {
    const open = [...this.#open].filter(needed);
    if (open.length === 0) return [];
    const shown = open.slice(0, 10).map(key => this.words(key));
    const more = open.length > shown.length ? ` and ${open.length - shown.length} more` : '';
    const message = `Attributes that are not declared (xs:anyAttribute) are neither read nor written: of ${shown.join(', ')}${more}.`;
    return [{ severity: 'note', code: 'CONSTRUCT_NOT_SUPPORTED', message, at: [this.#address, open[0]!] }]; // there is one
  }

  tell(code: Diagnostic['code'], message: string, where: string): void {
    if (this.#told.has(message)) return;
    this.#told.add(message);
    this.diagnostics.push({ severity: 'warning', code, message, at: [this.#address, where] });
  }
}

const mostParticles = 500_000;

function nameOf({ element, schema }: Component): QName {
  return qname(schema.targetNamespace, attribute(element, 'name')?.trim() ?? '');
}

interface Base {
  readonly key: TypeKey;
  readonly model: TypeModel;
}
