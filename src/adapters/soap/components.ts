import { attribute, childrenNamed, elementsOf, textOf, type XmlElement } from '../../adapter/xml/tree.ts';
import type { LoadedSchema } from './load.ts';
import { lookUp, namespaceOf, type QName, qname, xsdNamespace } from './qname.ts';
import { resolveQName } from './xml-conventions.ts';

/** What a schema defines, as it stands in the document (XSD 1.0 part 1, 2.2). */
export interface Component {
  readonly element: XmlElement;
  readonly schema: LoadedSchema;
  /** What a redefinition redefines (XSD 1.0 part 1, 4.2.2). */
  readonly redefines?: Component;
}

type ComponentKind = 'element' | 'type' | 'group' | 'attributeGroup' | 'attribute';

/** Every global component of every schema, by kind and name. */
export class Components {
  readonly #byKind: Readonly<Record<ComponentKind, Map<QName, Component>>> = {
    element: new Map(),
    type: new Map(),
    group: new Map(),
    attributeGroup: new Map(),
    attribute: new Map(),
  };
  /** Names of complex types by that of the type they extend or restrict. */
  readonly #derived = new Map<QName, QName[]>();
  /** Names of elements by that of the head they can stand for. */
  readonly #substitutes = new Map<QName, QName[]>();

  constructor(schemas: readonly LoadedSchema[]) {
    for (const schema of schemas) {
      for (const element of elementsOf(schema.root)) this.#add(element, schema);
    }
    for (const schema of schemas) {
      for (const redefinition of childrenNamed(schema.root, xsdNamespace, 'redefine')) {
        for (const element of elementsOf(redefinition)) this.#add(element, schema, true);
      }
    }
    for (const [name, component] of this.#byKind.type) this.#noteBase(name, component);
    for (const [name, component] of this.#byKind.element) {
      const head = attribute(component.element, 'substitutionGroup');
      if (head !== undefined) push(this.#substitutes, reference(component, component.element, head), name);
    }
  }

  find(kind: ComponentKind, name: QName): Component | undefined {
    return lookUp(this.#byKind[kind], name)?.[1];
  }

  /** The full name of a component whose reference may lack its namespace. */
  fullName(kind: ComponentKind, name: QName): QName {
    return lookUp(this.#byKind[kind], name)?.[0] ?? name;
  }

  /** The types that extend or restrict this one, and theirs, each once. */
  descendants(name: QName): readonly QName[] {
    return closure(this.#derived, name);
  }

  /** The elements that can stand for this one, and theirs, each once. */
  substitutes(name: QName): readonly QName[] {
    return closure(this.#substitutes, name);
  }

  #add(element: XmlElement, schema: LoadedSchema, redefining = false): void {
    const name = attribute(element, 'name')?.trim();
    const kind = element.namespace === xsdNamespace ? kindOf[element.local] : undefined;
    if (name === undefined || kind === undefined) return;
    const table = this.#byKind[kind];
    const key = qname(schema.targetNamespace, name);
    const former = table.get(key);
    if (redefining && former) table.set(key, { element, schema, redefines: former });
    else if (!former) table.set(key, { element, schema });
  }

  #noteBase(name: QName, component: Component): void {
    const derivation = derivationOf(component.element);
    if (!derivation || component.redefines) return;
    const base = attribute(derivation, 'base');
    if (base !== undefined) push(this.#derived, reference(component, derivation, base), name);
  }
}

const kindOf: Readonly<Record<string, ComponentKind>> = Object.assign(Object.create(null), {
  element: 'element',
  complexType: 'type',
  simpleType: 'type',
  group: 'group',
  attributeGroup: 'attributeGroup',
  attribute: 'attribute',
});

/** The `extension` or `restriction` of a complex type. */
export function derivationOf(complexType: XmlElement): XmlElement | undefined {
  if (complexType.local !== 'complexType') return undefined;
  const content = elementsOf(complexType).find(
    child => child.local === 'complexContent' || child.local === 'simpleContent',
  );
  return content && elementsOf(content).find(child => child.local === 'extension' || child.local === 'restriction');
}

/** A QName as a schema's text means it: in a chameleon, what has no namespace is of the including one. */
export function reference(component: { readonly schema: LoadedSchema }, at: XmlElement, text: string): QName {
  const name = resolveQName(at, text) ?? text.trim();
  const { chameleon, targetNamespace } = component.schema;
  return chameleon && namespaceOf(name) === '' ? qname(targetNamespace, name) : name;
}

/** `xs:documentation` of a component. */
export function documentationOf(element: XmlElement): string | undefined {
  const texts = childrenNamed(element, xsdNamespace, 'annotation')
    .flatMap(annotation => childrenNamed(annotation, xsdNamespace, 'documentation'))
    .map(documentation => textOf(documentation).trim().replace(/\s+/g, ' '))
    .filter(text => text !== '');
  return texts.length === 0 ? undefined : texts.join('\n');
}

function push(table: Map<QName, QName[]>, key: QName, value: QName): void {
  const list = table.get(key);
  if (list) list.push(value);
  else table.set(key, [value]);
}

function closure(table: ReadonlyMap<QName, readonly QName[]>, start: QName): QName[] {
  const found = new Set<QName>();
  const pending = [start];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    for (const name of table.get(next) ?? []) {
      if (name === start || found.has(name)) continue;
      found.add(name);
      pending.push(name);
    }
  }
  return [...found].sort();
}
