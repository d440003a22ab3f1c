import { attribute, type XmlElement } from '../../adapter/xml/tree.ts';
import { type Component, type Components, documentationOf, reference } from './components.ts';
import type { Draft } from './content.ts';
import { anyXml, type ElementField, emptyComplex, type SubstitutionType, type TypeKey } from './model.ts';
import { anyType, localOf, namespaceOf, type QName } from './qname.ts';
import type { TypeCompiler } from './type-compiler.ts';
import { isWellKnown } from './well-known.ts';

export interface RootElement {
  readonly namespace: string;
  readonly local: string;
  readonly type: TypeKey;
  readonly nillable: boolean;
}

/** Elements, global and local, and what may stand for them (XSD 1.0 part 1, 3.3). */
export class ElementCompiler {
  readonly #types: TypeCompiler;
  readonly #components: Components;
  /** Types of global elements. */
  readonly #known = new Map<QName, TypeKey>();

  constructor(types: TypeCompiler, components: Components) {
    this.#types = types;
    this.#components = components;
  }

  /** A global element, or undefined where there is none. */
  root(written: QName): RootElement | undefined {
    const component = this.#components.find('element', written);
    if (!component) return undefined;
    const name = this.#components.fullName('element', written);
    const nillable = attribute(component.element, 'nillable')?.trim() === 'true';
    const type = this.#globalElementType(name, component);
    return { namespace: namespaceOf(name), local: localOf(name), type, nillable };
  }

  /** An element particle of a type's content; its `field` is settled with the whole content. */
  field(at: XmlElement, component: Component, key: TypeKey): Draft<ElementField> {
    const ref = attribute(at, 'ref');
    const occurs = { kind: 'element', field: '', min: 1, list: false, optional: false } as const;
    if (ref !== undefined) {
      const name = this.#components.fullName('element', reference(component, at, ref));
      const global = this.#components.find('element', name);
      if (!global && !isWellKnown(namespaceOf(name))) this.#types.missing('element', name, key);
      const nillable = global ? attribute(global.element, 'nillable')?.trim() === 'true' : false;
      const type = global ? this.#substitutable(name, global, key) : anyXml;
      const own = { ...occurs, namespace: namespaceOf(name), local: localOf(name), type, nillable };
      return { ...own, ...defaultOf(global?.element ?? at) };
    }
    const local = attribute(at, 'name')?.trim() ?? '';
    const form = attribute(at, 'form') ?? attribute(component.schema.root, 'elementFormDefault');
    const namespace = form?.trim() === 'qualified' ? component.schema.targetNamespace : '';
    const note = documentationOf(at);
    if (note !== undefined) this.#types.documentation.set(`${key} ${local}`, note);
    const type =
      this.#declaredType(at, component, `${key}/${local}`, `${this.#types.words(key)} ${local}`, 3) ??
      this.#types.namedType(anyType, key);
    const nillable = attribute(at, 'nillable')?.trim() === 'true';
    return { ...occurs, namespace, local, type, nillable, ...defaultOf(at) };
  }

  #declaredType(at: XmlElement, component: Component, path: TypeKey, words: string, rank: 2 | 3): TypeKey | undefined {
    const type = attribute(at, 'type');
    if (type !== undefined) return this.#types.elementType(reference(component, at, type), path);
    return this.#types.anonymousType(at, component, path, words, rank);
  }

  #globalElementType(name: QName, component: Component): TypeKey {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    this.#known.set(name, anyType); // while heads are asked, which may refer to each other
    const declared = this.#declaredType(component.element, component, `/${name}`, localOf(name), 2);
    // Without a type of its own, an element has that of the head it can stand for (XSD 1.0 part 1, 3.3.2).
    const head = attribute(component.element, 'substitutionGroup');
    const headName = head === undefined ? undefined : reference(component, component.element, head);
    const headComponent = headName === undefined ? undefined : this.#components.find('element', headName);
    const inherited =
      headComponent && headName !== name ? this.#globalElementType(headName!, headComponent) : undefined;
    const type = declared ?? inherited ?? this.#types.namedType(anyType, name);
    this.#known.set(name, type);
    return type;
  }

  /** The type of a reference to an element for which others may stand. */
  #substitutable(name: QName, component: Component, where: string): TypeKey {
    const own = this.#globalElementType(name, component);
    const others = this.#components.substitutes(name);
    if (others.length === 0) return own;
    const key = `element ${name}`;
    if (this.#types.types.has(key)) return key;
    // Defined before its members are: they refer to each other.
    const draft: Draft<SubstitutionType> = { kind: 'substitution', head: own, oneOf: '', members: [] };
    this.#types.types.set(key, draft);
    this.#types.wishes.set(key, { words: localOf(name), rank: 3 });
    draft.members = [name, ...others].flatMap(member => {
      const found = this.#components.find('element', member);
      if (!found || attribute(found.element, 'abstract')?.trim() === 'true') return [];
      return {
        namespace: namespaceOf(member),
        local: localOf(member),
        type: this.#globalElementType(member, found),
        field: '',
      };
    });
    if (draft.members.length === 0) {
      this.#types.types.delete(key);
      this.#types.wishes.delete(key);
      return own;
    }
    this.#settleHead(name, draft, where);
    return key;
  }

  /** What the results of all members have in common: one type, the head's as their base, an interface without fields, or nothing. */
  #settleHead(name: QName, draft: Draft<SubstitutionType>, where: string): void {
    const types = [...new Set(draft.members.map(member => member.type))];
    const [only] = types;
    const related = new Set([draft.head, ...this.#components.descendants(draft.head)]);
    if (types.length === 1 && only !== undefined) draft.head = only;
    else if (types.every(type => related.has(type))) this.#types.markPolymorphic(draft.head);
    else if (types.every(type => this.#types.types.get(type)?.kind === 'complex')) {
      const variants = types.map(type => ({ type, field: '' }));
      draft.head = this.#types.define(`head ${name}`, { ...emptyComplex, abstract: true, variants });
      this.#types.wishes.set(draft.head, { words: localOf(name), rank: 3 });
    } else {
      draft.head = anyXml;
      draft.members = draft.members.map(member => ({ ...member, type: anyXml }));
      const message = `The elements that can stand for ${name} have no type in common: they are kept as XML.`;
      this.#types.tell('CONSTRUCT_UNTYPED', message, where);
    }
  }
}

function defaultOf(at: XmlElement): { default?: string } {
  const value = attribute(at, 'default') ?? attribute(at, 'fixed');
  return value === undefined ? {} : { default: value };
}
