import { childrenNamed, type XmlElement } from '../../../adapter/xml/tree.ts';
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
import { ComplexCompiler } from './complex-compiler.ts';
import { type Component, type Components, documentationOf, isTrue } from './components.ts';
import { type Draft, settle } from './content.ts';
import { ElementCompiler, type RootElement } from './element-compiler.ts';
import { type ArrayDeclaration, arrayDeclaration, isSoapArray } from './encoded-array.ts';
import { SimpleCompiler } from './simple-compiler.ts';
import { builtInType, opaque, referring } from './simple-type.ts';

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
  readonly #told = new Set<string>();
  /** Types without a name by their element, and by namespace: a chameleon's are of several. */
  readonly #anonymous = new Map<XmlElement, Map<string, TypeKey>>();
  readonly #simples: SimpleCompiler;
  readonly #elements: ElementCompiler;
  readonly #complexes: ComplexCompiler;
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
    this.#complexes = new ComplexCompiler(this, components, this.#elements);
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
    if (descendants.length === 0) {
      this.#tellIfBarren(key);
      return;
    }
    this.polymorphic.add(key);
    for (const descendant of descendants) this.#pending.push(() => void this.namedType(descendant, key));
  }

  #tellIfBarren(key: QName): void {
    const component = this.#components.find('type', key);
    if (!component || !isTrue(component.element, 'abstract')) return;
    const message = `The type ${key} is abstract, and none is derived from it: backends may refuse what is sent of it.`;
    this.tell('CONSTRUCT_NOT_SUPPORTED', message, key);
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
    return this.defer(name, { ...emptyComplex, name }, component.element, component);
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
    const field = element && this.#elements.field(element.at, element.component, key);
    if (field) {
      const { type, namespace, local } = field;
      draft.item = type;
      draft.element = { namespace, local };
    } else if (inner !== undefined) {
      draft.item = this.#array(`${key}/item`, { of: of ?? anyType, ranks: [inner, ...more] });
    } else draft.item = this.elementType(of ?? anyType, key);
    return key;
  }

  /** Defined before its content is read: types refer to themselves. */
  defer(key: TypeKey, draft: Draft<ComplexType>, element: XmlElement, component: Component): TypeKey {
    this.types.set(key, draft);
    this.#complexes.add(key, draft, element, component);
    this.#pending.push(() => this.#complexes.read(key));
    return key;
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
    return this.defer(key, { ...emptyComplex }, complex, { element: complex, schema: component.schema });
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
    return this.#complexes.openAttributes(needed, this.#address);
  }

  tell(code: Diagnostic['code'], message: string, where: string): void {
    if (this.#told.has(message)) return;
    this.#told.add(message);
    this.diagnostics.push({ severity: 'warning', code, message, at: [this.#address, where] });
  }
}
