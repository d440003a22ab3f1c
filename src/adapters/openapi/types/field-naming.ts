import { fieldName, upperFirst, words } from '../../../base/names.ts';
import type { SchemaOptions } from '../../../source/schema-options.ts';

/** What a property, a parameter or a link is called. Several of one object that would be called alike are told apart by `uniqueNames`. */
export type FieldNaming = (written: string) => string;

export function fieldNaming({ naming }: Pick<SchemaOptions, 'naming'>): FieldNaming {
  return naming === 'CAMEL' ? camelFieldName : fieldName;
}

/** `created_at` and `Created-At` -> `createdAt`, `HTTPStatus` -> `httpStatus`; an underscore before it all stays. */
function camelFieldName(written: string): string {
  const plain = fieldName(written);
  const [first = '', ...rest] = words(plain);
  if (first === '') return plain;
  const small = first.replace(/^[A-Z]+(?=[A-Z][a-z]|[^A-Za-z]|$)|^[A-Z]/, capitals => capitals.toLowerCase());
  return (plain.startsWith('_') ? '_' : '') + small + rest.map(upperFirst).join('');
}
