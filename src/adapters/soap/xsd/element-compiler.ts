import { attribute, type XmlElement } from '../../../adapter/xml/tree.ts';
import { anyXml, type ElementField, emptyComplex, type SubstitutionType, type TypeKey } from '../model/model.ts';
import { anyType, localOf, namespaceOf, type QName } from '../qname.ts';
import { isWellKnown } from '../well-known/well-known.ts';
import {
  blockOf,
  type Component,
  type Components,
  type Derivation,
  documentationOf,
  isTrue,
  reference,
} from './components.ts';
import type { Draft } from './content.ts';
import type { TypeCompiler } from './type-compiler.ts';

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
    const nillable = isTrue(component.element, 'nillable');
    const type = this.#globalElementType(name, component);
    return { namespace: namespaceOf(name), local: localOf(name), type, nillable };
  }

  /** An element particle of a type's content; its `field` is settled with the whole content. Undefined where no element may stand. */
  field(at: XmlElement, component: Component, key: TypeKey): Draft<ElementField> | undefined {
    const ref = attribute(at, 'ref');
    const occurs = { kind: 'element', field: '', min: 1, list: false, optional: false } as const;
    if (ref !== undefined) {
      const name = this.#components.fullName('element', reference(component, at, ref));
      const global = this.#components.find('element', name);
      if (!global && !isWellKnown(namespaceOf(name))) this.#types.missing('element', name, key);
      const nillable = global !== undefined && isTrue(global.element, 'nillable');
      const type = global ? this.#substitutable(name, global, key) : anyXml;
      if (global && isTrue(global.element, 'abstract') && this.#types.types.get(type)?.kind !== 'substitution') {
        const message = `The element ${name} is abstract, and none stands for it: it is left out.`;
        this.#types.tell('CONSTRUCT_NOT_SUPPORTED', message, key);
        return undefined;
      }
      const own = { ...occurs, namespace: namespaceOf(name), local: localOf(name), type, nillable };
      return { ...own, ...defaultOf(global?.element ?? at), ...this.#file(global?.element ?? at, type) };
    }
    const local = attribute(at, 'name')?.trim() ?? '';
    const form = attribute(at, 'form') ?? attribute(component.schema.root, 'elementFormDefault');
    const namespace = form?.trim() === 'qualified' ? component.schema.targetNamespace : '';
    const note = documentationOf(at);
    if (note !== undefined) this.#types.documentation.set(`${key} ${local}`, note);
    const type =
      this.#declaredType(at, component, `${key}/${local}`, `${this.#types.words(key)} ${local}`, 3) ??
      this.#types.namedType(anyType, key);
    const nillable = isTrue(at, 'nillable');
    return { ...occurs, namespace, local, type, nillable, ...defaultOf(at), ...this.#file(at, type) };
  }

  /** Describing Media Content of Binary Data in XML, 3.2: who says what kinds of media are expected means a file. */
  #file(at: XmlElement, type: TypeKey): { file?: true } {
    const model = this.#types.types.get(type);
    const isBytes = model?.kind === 'simple' && model.primitive === 'Base64' && !model.list;
    if (!this.#types.mediaAreFiles || !isBytes) return {};
    const says = mediaNamespaces.some(namespace => attribute(at, 'expectedContentTypes', namespace) !== undefined);
    return says ? { file: true } : {};
  }

  #declaredType(at: XmlElement, component: Component, path: TypeKey, words: string, rank: 2 | 3): TypeKey | undefined {
    const type = attribute(at, 'type');
    if (type !== undefined) {
      const name = reference(component, at, type);
      const blocked = blockOf({ ...component, element: at });
      const isFinal = blocked.has('extension') && blocked.has('restriction');
      return isFinal ? this.#types.namedType(name, path) : this.#types.elementType(name, path);
    }
    return this.#types.anonymousType(at, component, path, words, rank);
  }

  /** Without a type of its own, an element has that of the head it can stand for, or of that one's head (XSD 1.0 part 1, 3.3.2). */
  #globalElementType(name: QName, component: Component): TypeKey {
    const asked: QName[] = [];
    let type: TypeKey | undefined;
    let at: Component | undefined = component;
    for (let next: QName = name; at && type === undefined; at = this.#components.find('element', next)) {
      type = this.#known.get(next);
      if (type !== undefined) break;
      asked.push(next);
      this.#known.set(next, anyType); // while heads are asked, which may refer to each other
      type = this.#declaredType(at.element, at, `/${next}`, localOf(next), 2);
      const head = attribute(at.element, 'substitutionGroup');
      if (head === undefined) break;
      next = this.#components.fullName('element', reference(at, at.element, head));
    }
    type ??= this.#types.namedType(anyType, name);
    for (const one of asked) this.#known.set(one, type);
    return type;
  }

  /** The type of a reference to an element for which others may stand. */
  #substitutable(name: QName, component: Component, where: string): TypeKey {
    const own = this.#globalElementType(name, component);
    const blocked = blockOf(component);
    const others = blocked.has('substitution') ? [] : this.#components.substitutes(name);
    if (others.length === 0) return own;
    const key = `element ${name}`;
    if (this.#types.types.has(key)) return key;
    // Defined before its members are: they refer to each other.
    const draft: Draft<SubstitutionType> = { kind: 'substitution', head: own, oneOf: '', members: [] };
    this.#types.types.set(key, draft);
    this.#types.wishes.set(key, { words: localOf(name), rank: 3 });
    const barred = this.#barred(own, blocked);
    draft.members = [name, ...others].flatMap(member => {
      const found = this.#components.find('element', member);
      if (!found || isTrue(found.element, 'abstract')) return [];
      const type = this.#globalElementType(member, found);
      if (barred.has(type)) return [];
      const nillable = isTrue(found.element, 'nillable');
      return { namespace: namespaceOf(member), local: localOf(member), type, nillable, field: '' };
    });
    if (draft.members.length === 0) {
      this.#types.types.delete(key);
      this.#types.wishes.delete(key);
      return own;
    }
    this.#settleHead(name, draft, where);
    return key;
  }

  /** Types that are derived from a head's in a way that it, or its type, rules out. */
  #barred(head: TypeKey, blocked: ReadonlySet<Derivation>): ReadonlySet<TypeKey> {
    const type = this.#components.find('type', head);
    const all = new Set([...blocked, ...(type ? blockOf(type) : [])]);
    if (all.size === 0) return new Set();
    const allowed = new Set(this.#components.descendants(head, all));
    return new Set(this.#components.descendants(head).filter(name => !allowed.has(name)));
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

const mediaNamespaces = ['http://www.w3.org/2005/05/xmlmime', 'http://www.w3.org/2004/11/xmlmime'];

function defaultOf(at: XmlElement): { default?: string; fixed?: true } {
  const fixed = attribute(at, 'fixed');
  if (fixed !== undefined) return { default: fixed, fixed: true };
  const value = attribute(at, 'default');
  return value === undefined ? {} : { default: value };
}
