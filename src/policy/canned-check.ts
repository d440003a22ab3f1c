import {
  type GraphQLOutputType,
  getNamedType,
  getNullableType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import { errorCodes } from '../base/error.ts';
import { didYouMean } from '../base/suggestion.ts';
import type { AnnotationCheck } from './annotation-checks.ts';
import { cannedError, literalOf, readsAnything } from './canned.ts';

/** Is what `@canned` says an answer that the field can have? */
export const checkCanned: AnnotationCheck = ({ annotation: { args }, element, schema }) => {
  const [typeName = '', fieldName = ''] = element.split('.');
  const type = schema.getType(typeName);
  if (!isObjectType(type))
    return [
      { message: `@canned stands on a field of an object; ${typeName} is none.`, hint: 'Say it of each object.' },
    ];
  const field = type.getFields()[fieldName];
  if (!field) return []; // clients cannot see it: it is never asked
  const problems = [];
  if (args['when'] !== undefined && args['when'] !== null)
    problems.push({
      message: '@canned(when: …) is not implemented yet.',
      hint: 'Remove it until a version that does.',
    });
  const isError = args['error'] !== undefined && args['error'] !== null;
  if (isError === Object.hasOwn(args, 'value'))
    problems.push({ message: '@canned gives a "value" or an "error": one of them.' });
  else if (isError) problems.push(...errorProblems(String(args['error']), field.type));
  else problems.push(...valueProblems(args['value'], field.type, element));
  return problems;
};

function errorProblems(written: string, type: GraphQLOutputType) {
  const [code = ''] = written.split(':', 1);
  if (!cannedError(written)) {
    const hint = `Write "CODE" or "CODE: message"; codes: ${errorCodes.join(' ')}.`;
    return [{ message: `"${code}" is no error code.${didYouMean(code, errorCodes)}`, hint }];
  }
  if (!isNonNullType(type)) return [];
  return [{ message: `An error leaves null, and ${String(type)} allows none.` }];
}

function valueProblems(value: unknown, type: GraphQLOutputType, where: string): { message: string; hint?: string }[] {
  if (value === null || value === undefined)
    return isNonNullType(type) ? [{ message: `${where} is ${String(type)}, which allows no null.` }] : [];
  const inner = getNullableType(type);
  if (isListType(inner)) {
    if (!Array.isArray(value)) return [{ message: `${where} is ${String(type)}: a list.` }];
    return value.flatMap((item, index) => valueProblems(item, inner.ofType, `${where}[${index}]`));
  }
  if (!isLeafType(inner)) {
    const hint = 'null, an empty list and an error can be canned for it; or say it of its fields.';
    return [{ message: `${where} is ${String(getNamedType(type))}: objects cannot be canned yet.`, hint }];
  }
  if (readsAnything(value))
    return [
      {
        message: `${where}: "$…" is not implemented yet in a canned value.`,
        hint: 'Write "$$" for a text that begins with a dollar.',
      },
    ];
  try {
    inner.parseValue(literalOf(value));
    inner.serialize(literalOf(value));
    return [];
  } catch (error) {
    return [{ message: `${where}: ${error instanceof Error ? error.message : String(error)}` }];
  }
}
