import { attribute, elementsOf, type XmlElement } from '../../../adapter/xml/tree.ts';
import { fieldName, uniqueNames } from '../../../base/names.ts';
import type {
  ElementField,
  GroupField,
  ModelGroup,
  Particle,
  TypeKey,
  Wildcard,
  WildcardField,
} from '../model/model.ts';
import { qname, xsdNamespace } from '../qname.ts';
import type { Component } from './components.ts';
import { reference } from './components.ts';

/** Drafts of fields: what is settled only when the whole content is known is filled in then. */
export type Draft<T> = { -readonly [K in keyof T]: T[K] };
type LeafDraft = Draft<ElementField> | Draft<WildcardField> | Draft<GroupField>;

/** What content needs of the types around it. */
interface ContentContext {
  readonly component: Component;
  /** An element particle; its `field` is not settled yet. Undefined where none may stand there. */
  element(at: XmlElement, component: Component): Draft<ElementField> | undefined;
  /** A named group that is referred to `from` another component. */
  group(name: string, from: Component): { readonly model: XmlElement; readonly component: Component } | undefined;
  /** A group leads back to itself. */
  cycle(name: string): void;
  /** Is there room for one more particle? */
  hasRoom(): boolean;
  /** The own type of a group that repeats as a whole, made of its content. */
  groupType(content: Particle, component: Component): TypeKey;
}

/** The content model of a complex type (XSD 1.0 part 1, 3.8 and 3.9); undefined where it has no particle. */
export function contentOf(parent: XmlElement, context: ContentContext): Particle | undefined {
  const model = elementsOf(parent).find(child => child.namespace === xsdNamespace && modelKinds.has(child.local));
  return model && particleOf(model, context, new Set());
}

const modelKinds: ReadonlySet<string> = new Set(['sequence', 'choice', 'all', 'group']);

function particleOf(at: XmlElement, context: ContentContext, open: ReadonlySet<XmlElement>): Particle | undefined {
  const { min, max } = occurrence(at);
  if (max === 0 || at.namespace !== xsdNamespace || !context.hasRoom()) return undefined;
  switch (at.local) {
    case 'element': {
      const field = context.element(at, context.component);
      return field && { ...field, min, ...maximum(max), list: max > 1, optional: min === 0 };
    }
    case 'any':
      return { kind: 'any', field: '_any', min, ...maximum(max), ...namespacesOf(at, context.component) };
    case 'group': {
      const name = reference(context.component, at, attribute(at, 'ref') ?? '');
      const found = context.group(name, context.component);
      if (!found) return undefined;
      if (open.has(found.model)) {
        context.cycle(name);
        return undefined;
      }
      const inner = { ...context, component: found.component };
      return groupOf(found.model, inner, min, max, new Set([...open, found.model]));
    }
    case 'sequence':
    case 'choice':
    case 'all':
      return groupOf(at, context, min, max, open);
    default:
      return undefined;
  }
}

function groupOf(
  at: XmlElement,
  context: ContentContext,
  min: number,
  max: number,
  open: ReadonlySet<XmlElement>,
): Particle | undefined {
  const items = elementsOf(at)
    .map(child => particleOf(child, context, open))
    .filter(particle => particle !== undefined);
  const [first] = items;
  if (!first) return undefined;
  const kind = at.local === 'choice' ? 'choice' : at.local === 'all' ? 'all' : 'sequence';
  if (kind === 'choice' && items.length > 1) items.forEach(makeOptional);
  if (max > 1) return repeated({ kind, items, optional: false }, context, min, max);
  if (min === 0) items.forEach(makeOptional);
  return items.length === 1 && min > 0 ? first : { kind, items, optional: min === 0 };
}

/** XSD 1.0 part 1, 3.10.2. */
function namespacesOf(at: XmlElement, { schema }: Component): Wildcard {
  const said = (attribute(at, 'namespace') ?? '##any').trim();
  if (said === '##any') return {};
  if (said === '##other') return { but: [...new Set([schema.targetNamespace, ''])] };
  const one = (name: string) =>
    name === '##targetNamespace' ? schema.targetNamespace : name === '##local' ? '' : name;
  return { only: said.split(/\s+/).map(one) };
}

/** A group that repeats: of one element that element repeats, of several the group is a list of its own type. */
function repeated(group: ModelGroup, context: ContentContext, min: number, max: number): Particle {
  const leaves = leavesOf(group);
  const [only] = leaves;
  if (leaves.length === 1 && only) {
    if (only.kind === 'any') {
      const { max: most = Number.POSITIVE_INFINITY, ...rest } = only;
      return { ...rest, min: isEmptiable(group) ? 0 : min * only.min, ...maximum(max * most) };
    }
    if (only.kind === 'group') {
      const { max: most = Number.POSITIVE_INFINITY, ...rest } = only;
      const fewest = isEmptiable(group) ? 0 : min * only.min;
      return { ...rest, min: fewest, ...maximum(max * most), optional: only.optional || fewest === 0 };
    }
    const inner = only.max ?? Number.POSITIVE_INFINITY;
    const fewest = only.optional ? 0 : min * only.min;
    const { max: _former, ...rest } = only;
    return { ...rest, min: fewest, ...maximum(max * inner), list: true, optional: fewest === 0 };
  }
  settle(group, new Set(), context.component.schema.targetNamespace);
  const type = context.groupType(group, context.component);
  return { kind: 'group', field: '', type, min, ...maximum(max), optional: min === 0 };
}

/** May there be nothing of it? Content of a base type is not in groups. */
function isEmptiable(particle: Particle): boolean {
  if (!('items' in particle)) return particle.kind !== 'base' && particle.min === 0;
  if (particle.optional) return true;
  return particle.kind === 'choice' ? particle.items.some(isEmptiable) : particle.items.every(isEmptiable);
}

/** Names and counts the elements of content that belongs together. Elements of one name are one field. */
export function settle(content: Particle, reserved: ReadonlySet<string> = new Set(), home = ''): void {
  const leaves = leavesOf(content);
  const counts = mostOf(content);
  const keyOf = (leaf: ElementField) =>
    leaf.namespace === home || leaf.namespace === '' ? leaf.local : qname(leaf.namespace, leaf.local);
  const elements = leaves.filter(leaf => leaf.kind === 'element');
  const taken = new Set([...reserved, ...systemFields]);
  const names = uniqueNames(elements.map(keyOf), key => fieldName(key.slice(key.lastIndexOf('}') + 1)), taken);
  for (const leaf of elements) {
    leaf.field = names.get(keyOf(leaf)) ?? fieldName(leaf.local);
    leaf.list = (counts.get(qname(leaf.namespace, leaf.local)) ?? 1) > 1;
  }
  const numbered = (base: string, leaf: LeafDraft) => {
    let number = 1;
    const name = () => (base === '_any' && number === 1 ? base : `${base}${number}`);
    while (reserved.has(name()) || used.has(name())) number += 1;
    used.add(name());
    leaf.field = name();
  };
  const used = new Set<string>(names.values());
  for (const leaf of leaves) {
    if (leaf.kind === 'any') numbered('_any', leaf);
    else if (leaf.kind === 'group') numbered('_group', leaf);
  }
}

const systemFields = ['_any', '_text', '_value'];

/** How often each element may occur in all: added up in a sequence, the most of any branch in a choice. */
function mostOf(particle: Particle): Map<string, number> {
  const counts = new Map<string, number>();
  if (particle.kind === 'element') {
    counts.set(qname(particle.namespace, particle.local), particle.max ?? Number.POSITIVE_INFINITY);
  } else if ('items' in particle) {
    for (const item of particle.items) {
      for (const [name, count] of mostOf(item)) {
        const former = counts.get(name) ?? 0;
        counts.set(name, particle.kind === 'choice' ? Math.max(former, count) : former + count);
      }
    }
  }
  return counts;
}

/** The fields of content, in the order of the schema. Content of a base type is not among them. */
export function leavesOf(particle: Particle): LeafDraft[] {
  if ('items' in particle) return particle.items.flatMap(leavesOf);
  return particle.kind === 'base' ? [] : [particle];
}

function makeOptional(particle: Particle): void {
  for (const leaf of leavesOf(particle)) if (leaf.kind !== 'any') leaf.optional = true;
}

function occurrence(at: XmlElement): { min: number; max: number } {
  const minOccurs = Number(attribute(at, 'minOccurs')?.trim() ?? '1');
  const maxOccurs = attribute(at, 'maxOccurs')?.trim() ?? '1';
  const max = maxOccurs === 'unbounded' ? Number.POSITIVE_INFINITY : Number(maxOccurs);
  return { min: Number.isInteger(minOccurs) ? minOccurs : 1, max: Number.isNaN(max) ? 1 : max };
}

function maximum(max: number): { max?: number } {
  return Number.isFinite(max) ? { max } : {};
}
