import {
  type GraphQLField,
  type GraphQLInputType,
  getNamedType,
  getNullableType,
  isInputObjectType,
  isLeafType,
} from 'graphql';
import { isCalled, type OpenMember } from '../catalogue.ts';
import { getsBatch, itemsIn } from './bulk-calls.ts';
import { isRequired } from './coerce.ts';
import { compileMatch } from './compile-match.ts';
import { inputItem } from './lookup.ts';

/** A call that takes a list of keys, each an object, and answers with the items that have them. */
export interface KeyedCall {
  readonly member: OpenMember;
  /** The root field, in the source's own name, and so is everything here. */
  readonly name: string;
  readonly into: string;
  /** Where in the answer the items are; empty where they are the answer. */
  readonly select: string;
  readonly item: string;
  /** What an item has its key in; absent where that is the item itself. */
  readonly holder?: string;
  /** At least one. */
  readonly parts: readonly { readonly name: string; readonly type: GraphQLInputType }[];
}

/**
 * The calls of a source that say by their names that they get a batch, and take objects of values, all of which an item of the answer has by
 * the same names: in itself, or in what the list is the plural of (`keys`, `key`). A batch of requests (google.aip.dev/231) is such a list.
 */
export function keyedCalls(member: OpenMember): readonly KeyedCall[] {
  const fields = Object.values(member.schema.getQueryType()?.getFields() ?? {});
  return fields.flatMap(field =>
    getsBatch(field.name) && isCalled(member, 'Query', field.name) ? keyedCall(member, field) : [],
  );
}

function keyedCall(member: OpenMember, { name, args, type }: GraphQLField<unknown, unknown>): readonly KeyedCall[] {
  const found = args.flatMap(argument => {
    if (args.some(other => other !== argument && isRequired(other))) return [];
    const parts = partsOf(argument.type);
    if (parts.length === 0) return [];
    const wish = { into: argument.name, match: undefined, parts: parts.map(part => [part.name]), keyName: undefined };
    return itemsIn(type).flatMap(({ select, item, type: items }): readonly KeyedCall[] => {
      const [matched] = compileMatch(items, wish, () => {}) ?? [];
      if (!matched) return [];
      const below = matched.item.length > 1 ? item.getFields()[matched.item[0] ?? '']?.type : undefined;
      const holder = below ? { holder: getNamedType(below).name } : {};
      return [{ member, name, into: argument.name, select, item: item.name, parts, ...holder }];
    });
  });
  return found.slice(0, 1);
}

/** The values of the objects that a list argument takes; none where they hold anything but values. */
function partsOf(type: GraphQLInputType): KeyedCall['parts'] {
  const item = getNullableType(inputItem(type));
  if (!isInputObjectType(item) || item.isOneOf) return [];
  const fields = Object.values(item.getFields());
  return fields.every(field => isLeafType(getNullableType(field.type)) && getNamedType(field.type).name !== 'JSON')
    ? fields
    : [];
}
