import {
  type ConstDirectiveNode,
  type DirectiveLocation,
  type GraphQLDirective,
  GraphQLError,
  getArgumentValues,
} from 'graphql';
import type { Diagnostic } from '../base/diagnostic.ts';
import { didYouMean } from '../base/suggestion.ts';
import { directives, implementedDirectives } from './directives.ts';

/** A use of a directive whose name, place and arguments are right; defaults are filled in. */
export interface DirectiveUse {
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly node: ConstDirectiveNode;
}

export type Problem = Pick<Diagnostic, 'code' | 'message' | 'hint'>;

/** Reads one use of a directive. Problems: DIRECTIVE_UNKNOWN, DIRECTIVE_NOT_IMPLEMENTED, DIRECTIVE_INVALID. */
export function readDirective(node: ConstDirectiveNode, location: DirectiveLocation): DirectiveUse | Problem {
  const name = node.name.value;
  const directive = usable(name);
  if ('code' in directive) return directive;
  if (!directive.locations.includes(location)) return invalid(name, `stands on ${directive.locations.join(', ')} only`);
  for (const argument of node.arguments ?? []) {
    const known = directive.args.map(arg => arg.name);
    if (known.includes(argument.name.value)) continue;
    const written = argument.name.value;
    return invalid(name, `has no argument "${written}"`, didYouMean(written, known));
  }
  try {
    return { name, args: getArgumentValues(directive, node), node };
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    return { code: 'DIRECTIVE_INVALID', message: `@${name}: ${error.message}` };
  }
}

/** A directive that can be used, or why it cannot. */
export function usable(name: string): GraphQLDirective | Problem {
  const directive = directives.get(name);
  if (!directive) {
    return {
      code: 'DIRECTIVE_UNKNOWN',
      message: `There is no directive @${name}.${didYouMean(name, directives.keys())}`,
      hint: `Known: ${[...directives.keys()].map(known => `@${known}`).join(' ')}.`,
    };
  }
  if (!implementedDirectives.has(name)) {
    return {
      code: 'DIRECTIVE_NOT_IMPLEMENTED',
      message: `@${name} is not implemented yet, and a directive is never ignored.`,
      hint: 'Remove it until a version that implements it.',
    };
  }
  return directive;
}

export function invalid(name: string, what: string, suggestion = ''): Problem {
  return { code: 'DIRECTIVE_INVALID', message: `@${name} ${what}.${suggestion}` };
}
