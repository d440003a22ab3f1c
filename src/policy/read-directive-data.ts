import {
  coerceInputValue,
  type DirectiveLocation,
  type GraphQLArgument,
  type GraphQLDirective,
  type GraphQLError,
  GraphQLString,
  getNamedType,
  isNonNullType,
} from 'graphql';
import { isRecord } from '../base/json.ts';
import { didYouMean } from '../base/suggestion.ts';
import { shapingDirectives } from './directives.ts';
import { invalid, type Problem, usable } from './read-directive.ts';

/** A directive that is written as data; defaults are filled in. */
export interface DirectiveData {
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
}

/**
 * Reads a directive that stands in a document or a configuration as data: `true`, a map of its arguments, or the value of its first
 * argument alone. A list of maps is as many uses, where the directive is repeatable. Problems: as of `readDirective`, and
 * DIRECTIVE_INVALID for those that shape the supergraph: only an overlay has them.
 */
export function readDirectiveData(
  name: string,
  value: unknown,
  location: DirectiveLocation,
): readonly DirectiveData[] | Problem {
  const directive = usable(name);
  if ('code' in directive) return directive;
  if (shapingDirectives.has(name)) return invalid(name, 'stands in an overlay only');
  if (!directive.locations.includes(location)) return invalid(name, `stands on ${directive.locations.join(', ')} only`);
  const several = directive.isRepeatable && Array.isArray(value) && value.length > 0 && value.every(isRecord);
  const read: DirectiveData[] = [];
  for (const one of several ? value : [value]) {
    const found = readArguments(directive, one);
    if ('code' in found) return found;
    read.push({ name, ...found });
  }
  return read;
}

function readArguments(directive: GraphQLDirective, value: unknown): Problem | Pick<DirectiveData, 'args'> {
  const written = asArguments(directive, value);
  if (written === undefined) {
    const hint = directive.args.length === 0 ? ' Write true.' : ' Write a map of its arguments.';
    return invalid(directive.name, `cannot be ${JSON.stringify(value) ?? 'nothing'} here`, hint);
  }
  const known = directive.args.map(arg => arg.name);
  for (const key of Object.keys(written)) {
    if (!known.includes(key)) return invalid(directive.name, `has no argument "${key}"`, didYouMean(key, known));
  }
  const args: Record<string, unknown> = Object.create(null);
  for (const arg of directive.args) {
    if (!Object.hasOwn(written, arg.name)) {
      if (arg.defaultValue !== undefined) args[arg.name] = arg.defaultValue;
      else if (isNonNullType(arg.type)) return invalid(directive.name, `needs the argument "${arg.name}"`);
      continue;
    }
    let fault: GraphQLError | undefined;
    args[arg.name] = coerceInputValue(asText(written[arg.name], arg), arg.type, (_path, _value, error) => {
      fault ??= error;
    });
    if (fault)
      return invalid(directive.name, `has a wrong argument "${arg.name}": ${fault.message.replace(/\.$/, '')}`);
  }
  return { args };
}

function asArguments(directive: GraphQLDirective, value: unknown): Readonly<Record<string, unknown>> | undefined {
  if (value === true) return {};
  if (isRecord(value)) return value;
  const [first] = directive.args;
  return first && value !== false && value !== null && value !== undefined ? { [first.name]: value } : undefined;
}

/** What a YAML file has unquoted, and Apollo's `@cost(weight: 5)`, are the text that they are written as. */
function asText(value: unknown, { type }: GraphQLArgument): unknown {
  return typeof value === 'number' && getNamedType(type) === GraphQLString ? String(value) : value;
}
