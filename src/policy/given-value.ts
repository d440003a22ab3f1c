import {
  type GraphQLLeafType,
  type GraphQLOutputType,
  isEnumType,
  isLeafType,
  isListType,
  isNonNullType,
} from 'graphql';
import { GatewayError } from '../base/error.ts';
import { isRecord } from '../base/json.ts';

const missing = new GatewayError('BAD_USER_INPUT', 'The request does not say what this field is answered with.');

/**
 * What a request gives, as a value of a leaf type or of a list of them, in the place of which a BAD_USER_INPUT stands where it is none. One
 * value is a list of one (GraphQL October 2021, 3.11); a text is a number or a Boolean where it is written as one: headers are texts.
 */
export function givenValue(value: unknown, type: GraphQLOutputType): unknown {
  if (isNonNullType(type)) return givenValue(value, type.ofType) ?? missing;
  if (value === null || value === undefined) return null;
  if (isListType(type)) return (Array.isArray(value) ? value : [value]).map(item => givenValue(item, type.ofType));
  if (!isLeafType(type)) throw new TypeError(`${type.name} is no leaf, which was not found when it was registered.`);
  try {
    const read: unknown = type.parseValue(fitting(value, type));
    type.serialize(read);
    return read;
  } catch (error) {
    const message = `What the request says for this field is no ${type.name}.`;
    return new GatewayError('BAD_USER_INPUT', message, { cause: error });
  }
}

/** Whatever else is wrong with it is for the type to say. */
function fitting(value: unknown, type: GraphQLLeafType): unknown {
  if (type.name === 'Int' || type.name === 'Float')
    return typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (type.name === 'Boolean') return value === 'true' ? true : value === 'false' ? false : value;
  const isText = type.name === 'String' || type.name === 'ID' || isEnumType(type);
  return isText && !isRecord(value) && !Array.isArray(value) ? String(value) : value;
}
