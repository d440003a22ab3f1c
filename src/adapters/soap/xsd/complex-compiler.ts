import { attribute, elementsOf, type XmlElement } from '../../../adapter/xml/tree.ts';
import type { Diagnostic } from '../../../base/diagnostic.ts';
import { anyXml, type ComplexType, emptyComplex, type Particle, type TypeKey, type TypeModel } from '../model/model.ts';
import { anyType, type QName, qname, textType } from '../qname.ts';
import { type AttributeContext, attributeFields, attributesIn } from './attributes.ts';
import { type Component, type Components, derivationOf, isTrue, reference } from './components.ts';
import { contentOf, type Draft, leavesOf, settle } from './content.ts';
import type { ElementCompiler } from './element-compiler.ts';
import { mostDerivations, tooDeep } from './simple-compiler.ts';
import { restrictedType } from './simple-type.ts';
import type { TypeCompiler } from './type-compiler.ts';

/** Reads the content and the attributes of complex types. */
export class ComplexCompiler {
  readonly #types: TypeCompiler;
  readonly #components: Components;
  readonly #elements: ElementCompiler;
  /** Types whose content is still to be read. */
  readonly #unread = new Map<TypeKey, () => void>();
  readonly #reading = new Set<TypeKey>();
  /** Of all content models and attribute lists together: groups in groups can make more of them than any document could write. */
  readonly #room = { particles: mostParticles, attributes: mostParticles };
  /** Types that allow attributes which nobody declares. */
  readonly #open = new Set<TypeKey>();

  constructor(types: TypeCompiler, components: Components, elements: ElementCompiler) {
    this.#types = types;
    this.#components = components;
    this.#elements = elements;
  }

  /** A type that is defined, and whose content is read when it is needed. */
  add(key: TypeKey, draft: Draft<ComplexType>, element: XmlElement, component: Component): void {
    this.#unread.set(key, () => this.#complex(key, draft, element, component));
  }

  read(key: TypeKey): void {
    const read = this.#unread.get(key);
    if (!read) return;
    this.#unread.delete(key);
    this.#reading.add(key);
    read();
    this.#reading.delete(key);
  }

  openAttributes(needed: (key: TypeKey) => boolean, address: string): Diagnostic[] {
    const open = [...this.#open].filter(needed);
    if (open.length === 0) return [];
    const shown = open.slice(0, 10).map(key => this.#types.words(key));
    const more = open.length > shown.length ? ` and ${open.length - shown.length} more` : '';
    const message = `Attributes that are not declared (xs:anyAttribute) are neither read nor written: of ${shown.join(', ')}${more}.`;
    return [{ severity: 'note', code: 'CONSTRUCT_NOT_SUPPORTED', message, at: [address, open[0]!] }]; // there is one
  }

  #complex(key: TypeKey, draft: Draft<ComplexType>, element: XmlElement, component: Component): void {
    draft.abstract = isTrue(element, 'abstract');
    const content = elementsOf(element).find(
      child => child.local === 'complexContent' || child.local === 'simpleContent',
    );
    const derivation = derivationOf(element);
    // What the content says comes first (XSD 1.0 part 1, 3.4.2).
    const mixed = content && attribute(content, 'mixed') !== undefined ? content : element;
    draft.text = isTrue(mixed, 'mixed') && content?.local !== 'simpleContent';
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
      if (!this.#types.types.has(base)) {
        this.#types.wishes.set(base, { words: `${this.#types.words(key)} Redefined`, rank: 3 });
        this.#types.defer(base, { ...emptyComplex }, component.redefines.element, component.redefines);
      }
    } else {
      base = this.#types.textualType(name, key);
    }
    if (this.#unread.has(base) && this.#reading.size >= mostDerivations) {
      this.#types.tell('CONSTRUCT_NOT_SUPPORTED', tooDeep(name), key);
      return undefined;
    }
    this.read(base);
    const model = this.#types.types.get(base);
    if (!model || base === anyXml) return undefined;
    if (!this.#reading.has(base)) return { key: base, model };
    this.#types.tell('REFERENCE_CYCLE', `The type ${name} is derived from itself.`, key);
    return undefined;
  }

  #valueType(key: TypeKey, derivation: XmlElement, component: Component, base: Base | undefined): TypeKey {
    const inline = this.#types.anonymousType(
      derivation,
      component,
      `${key}/_value`,
      `${this.#types.words(key)} Value`,
      3,
    );
    const inherited = base?.model.kind === 'complex' ? base.model.value : base?.key;
    const value = inline ?? inherited ?? textType;
    const model = this.#types.types.get(value);
    if (derivation.local !== 'restriction' || model?.kind !== 'simple') {
      return value;
    }
    const restricted = restrictedType(derivation, model);
    if (restricted.values === model.values && !restricted.facets && !restricted.items && !restricted.whole)
      return value;
    this.#types.wishes.set(`${key}/_value`, { words: `${this.#types.words(key)} Value`, rank: 3 });
    return this.#types.define(`${key}/_value`, restricted);
  }

  #elementFields(type: ComplexType) {
    const fields = type.content ? leavesOf(type.content) : [];
    let base = type.base;
    for (const seen = new Set<TypeKey>(); base !== undefined && !seen.has(base); ) {
      seen.add(base);
      const model = this.#types.types.get(base);
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
        if (!named) this.#types.missing('group', name, key);
        if (named && !found) this.#types.tell('REFERENCE_CYCLE', `The group ${name} holds itself.`, key);
        if (!found) return undefined;
        const model = elementsOf(found.element).find(child => /^(sequence|choice|all)$/.test(child.local));
        return model && { model, component: found };
      },
      cycle: (name: QName) => this.#types.tell('REFERENCE_CYCLE', `The group ${name} holds itself.`, key),
      hasRoom: () => this.#hasRoom('particles', key),
      groupType: (content: Particle) => {
        groups += 1;
        const group = `${key}/group${groups}`;
        this.#types.wishes.set(group, { words: `${this.#types.words(key)} Group${groups}`, rank: 3 });
        return this.#types.define(group, { ...emptyComplex, content });
      },
    };
  }

  #attributeContext(key: TypeKey): AttributeContext {
    return {
      components: this.#components,
      type: name => this.#types.textualType(name, key),
      inlineType: (at, component) => {
        const local = attribute(at, 'name') ?? '';
        const words = `${this.#types.words(key)} ${local}`;
        return this.#types.anonymousType(at, component, `${key}/@${local}`, words, 3) ?? textType;
      },
      missing: (kind, name) => this.#types.missing(kind, name, key),
      cycle: name => this.#types.tell('REFERENCE_CYCLE', `The attribute group ${name} holds itself.`, key),
      open: () => void this.#open.add(key),
      hasRoom: () => this.#hasRoom('attributes', key),
    };
  }

  #hasRoom(kind: 'particles' | 'attributes', where: string): boolean {
    this.#room[kind] -= 1;
    if (this.#room[kind] >= 0) return true;
    const what = kind === 'particles' ? 'elements and groups' : 'attributes';
    const message = `The content of all types, groups written out, has more than ${mostParticles} ${what}: the rest is left out.`;
    this.#types.tell('DOCUMENT_TOO_LARGE', message, where);
    return false;
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
