import { textType } from '../qname.ts';
import type { AttributeField, ComplexType, LeafField, Particle, TypeKey, TypeModel } from './model.ts';

export type Types = Readonly<Record<TypeKey, TypeModel>>;

/** A field of a complex type, as GraphQL sees it. */
export interface FieldView {
  readonly name: string;
  readonly type: TypeKey;
  readonly list: boolean;
  /** May an item of the list be nil? */
  readonly nullableItems: boolean;
  /** Is a result never without it? */
  readonly nonNull: boolean;
  /** Must an input have it? */
  readonly required: boolean;
  /** Is it given as a file? */
  readonly file?: true;
}

/** A type's elements in the order of the schema, those of its bases first. */
export function leavesWithin(types: Types, type: ComplexType): LeafField[] {
  const leaves: LeafField[] = [];
  const seen = new Set<ComplexType>();
  const walk = (particle: Particle): void => {
    if ('items' in particle) particle.items.forEach(walk);
    else if (particle.kind === 'base') walkType(types[particle.type]);
    else leaves.push(particle);
  };
  const walkType = (model: TypeModel | undefined): void => {
    if (model?.kind !== 'complex' || seen.has(model)) return;
    seen.add(model);
    if (model.content) walk(model.content);
  };
  walkType(type);
  return leaves;
}

/** Every field of a type, each once. */
export function fieldViews(types: Types, type: ComplexType): FieldView[] {
  const views = new Map<string, FieldView>();
  const add = (view: FieldView) => {
    if (!views.has(view.name)) views.set(view.name, view);
  };
  if (type.value !== undefined) add({ ...single, name: '_value', type: type.value, nonNull: true, required: true });
  if (type.text) add({ ...single, name: '_text', type: textType });
  for (const leaf of [...leavesWithin(types, type), ...type.absent]) add(leafView(leaf));
  for (const attribute of type.attributes) add(attributeView(attribute));
  return [...views.values()];
}

const single = { list: false, nullableItems: false, nonNull: false, required: false } as const;

function leafView(leaf: LeafField): FieldView {
  if (leaf.kind === 'any') return { ...single, name: leaf.field, type: 'XML', list: true };
  if (leaf.kind === 'group') {
    const required = leaf.min > 0 && !leaf.optional;
    return { name: leaf.field, type: leaf.type, list: true, nullableItems: false, nonNull: true, required };
  }
  const { field: name, type, list, nillable, optional, file } = leaf;
  const required = leaf.min > 0 && !optional && (list || (!nillable && leaf.default === undefined));
  const view = { name, type, list, nullableItems: nillable, nonNull: list || (!optional && !nillable), required };
  return file ? { ...view, file } : view;
}

function attributeView({ field: name, type, required, default: fallback }: AttributeField): FieldView {
  return { ...single, name, type, nonNull: required, required: required && fallback === undefined };
}
