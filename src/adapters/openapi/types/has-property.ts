import type { TypeShape } from '../call/shape.ts';

/** Has a type a field of that name, of its body's? */
export function hasProperty(type: TypeShape | undefined, name: string): boolean {
  return type?.kind === 'object' && [...type.fields, type.additional].some(field => field?.name === name);
}
