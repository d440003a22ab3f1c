import { attribute, childrenNamed, elementsOf, textOf, type XmlElement } from '../../../adapter/xml/tree.ts';
import type { LoadedSchema } from '../load.ts';
import { lookUp, namespaceOf, type QName, qname, xsdNamespace } from '../qname.ts';
import { wellKnownSchema } from '../well-known/well-known-schema.ts';
import { resolveQName } from '../xml-conventions.ts';

/** What a schema defines, as it stands in the document (XSD 1.0 part 1, 2.2). */
export interface Component {
  readonly element: XmlElement;
  readonly schema: LoadedSchema;
  /** What a redefinition redefines (XSD 1.0 part 1, 4.2.2). */
  readonly redefines?: Component;
}

type ComponentKind = 'element' | 'type' | 'group' | 'attributeGroup' | 'attribute';
type Tables = Readonly<Record<ComponentKind, Map<QName, Component>>>;

/** Ways in which one thing may stand for another (XSD 1.0 part 1, 3.3.2 and 3.4.2). */
export type Derivation = 'extension' | 'restriction' | 'substitution';

/** Every global component of every schema, by kind and name. */
export class Components {
  readonly #own = emptyTables();
  /** Of schemas that everybody knows: those of a namespace are taken in when the first is looked for and no document has it. */
  readonly #common = emptyTables();
  readonly #adopted = new Set<string>();
  /** Names of complex types by that of the type they extend or restrict, and how. */
  readonly #derived = new Map<QName, { readonly name: QName; readonly by: string }[]>();
  /** Names of elements by that of the head they can stand for. */
  readonly #substitutes = new Map<QName, { readonly name: QName; readonly by: string }[]>();

  constructor(schemas: readonly LoadedSchema[]) {
    this.#take(this.#own, schemas);
  }

  find(kind: ComponentKind, name: QName): Component | undefined {
    return this.#entry(kind, name)?.[1];
  }

  /** The full name of a component whose reference may lack its namespace. */
  fullName(kind: ComponentKind, name: QName): QName {
    return this.#entry(kind, name)?.[0] ?? name;
  }

  /** The types that extend or restrict this one, and theirs, each once. `blocked`: by these ways none of them. */
  descendants(name: QName, blocked: ReadonlySet<Derivation> = nothing): readonly QName[] {
    return closure(this.#derived, name, blocked);
  }

  /** The types whose values may stand in place of this one's (XSD 1.0 part 1, 3.4.2, prohibited substitutions). */
  standIns(name: QName): readonly QName[] {
    const component = this.find('type', name);
    return this.descendants(name, component ? blockOf(component) : nothing);
  }

  /** The elements that can stand for this one, and theirs, each once. */
  substitutes(name: QName): readonly QName[] {
    return closure(this.#substitutes, name, nothing);
  }

  #entry(kind: ComponentKind, name: QName): readonly [QName, Component] | undefined {
    const own = lookUp(this.#own[kind], name);
    if (own) return own;
    this.#adopt(namespaceOf(name));
    const common = this.#common[kind].get(name);
    return common && [name, common];
  }

  #adopt(namespace: string): void {
    if (this.#adopted.has(namespace)) return;
    this.#adopted.add(namespace);
    const schema = wellKnownSchema(namespace);
    if (schema) this.#take(this.#common, [schema]);
  }

  #take(tables: Tables, schemas: readonly LoadedSchema[]): void {
    for (const schema of schemas) {
      for (const element of elementsOf(schema.root)) add(tables, element, schema);
    }
    // What is loaded later is referred to by what was loaded before: of two redefinitions the inner one comes first.
    for (const schema of schemas.toReversed()) {
      for (const redefinition of childrenNamed(schema.root, xsdNamespace, 'redefine')) {
        for (const element of elementsOf(redefinition)) add(tables, element, schema, true);
      }
    }
    for (const [name, component] of tables.type) this.#noteBase(name, component);
    for (const [name, component] of tables.element) {
      const head = attribute(component.element, 'substitutionGroup');
      if (head !== undefined)
        push(this.#substitutes, reference(component, component.element, head), { name, by: 'substitution' });
    }
  }

  #noteBase(name: QName, component: Component): void {
    // A redefinition is derived from itself; from what else, its original says.
    let original = component;
    while (original.redefines) original = original.redefines;
    const derivation = derivationOf(original.element);
    const base = derivation && attribute(derivation, 'base');
    if (derivation && base !== undefined)
      push(this.#derived, reference(original, derivation, base), { name, by: derivation.local });
  }
}

function emptyTables(): Tables {
  return { element: new Map(), type: new Map(), group: new Map(), attributeGroup: new Map(), attribute: new Map() };
}

function add(tables: Tables, element: XmlElement, schema: LoadedSchema, redefining = false): void {
  const name = attribute(element, 'name')?.trim();
  const kind = element.namespace === xsdNamespace ? kindOf[element.local] : undefined;
  if (name === undefined || kind === undefined) return;
  const table = tables[kind];
  const key = qname(schema.targetNamespace, name);
  const former = table.get(key);
  if (redefining && former) table.set(key, { element, schema, redefines: former });
  else if (!former) table.set(key, { element, schema });
}

const nothing: ReadonlySet<Derivation> = new Set();
const ways: readonly Derivation[] = ['extension', 'restriction', 'substitution'];

/** What a component's `block` rules out (XSD 1.0 part 1, 3.3.2 and 3.4.2). */
export function blockOf({ element, schema }: Component): ReadonlySet<Derivation> {
  const said = (attribute(element, 'block') ?? attribute(schema.root, 'blockDefault') ?? '').trim().split(/\s+/);
  return new Set(said.includes('#all') ? ways : ways.filter(way => said.includes(way)));
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

/** Does an attribute say so (XSD 1.0 part 2, 3.2.2)? */
export function isTrue(element: XmlElement, name: string): boolean {
  return /^(true|1)$/.test(attribute(element, name)?.trim() ?? '');
}

/** `xs:documentation` of a component. */
export function documentationOf(element: XmlElement): string | undefined {
  const texts = childrenNamed(element, xsdNamespace, 'annotation')
    .flatMap(annotation => childrenNamed(annotation, xsdNamespace, 'documentation'))
    .map(documentation => textOf(documentation).trim().replace(/\s+/g, ' '))
    .filter(text => text !== '');
  return texts.length === 0 ? undefined : texts.join('\n');
}

type Edges = Map<QName, { readonly name: QName; readonly by: string }[]>;

function push(table: Edges, key: QName, value: { readonly name: QName; readonly by: string }): void {
  const list = table.get(key);
  if (list) list.push(value);
  else table.set(key, [value]);
}

function closure(table: Edges, start: QName, blocked: ReadonlySet<string>): QName[] {
  const found = new Set<QName>();
  const pending = [start];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    for (const { name, by } of table.get(next) ?? []) {
      if (name === start || found.has(name) || blocked.has(by)) continue;
      found.add(name);
      pending.push(name);
    }
  }
  return [...found].sort();
}
