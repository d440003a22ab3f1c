import {
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLIncludeDirective,
  type GraphQLResolveInfo,
  GraphQLSkipDirective,
  getDirectiveValues,
  getNamedType,
  isCompositeType,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
  typeFromAST,
  visit,
} from 'graphql';

/**
 * What is selected of a result: fragments are inlined, `@skip` and `@include` are decided, and the variables that are left stand beside
 * it with their types and coerced values. Plain data, in the source's own names.
 */
export interface Selection {
  readonly selectionSet: SelectionSetNode;
  readonly variables: Readonly<Record<string, SelectionVariable>>;
}

export interface SelectionVariable {
  /** As SDL: `[ID!]!`. */
  readonly type: string;
  readonly value: unknown;
}

/** The selection of the field that is being resolved; undefined where it is a leaf. */
export function selectionOf(info: GraphQLResolveInfo): Selection | undefined {
  const type = getNamedType(info.returnType);
  if (!isCompositeType(type)) return undefined;
  const selections = info.fieldNodes.flatMap(node => node.selectionSet?.selections ?? []);
  const selectionSet = { kind: Kind.SELECTION_SET, selections: inline(selections, info) } as const;
  return { selectionSet, variables: usedVariables(selectionSet, info) };
}

function inline(selections: readonly SelectionNode[], info: GraphQLResolveInfo): SelectionNode[] {
  return selections.filter(node => isIncluded(node, info)).map(node => inlineNode(node, info));
}

function inlineNode(node: SelectionNode, info: GraphQLResolveInfo): SelectionNode {
  if (node.kind === Kind.FIELD) {
    const field: FieldNode = { ...node, directives: [] };
    if (!node.selectionSet) return field;
    return { ...field, selectionSet: { ...node.selectionSet, selections: inline(node.selectionSet.selections, info) } };
  }
  const fragment = node.kind === Kind.FRAGMENT_SPREAD ? fragmentOf(info, node.name.value) : node;
  return {
    kind: Kind.INLINE_FRAGMENT,
    ...(fragment.typeCondition ? { typeCondition: fragment.typeCondition } : {}),
    directives: [],
    selectionSet: { ...fragment.selectionSet, selections: inline(fragment.selectionSet.selections, info) },
  };
}

function fragmentOf(info: GraphQLResolveInfo, name: string): FragmentDefinitionNode {
  const fragment = info.fragments[name];
  if (!fragment) throw new TypeError(`The operation was not validated: fragment ${name} is missing.`);
  return fragment;
}

/** GraphQL October 2021, 6.3.2 CollectFields, steps 3.a and 3.b. */
function isIncluded(node: SelectionNode, info: GraphQLResolveInfo): boolean {
  if (getDirectiveValues(GraphQLSkipDirective, node, info.variableValues)?.['if'] === true) return false;
  return getDirectiveValues(GraphQLIncludeDirective, node, info.variableValues)?.['if'] !== false;
}

function usedVariables(selectionSet: SelectionSetNode, info: GraphQLResolveInfo): Record<string, SelectionVariable> {
  const used = new Set<string>();
  visit(selectionSet, {
    Variable(node) {
      used.add(node.name.value);
    },
  });
  const variables: Record<string, SelectionVariable> = Object.create(null);
  for (const definition of info.operation.variableDefinitions ?? []) {
    const name = definition.variable.name.value;
    if (!used.has(name) || !Object.hasOwn(info.variableValues, name)) continue;
    const type = typeFromAST(info.schema, definition.type);
    if (type) variables[name] = { type: String(type), value: info.variableValues[name] };
  }
  return variables;
}
