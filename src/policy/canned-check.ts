import { type GraphQLOutputType, isNonNullType } from 'graphql';
import { coordinate } from '../base/coordinate.ts';
import { errorCodes } from '../base/error.ts';
import { didYouMean } from '../base/suggestion.ts';
import type { AnnotationCheck } from './annotation-checks.ts';
import { answeredFields, cannedError } from './canned.ts';
import { type CannedProblem, cannedTemplate } from './canned-template.ts';
import { readWhen } from './read-when.ts';

/** Is what `@canned` says an answer that the field can have? */
export const checkCanned: AnnotationCheck = ({ annotation: { args }, element, schema, links, names }) => {
  const problems: CannedProblem[] = [];
  const isError = args['error'] !== undefined && args['error'] !== null;
  if (isError === Object.hasOwn(args, 'value'))
    problems.push({ message: '@canned gives a "value" or an "error": one of them.' });
  // Of what clients cannot see nothing is ever asked.
  for (const { type, field } of answeredFields(element, schema)) {
    const at = coordinate(type.name, field.name);
    if (type === schema.getSubscriptionType())
      problems.push({ message: `${at}: what a subscription tells cannot be canned.` });
    if (typeof args['when'] === 'string') {
      const when = readWhen(args['when'], field, names);
      if ('problems' in when) problems.push(...when.problems);
    }
    if (isError) problems.push(...errorProblems(String(args['error']), field.type));
    else if (Object.hasOwn(args, 'value'))
      cannedTemplate(args['value'], { element: at, field, schema, links }, problems);
  }
  const told = new Map(problems.map(problem => [problem.message, problem] as const));
  return [...told.values()];
};

function errorProblems(written: string, type: GraphQLOutputType): readonly CannedProblem[] {
  const [code = ''] = written.split(':', 1);
  if (!cannedError(written)) {
    const hint = `Write "CODE" or "CODE: message"; codes: ${errorCodes.join(' ')}.`;
    return [{ message: `"${code}" is no error code.${didYouMean(code, errorCodes)}`, hint }];
  }
  if (!isNonNullType(type)) return [];
  return [{ message: `An error leaves null, and ${String(type)} allows none.` }];
}
