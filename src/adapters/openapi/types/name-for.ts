import type { Direction } from '../call/shape.ts';
import type { Located } from '../document/document.ts';
import type { NormalForm } from '../schemas/normal-form.ts';
import { type Manner, stemOf } from './manner.ts';
import { variantOf } from './part-files.ts';
import { inputTwin, type TypeNames } from './type-names.ts';

/**
 * A type's own name: its component's, the document's wish, or what its place suggests. What is no input never ends in `Input`, unless it
 * is an enum: so no type is called otherwise for being used the other way, too.
 */
export function nameFor(
  schema: Located,
  manner: Manner,
  kind: Direction | 'enum',
  { names, normal }: { readonly names: TypeNames; readonly normal: NormalForm },
): string {
  const { component } = manner;
  const called = stemOf(schema, manner);
  if (kind === 'input') {
    const variant = manner.shared || component !== undefined ? variantOf(schema, manner, normal) : '';
    if (variant !== '') return names.claim(inputTwin(called + variant), schema);
    return component === undefined ? names.claim(inputTwin(called), schema) : names.twin(component, schema);
  }
  if (!called.endsWith('Input') || (component !== undefined && kind === 'enum'))
    return component === undefined ? names.claim(called, schema) : names.own(component, schema);
  return names.claim(`${called}${kind === 'enum' ? 'Enum' : 'Output'}`, schema);
}
