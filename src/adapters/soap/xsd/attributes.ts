import { attribute, childrenNamed, elementsOf, type XmlElement } from '../../../adapter/xml/tree.ts';
import { fieldName, shortHash, suffixed } from '../../../base/names.ts';
import type { AttributeField, TypeKey } from '../model/model.ts';
import { namespaceOf, type QName, qname, textType, xsdNamespace } from '../qname.ts';
import { type Component, type Components, reference } from './components.ts';

/** What attributes need of the types around them. */
export interface AttributeContext {
  readonly components: Components;
  type(name: QName, at: XmlElement, component: Component): TypeKey;
  inlineType(at: XmlElement, component: Component): TypeKey;
  missing(kind: 'attribute' | 'attributeGroup', name: QName): void;
  /** An attribute group leads back to itself. */
  cycle(name: QName): void;
  /** The type allows attributes that are not declared. */
  open(): void;
  /** Is there room for one more attribute, or group of them? */
  hasRoom(): boolean;
}

/** An attribute that a type declares; `prohibited` takes one of its base away. */
interface AttributeUse extends Omit<AttributeField, 'field'> {
  readonly prohibited: boolean;
}

/** The attributes declared in an element of the schema, those of its attribute groups among them (XSD 1.0 part 1, 3.4.2 and 3.6). */
export function attributesIn(
  parent: XmlElement,
  component: Component,
  context: AttributeContext,
  open: ReadonlySet<XmlElement> = new Set(),
): AttributeUse[] {
  return elementsOf(parent).flatMap(child => {
    if (child.namespace !== xsdNamespace || !context.hasRoom()) return [];
    if (child.local === 'attribute') return attributeUse(child, component, context);
    if (child.local === 'anyAttribute') context.open();
    if (child.local !== 'attributeGroup') return [];
    const name = reference(component, child, attribute(child, 'ref') ?? '');
    const found = context.components.find('attributeGroup', name);
    // A group that redefines itself refers to what it was before.
    const group = found?.element === parent ? found.redefines : found;
    if (!found) context.missing('attributeGroup', name);
    else if (!group || open.has(group.element)) context.cycle(name);
    else return attributesIn(group.element, group, context, new Set([...open, group.element]));
    return [];
  });
}

function attributeUse(at: XmlElement, component: Component, context: AttributeContext): AttributeUse[] {
  const ref = attribute(at, 'ref');
  const use = attribute(at, 'use');
  if (ref !== undefined) {
    const name = reference(component, at, ref);
    const global = context.components.find('attribute', name);
    if (!global) context.missing('attribute', name);
    const type = global ? typeOf(global.element, global, context) : textType;
    return [declared(at, namespaceOf(name), name.slice(name.lastIndexOf('}') + 1), type, use, global?.element)];
  }
  const local = attribute(at, 'name');
  if (local === undefined) return [];
  const form = attribute(at, 'form') ?? attribute(component.schema.root, 'attributeFormDefault');
  const namespace = form === 'qualified' ? component.schema.targetNamespace : '';
  return [declared(at, namespace, local, typeOf(at, component, context), use)];
}

function typeOf(at: XmlElement, component: Component, context: AttributeContext): TypeKey {
  const type = attribute(at, 'type');
  if (type !== undefined) return context.type(reference(component, at, type), at, component);
  if (childrenNamed(at, xsdNamespace, 'simpleType').length > 0) return context.inlineType(at, component);
  return textType;
}

function declared(
  at: XmlElement,
  namespace: string,
  local: string,
  type: TypeKey,
  use: string | undefined,
  global?: XmlElement,
): AttributeUse {
  const said = (name: string) => attribute(at, name) ?? (global ? attribute(global, name) : undefined);
  const fixed = said('fixed');
  const value = fixed ?? said('default');
  return {
    namespace,
    local,
    type,
    required: use === 'required',
    prohibited: use === 'prohibited',
    ...(value === undefined ? {} : { default: value }),
    ...(fixed === undefined ? {} : { fixed: true }),
  };
}

/** Attributes over those of the base, with their names in GraphQL. `taken` are the names of elements and is added to. */
export function attributeFields(
  inherited: readonly AttributeField[],
  uses: readonly AttributeUse[],
  taken: Set<string>,
): AttributeField[] {
  const fields = new Map(inherited.map(field => [qname(field.namespace, field.local), field] as const));
  for (const { prohibited, ...use } of uses) {
    const key = qname(use.namespace, use.local);
    const former = fields.get(key);
    if (prohibited) fields.delete(key);
    else if (former) fields.set(key, { ...use, field: former.field });
    else {
      const plain = fieldName(use.local);
      const attribute = suffixed(plain, 'attr');
      const candidates = [plain, attribute, suffixed(plain, shortHash(key))];
      const field = candidates.find(name => !taken.has(name)) ?? suffixed(attribute, shortHash(key));
      taken.add(field);
      fields.set(key, { ...use, field });
    }
  }
  return [...fields.values()];
}
