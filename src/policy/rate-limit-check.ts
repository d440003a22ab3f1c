import { type GraphQLField, isInterfaceType, isObjectType } from 'graphql';
import { didYouMean } from '../base/suggestion.ts';
import { schemaElement } from './annotation.ts';
import type { AnnotatedElement, AnnotationCheck } from './annotation-checks.ts';
import { type Problem, readRateLimit } from './rate-limit.ts';

/** What is wrong with a `@rateLimit` beyond the types of its arguments. */
export const checkRateLimit: AnnotationCheck = annotated => {
  const read = readRateLimit(annotated.annotation.args);
  if (!('max' in read)) return read;
  if (isHidden(annotated)) return []; // no client can select it: a glob of the configuration may mean it among others
  const field = fieldOf(annotated);
  const known = field?.args.map(({ name }) => name) ?? [];
  return read.by.flatMap((part): readonly Problem[] => {
    if (part.kind !== 'args' || known.includes(part.name)) return [];
    if (!field) return [{ message: `"$args.${part.name}" can stand on a field only, which has arguments.` }];
    const message = `${annotated.element} has no argument "${part.name}".${didYouMean(part.name, known)}`;
    return [{ message, ...(known.length > 0 ? { hint: `it has: ${known.join(', ')}` } : {}) }];
  });
};

function isHidden({ element, schema }: AnnotatedElement): boolean {
  if (element === schemaElement) return false;
  const [typeName = '', fieldName] = element.split('.');
  const type = schema.getType(typeName);
  if (fieldName === undefined || !type) return !type;
  return !('getFields' in type && Object.hasOwn(type.getFields(), fieldName));
}

function fieldOf({ element, schema }: AnnotatedElement): GraphQLField<unknown, unknown> | undefined {
  const [typeName = '', fieldName = ''] = element.split('.');
  const type = schema.getType(typeName);
  return isObjectType(type) || isInterfaceType(type) ? type.getFields()[fieldName] : undefined;
}
