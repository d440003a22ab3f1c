import { type FieldNode, GraphQLError, Kind, type ValidationRule } from 'graphql';

import type { FieldWeight, Weights } from './weights.ts';

/**
 * Where an `@listSize` requires one slicing argument, a selection of its field gives exactly one (IBM GraphQL cost specification,
 * "requireOneSlicingArgument"). A default of the schema is one where the selection gives none.
 */
export function oneSlicingArgument(weights: () => Weights): ValidationRule {
  return context => ({
    Field(node) {
      const parent = context.getParentType();
      const field = parent ? weights().field(parent, node.name.value) : undefined;
      if (!field) return;
      for (const names of unmet(node, field)) {
        const list = names.map(name => `"${name}"`).join(', ');
        const message = `Field "${node.name.value}" needs exactly one of the arguments that tell its size: ${list}.`;
        context.reportError(new GraphQLError(message, { nodes: node }));
      }
    },
  });
}

function unmet(node: FieldNode, { sizes, args }: FieldWeight): readonly (readonly string[])[] {
  return sizes.flatMap(({ requireOneSlicingArgument, slicingArguments }) => {
    if (!requireOneSlicingArgument || slicingArguments.length === 0) return [];
    const given = slicingArguments.filter(path => isGiven(node, path)).length;
    const preset = args.some(
      ({ name, defaultValue }) => defaultValue != null && slicingArguments.some(([first]) => first === name),
    );
    return given === 1 || (given === 0 && preset) ? [] : [slicingArguments.map(path => path.join('.'))];
  });
}

/** What a variable holds is not known here: it counts as given. */
function isGiven(node: FieldNode, [name = '', ...steps]: readonly string[]): boolean {
  let value = node.arguments?.find(argument => argument.name.value === name)?.value;
  for (const step of steps) {
    if (value?.kind !== Kind.OBJECT) break;
    value = value.fields.find(field => field.name.value === step)?.value;
  }
  return value !== undefined && value.kind !== Kind.NULL;
}
