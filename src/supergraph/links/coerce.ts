import {
  type GraphQLArgument,
  GraphQLError,
  type GraphQLInputType,
  type GraphQLLeafType,
  GraphQLNonNull,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
} from 'graphql';
import { GatewayError } from '../../base/error.ts';
import { isRecord } from '../../base/json.ts';

/** Thrown where a required value is missing: then there is nothing to ask. */
export class Unanswerable extends TypeError {}

/** Arguments of a call as a root field would get them: coerced, with defaults; what is `undefined` is left out. */
export function coerceArguments(
  args: readonly GraphQLArgument[],
  values: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const coerced: Record<string, unknown> = Object.create(null);
  for (const { name, type, defaultValue } of args) {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value !== undefined) coerced[name] = coerceValue(type, value);
    else if (defaultValue !== undefined) coerced[name] = defaultValue;
    else if (isNonNullType(type)) throw new Unanswerable(`The argument "${name}" has no value.`);
  }
  return coerced;
}

/**
 * A value of one source as an input of another: identifiers are numbers here and strings there, so digits become
 * numbers and numbers become strings where the type asks for it.
 */
export function coerceValue(type: GraphQLInputType, value: unknown): unknown {
  if (isNonNullType(type)) {
    if (value === null || value === undefined) throw new Unanswerable('A required value is null.');
    return coerceValue(type.ofType, value);
  }
  if (value === null || value === undefined) return null;
  if (isListType(type)) {
    return (Array.isArray(value) ? value : [value]).map(item => coerceValue(type.ofType, item));
  }
  if (isInputObjectType(type)) {
    if (!isRecord(value)) throw unfit(type.name);
    const fields = Object.values(type.getFields());
    return coerceArguments(
      fields.map(field => ({ ...field, defaultValue: field.defaultValue }) as GraphQLArgument),
      value,
    ); // the same four properties are read
  }
  return coerceLeaf(type, value);
}

function coerceLeaf(type: GraphQLLeafType, value: unknown): unknown {
  if (value instanceof Error) throw value;
  const text =
    typeof value === 'bigint' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
  const numeric = type.name === 'Int' || type.name === 'Float';
  const input = numeric && typeof text === 'string' && text.trim() !== '' ? Number(text) : primitive(type, value, text);
  try {
    return type.parseValue(input);
  } catch (error) {
    if (error instanceof GraphQLError) throw unfit(type.name, error);
    throw error;
  }
}

function primitive(type: GraphQLLeafType, value: unknown, text: unknown): unknown {
  if (type.name === 'Boolean' || type.name === 'JSON') return value;
  return isEnumType(type) || !isRecord(value) ? text : value;
}

function unfit(typeName: string, cause?: unknown): GatewayError {
  return new GatewayError('UPSTREAM_MALFORMED', `A value that a link reads is no ${typeName} of the source it asks.`, {
    cause,
  });
}

/** What an absent value of this type would be. */
export function isRequired(argument: { readonly type: GraphQLInputType; readonly defaultValue?: unknown }): boolean {
  return argument.type instanceof GraphQLNonNull && argument.defaultValue === undefined;
}
