import {
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLOutputType,
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isSpecifiedScalarType,
} from 'graphql';
import { didYouMean } from '../base/suggestion.ts';

/** Why a field cannot be answered with an argument of its own; undefined where it can. `path`: the argument's name, and steps into it. */
export function argumentProblem(
  path: readonly string[],
  field: GraphQLField<unknown, unknown>,
  type: GraphQLOutputType,
): string | undefined {
  const text = `$args.${path.join('.')}`;
  const [name = '', ...steps] = path;
  const argument = field.args.find(each => each.name === name);
  if (!argument)
    return `${text}: there is no argument "${name}".${didYouMean(
      name,
      field.args.map(each => each.name),
    )}`;
  let from: GraphQLInputType = argument.type;
  let mayBeAbsent = false;
  for (const step of steps) {
    const owner: GraphQLInputType = getNullableType(from);
    const next = isInputObjectType(owner) ? owner.getFields()[step] : undefined;
    if (!next) return `${text}: ${String(owner)} has no "${step}".`;
    mayBeAbsent ||= !isNonNullType(from);
    from = next.type;
  }
  const fits = !(mayBeAbsent && isNonNullType(type)) && doesFit(from, type);
  return fits
    ? undefined
    : `${text} is ${String(from)}${mayBeAbsent ? ' or absent' : ''}, which is no ${String(type)}.`;
}

/** One value is a list of one. */
function doesFit(from: GraphQLInputType, to: GraphQLOutputType): boolean {
  if (isNonNullType(to)) return isNonNullType(from) && doesFit(from, to.ofType);
  const given = getNullableType(from);
  if (isListType(to)) return doesFit(isListType(given) ? given.ofType : given, getNullableType(to.ofType));
  return !isListType(given) && canBe(getNamedType(given), getNamedType(to));
}

/** Can any value of the one be a value of the other? Whether a text is one is seen when it comes. */
function canBe(from: GraphQLNamedType, to: GraphQLNamedType): boolean {
  if (!isSpecifiedScalarType(to) && !isEnumType(to)) return true; // a scalar of a source's own, JSON among them
  if (isInputObjectType(from)) return false;
  if (from.name === to.name || to.name === 'String' || to.name === 'ID') return true;
  if (from.name === 'Int' && to.name === 'Float') return true;
  return !isEnumType(from) && from.name !== 'Boolean' && from.name !== 'Int' && from.name !== 'Float';
}
