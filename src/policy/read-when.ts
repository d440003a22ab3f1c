import { type GraphQLField, parseValue, valueFromASTUntyped } from 'graphql';
import { didYouMean } from '../base/suggestion.ts';
import { argumentsRead, type Condition } from './condition.ts';
import type { PolicyNames } from './policy-names.ts';
import { type ConditionProblem, readCondition } from './read-condition.ts';

interface WhenProblem {
  readonly message: string;
  readonly hint?: string;
}

/** The condition of a directive: the name of a policy of the configuration, or one as it is written there, as a literal of GraphQL. */
export function readWhen(
  written: string,
  field: GraphQLField<unknown, unknown>,
  names: PolicyNames,
): { readonly condition: Condition } | { readonly problems: readonly WhenProblem[] } {
  const read = written.trimStart().startsWith('{') ? inPlace(written) : byName(written, names);
  if ('problems' in read) return read;
  const known = field.args.map(({ name }) => name);
  const unknown = argumentsRead(read.condition).filter(name => !known.includes(name));
  if (unknown.length === 0) return read;
  const problems = unknown.map(name => {
    return { message: `when: "$args.${name}": there is no argument "${name}".${didYouMean(name, known)}` };
  });
  return { problems };
}

function byName(name: string, { conditions, policies }: PolicyNames): ReturnType<typeof readWhen> {
  const condition = conditions?.get(name);
  if (condition) return { condition };
  const hint = 'Write the name of a rule of authorization, or a condition: { equals: ["$claims.x", "y"] }.';
  if (policies.has(name))
    return {
      problems: [{ message: `when: the policy "${name}" is decided elsewhere, and not by the gateway.`, hint }],
    };
  return {
    problems: [{ message: `when: there is no policy "${name}".${didYouMean(name, conditions?.keys() ?? [])}`, hint }],
  };
}

function inPlace(written: string): ReturnType<typeof readWhen> {
  const problems: ConditionProblem[] = [];
  try {
    const condition = readCondition(valueFromASTUntyped(parseValue(written)), problems, { headers: true });
    if (condition) return { condition };
  } catch (error) {
    const message = `when: ${error instanceof Error ? error.message : String(error)}`;
    return { problems: [{ message, hint: 'A condition is a literal of GraphQL: { present: "$header.x-preview" }.' }] };
  }
  return { problems: problems.map(({ path, message }) => ({ message: `when: ${[...path, message].join(': ')}` })) };
}
