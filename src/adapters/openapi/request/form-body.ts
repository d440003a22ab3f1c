import { isRecord } from '../../../base/json.ts';
import { NumberText, writeJson } from '../answer/json-text.ts';
import type { FormBody } from '../call/call.ts';
import { deepPairs, encodeStrictly, type Pair, queryPairs } from './parameters.ts';

/** OpenAPI 3.2, 4.15: a property's own encoding; without one, lists repeat their name and objects go in brackets. */
export function formPairs(value: unknown, encoding: FormBody['encoding']): Pair[] {
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([name, member]): Pair[] => {
    if (member === undefined) return [];
    const how = encoding?.find(({ property }) => property === name);
    if (how?.json) return [[encodeStrictly(name), encodeStrictly(writeJson(member))]];
    if (how?.serialisation) return queryPairs(name, member, how.serialisation);
    return holdsObjects(member)
      ? deepPairs(encodeStrictly(name), member)
      : queryPairs(name, member, { style: 'form', explode: true });
  });
}

function holdsObjects(value: unknown): boolean {
  return Array.isArray(value) ? value.some(isObject) : isObject(value);
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !(value instanceof NumberText);
}
