import {
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import type { Included } from './collect-fields.ts';

/** The variables that decide over selections of an operation: each once, in the order in which the operation names them. */
export function conditionsOf(document: DocumentNode, operation: OperationDefinitionNode): readonly string[] {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  const found = new Set<string>();
  const reached = new Set<string>();
  const open: SelectionSetNode[] = [operation.selectionSet];
  for (let at = open.pop(); at; at = open.pop()) {
    for (const node of at.selections) {
      for (const { value } of conditionsAt(node)) if (value.kind === Kind.VARIABLE) found.add(value.name.value);
      if (node.kind !== Kind.FRAGMENT_SPREAD) {
        if (node.selectionSet) open.push(node.selectionSet);
        continue;
      }
      const fragment = fragments.get(node.name.value);
      if (!fragment || reached.has(node.name.value)) continue;
      reached.add(node.name.value);
      open.push(fragment.selectionSet);
    }
  }
  const named = (operation.variableDefinitions ?? []).map(({ variable }) => variable.name.value);
  return named.filter(name => found.has(name));
}

/** GraphQL October 2021, 3.13.1 and 3.13.2, with the values of those variables: each is a Boolean. */
export function deciding(variableValues: Readonly<Record<string, unknown>>): Included {
  return node =>
    conditionsAt(node).every(({ directive, value }) => {
      const holds = value.kind === Kind.VARIABLE ? variableValues[value.name.value] === true : isTrue(value);
      return holds === (directive === 'include');
    });
}

/** Can the node be selected, whatever the variables are? */
export const mayBeIncluded: Included = node =>
  conditionsAt(node).every(
    ({ directive, value }) => value.kind === Kind.VARIABLE || isTrue(value) === (directive === 'include'),
  );

function conditionsAt({ directives = [] }: SelectionNode) {
  return directives.flatMap(directive => {
    const name = directive.name.value;
    if (name !== 'skip' && name !== 'include') return [];
    return (directive.arguments ?? []).map(argument => ({ directive: name, value: argument.value }));
  });
}

function isTrue(value: ReturnType<typeof conditionsAt>[number]['value']): boolean {
  return value.kind === Kind.BOOLEAN && value.value;
}
