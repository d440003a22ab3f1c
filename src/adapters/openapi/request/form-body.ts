import { isRecord } from '../../../base/json.ts';
import { NumberText, writeJson } from '../answer/json-text.ts';
import type { FormBody, Serialisation } from '../call/call.ts';
import { inputFault } from '../fault.ts';
import { withJoinedLists } from './joined-lists.ts';
import { deepPairs, encodeStrictly, isTorn, type Pair, queryPairs, torn } from './parameters.ts';

/** OpenAPI 3.2, 4.15: a property's own encoding; without one, lists repeat their name and objects go in brackets. `argument`: the way to the form. */
export function formPairs(value: unknown, encoding: FormBody['encoding'], argument: string): Pair[] {
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([name, member]): Pair[] => {
    if (member === undefined) return [];
    const how = encoding?.find(({ property }) => property === name);
    if (how?.json) return [[encodeStrictly(name), encodeStrictly(writeJson(member))]];
    if (how?.serialisation) return serialisedPairs(name, member, how.serialisation, 'query', `${argument}.${name}`);
    return holdsObjects(member)
      ? deepPairs(encodeStrictly(name), member)
      : queryPairs(name, member, { style: 'form', explode: true });
  });
}

export function formText(pairs: readonly Pair[]): string {
  return pairs.map(([name, text]) => `${name}=${text}`).join('&');
}

/** A property that is written as a query would write it. `argument`: the way to it. */
export function serialisedPairs(
  name: string,
  member: unknown,
  how: Serialisation,
  place: 'query' | 'part',
  argument: string,
): Pair[] {
  const value = how.within ? withJoinedLists(member, how.within, argument) : member;
  if (isTorn(value, how, place)) throw inputFault(argument, torn);
  return queryPairs(name, value, how);
}

function holdsObjects(value: unknown): boolean {
  return Array.isArray(value) ? value.some(isObject) : isObject(value);
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !(value instanceof NumberText);
}
