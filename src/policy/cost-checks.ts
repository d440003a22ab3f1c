import {
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLNamedType,
  getNamedType,
  getNullableType,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isObjectType,
  isScalarType,
} from 'graphql';
import { didYouMean } from '../base/suggestion.ts';
import type { AnnotatedElement, AnnotationCheck } from './annotation-checks.ts';

type Problem = ReturnType<AnnotationCheck>[number];

/** A weight is a number in a text, below nothing for arguments that make their field cheaper (IBM GraphQL cost specification, "weight"). */
export function checkCost({ annotation: { args } }: AnnotatedElement): readonly Problem[] {
  const weight = String(args['weight']);
  if (/^[-+]?\d+(\.\d+)?([eE][-+]?\d+)?$/.test(weight.trim()) && Number.isFinite(Number(weight))) return [];
  return [{ message: `@cost: the weight "${weight}" is not a number.`, hint: 'Write for example weight: "2.5".' }];
}

/** What `@listSize` names is there and tells a number of items (IBM GraphQL cost specification, "The List Size Directive"). */
export function checkListSize({ annotation: { args }, element, schema }: AnnotatedElement): readonly Problem[] {
  const [typeName = '', fieldName = ''] = element.split('.');
  const type = schema.getType(typeName);
  const field = isObjectType(type) || isInterfaceType(type) ? type.getFields()[fieldName] : undefined;
  if (!field) return []; // hidden from clients: nobody asks for it
  const assumed = args['assumedSize'];
  const slicing = textsOf(args['slicingArguments']);
  const sized = textsOf(args['sizedFields']);
  const problems: Problem[] = [];
  if (typeof assumed === 'number' && assumed < 0) problems.push({ message: '@listSize: assumedSize is below 0.' });
  if (typeof assumed !== 'number' && slicing.length === 0) {
    const hint = 'Give assumedSize or slicingArguments.';
    problems.push({ message: '@listSize says nothing: neither assumedSize nor slicingArguments is given.', hint });
  }
  if (sized.length === 0 && !isListType(getNullableType(field.type))) {
    const hint = 'Name the fields below it that do in sizedFields.';
    problems.push({ message: `@listSize: ${element} returns no list.`, hint });
  }
  problems.push(...slicing.flatMap(path => slicingProblems(path.split('.'), field, element)));
  problems.push(...sized.flatMap(name => sizedProblems(name, getNamedType(field.type))));
  return problems;
}

function slicingProblems(
  [first = '', ...steps]: readonly string[],
  { args }: GraphQLField<unknown, unknown>,
  element: string,
): readonly Problem[] {
  const argument = args.find(({ name }) => name === first);
  if (!argument) {
    const near = didYouMean(
      first,
      args.map(({ name }) => name),
    );
    return [{ message: `@listSize: ${element} has no argument "${first}".${near}` }];
  }
  let type: GraphQLInputType = argument.type;
  for (const step of steps) {
    const named = getNullableType(type);
    const inner = isInputObjectType(named) ? named.getFields()[step] : undefined;
    if (!inner) return [{ message: `@listSize: ${String(type)} has no input field "${step}".` }];
    type = inner.type;
  }
  const bare = getNullableType(type);
  if (isScalarType(bare) && wholeNumbers.has(bare.name)) return [];
  const path = [first, ...steps].join('.');
  return [{ message: `@listSize: the argument "${path}" is of the type ${String(type)}, not Int.` }];
}

/** Int, and the gateway's own scalars of whole numbers that Int does not hold. */
const wholeNumbers: ReadonlySet<string> = new Set(['Int', 'Int64', 'BigInt']);

function sizedProblems(name: string, type: GraphQLNamedType): readonly Problem[] {
  const fields = isObjectType(type) || isInterfaceType(type) ? type.getFields() : {};
  const field = fields[name];
  if (!field) {
    const near = didYouMean(name, Object.keys(fields));
    return [{ message: `@listSize: ${type.name} has no field "${name}" to be sized.${near}` }];
  }
  if (isListType(getNullableType(field.type))) return [];
  return [{ message: `@listSize: ${type.name}.${name} returns no list to be sized.` }];
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
