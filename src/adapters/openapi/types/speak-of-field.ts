import type { Shape } from '../call/shape.ts';
import type { Located } from '../document/document.ts';
import { child } from '../document/resolver.ts';
import { keywordsOf } from '../schemas/normal-form.ts';
import type { TypeBuilder } from './type-builder.ts';

/**
 * Takes what the schemas that a field's values have say to Selvage. A schema that is an object type speaks of the type, by itself; all
 * others (scalars, enums, unions, lists and what wraps them) speak of the field.
 */
export function speakOfField(element: string, located: Located, shape: Shape, builder: TypeBuilder): void {
  const { normal, said: ours } = builder;
  if (ours.isSilent) return;
  const { schema, said } = normal.reduce(located);
  const isObject = shape.kind === 'type' && builder.shapeNamed(shape.name)?.kind === 'object';
  for (const each of said) if (!isObject || each.value !== schema.value) ours.of(element, each);
  if (isObject) return;
  if (Object.hasOwn(keywordsOf(schema), 'allOf'))
    for (const part of normal.flatten(schema).said) ours.of(element, part);
  const items = shape.kind === 'list' ? child(schema, 'items') : undefined;
  if (items && shape.kind === 'list') speakOfField(element, items, shape.of, builder);
  const values = shape.kind === 'map' ? child(schema, 'additionalProperties') : undefined;
  if (values && shape.kind === 'map') speakOfField(element, values, shape.value, builder);
}
