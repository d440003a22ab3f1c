import {
  GraphQLBoolean,
  GraphQLFloat,
  GraphQLID,
  GraphQLInt,
  type GraphQLLeafType,
  GraphQLString,
  isEnumType,
} from 'graphql';
import { scalars } from '../../adapter/scalars.ts';
import type { LeafOutput } from '../plan.ts';
import { bail } from './bail.ts';
import { jsonString } from './json-string.ts';

/** A backend's value as JSON. Throws `bail`, or what the type's `serialize` throws, for what it does not take; null is such a value. */
export type LeafText = (value: unknown) => string;

/**
 * The writer's way with a leaf. Of the built-in scalars it takes what needs no coercion; what else graphql-js takes there (numbers as
 * texts, `valueOf`, `toJSON`) is left to the completer.
 */
export function leafText({ type, values }: LeafOutput): LeafText {
  if (isEnumType(type) && values) return enumText(values);
  return builtIn.get(type.serialize) ?? (texts.has(type.serialize) ? textOr(serialText(type)) : serialText(type));
}

/** By `serialize`, not by name: a type that serializes in its own way gets its own way. */
const builtIn: ReadonlyMap<unknown, LeafText> = new Map<unknown, LeafText>([
  [GraphQLString.serialize, textOr(refused)],
  [GraphQLID.serialize, textOr(idText)],
  [GraphQLInt.serialize, intText],
  [GraphQLFloat.serialize, floatText],
  [GraphQLBoolean.serialize, booleanText],
]);

/** Scalars whose texts are passed on as they are. */
const texts: ReadonlySet<unknown> = new Set(
  Object.values(scalars).flatMap(({ name, serialize }) => (name === 'JSON' ? [] : [serialize])),
);

function refused(): never {
  throw bail;
}

function textOr(other: LeafText): LeafText {
  return value => (typeof value === 'string' ? jsonString(value) : other(value));
}

function idText(value: unknown): string {
  if (typeof value !== 'number' || !Number.isInteger(value)) throw bail;
  return `"${value}"`;
}

function intText(value: unknown): string {
  if (typeof value !== 'number' || (value | 0) !== value) throw bail;
  return `${value}`; // -0 becomes "0", as in JSON.stringify
}

function floatText(value: unknown): string {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw bail;
  return `${value}`;
}

function booleanText(value: unknown): string {
  if (value === true) return 'true';
  if (value === false) return 'false';
  throw bail;
}

function enumText(values: ReadonlyMap<string, string>): LeafText {
  const shown = new Map<unknown, string>([...values].map(([own, name]) => [own, jsonString(name)]));
  return value => shown.get(value) ?? refused();
}

function serialText(type: GraphQLLeafType): LeafText {
  return value => {
    if (value === null || value === undefined || value instanceof Error) throw bail;
    const serial: unknown = type.serialize(value);
    if (typeof serial === 'string') return jsonString(serial);
    if (serial === null || serial === undefined || holdsError(serial)) throw bail;
    return JSON.stringify(serial) ?? refused(); // JSON has nothing for a function
  };
}

/** A fault may stand anywhere in a value, and JSON would show what is in it. */
function holdsError(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (value instanceof Error) return true;
  return Array.isArray(value) ? value.some(holdsError) : Object.values(value).some(holdsError);
}
