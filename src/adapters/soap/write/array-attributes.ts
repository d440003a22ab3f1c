import type { Encoding } from '../model/call.ts';
import type { Types } from '../model/fields.ts';
import type { ArrayType, TypeKey } from '../model/model.ts';
import { anyType, encodingNamespace, localOf, namespaceOf, qname } from '../qname.ts';
import { isNamed, type Tags } from './tags.ts';

/** What an array says of itself (SOAP 1.1, 5.4.2; SOAP 1.2 part 2, 3.1.6): nothing where it is literal. */
export function arrayAttributes(
  types: Types,
  tags: Tags,
  encoding: Encoding | undefined,
  type: ArrayType,
  sizes: readonly number[],
): string {
  if (!encoding) return '';
  const rules = encodingNamespace[encoding.rules];
  const told = tags.xsiType(type.name ?? qname(rules, 'Array'));
  const prefix = tags.prefix(rules);
  const of = arrayOf(types, tags, encoding, type.item);
  if (encoding.rules === '1.1') return `${told} ${prefix}:arrayType="${of}[${sizes.join(',')}]"`;
  return `${told} ${prefix}:itemType="${of}" ${prefix}:arraySize="${sizes.join(' ')}"`;
}

/** An array without a name is said by what is in it and its dimensions. */
function arrayOf(types: Types, tags: Tags, encoding: Encoding, key: TypeKey): string {
  const type = types[key];
  if (type?.kind === 'array' && type.name === undefined && encoding.rules === '1.1')
    return `${arrayOf(types, tags, encoding, type.item)}[${','.repeat(type.rank - 1)}]`;
  const inner = type?.kind === 'array' ? (type.name ?? qname(encodingNamespace['1.2'], 'Array')) : key;
  const name = isNamed(inner) ? inner : anyType;
  return tags.name(namespaceOf(name), localOf(name));
}
