import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  GraphQLIncludeDirective,
  type GraphQLNamedType,
  type GraphQLResolveInfo,
  GraphQLSkipDirective,
  getDirectiveValues,
  getNamedType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  Kind,
  type NameNode,
  print,
  type SelectionNode,
  type SelectionSetNode,
  typeFromAST,
  visit,
} from 'graphql';

/**
 * What is selected of a result: fragments are inlined (and dissolved where they always apply), `@skip` and `@include` are decided, and the variables that are left stand beside
 * it with their types and coerced values. Plain data, in the source's own names.
 */
export interface Selection {
  readonly selectionSet: SelectionSetNode;
  readonly variables: Readonly<Record<string, SelectionVariable>>;
  /** Is it all that is read of the answer, what links and entities read among it? Told to sources that project (`Blueprint.projects`) alone. */
  readonly complete?: true;
}

export interface SelectionVariable {
  /** As SDL: `[ID!]!`. */
  readonly type: string;
  readonly value: unknown;
}

const texts = new WeakMap<SelectionSetNode, string>();

/** The same for equal selections. Of a compiled selection set, which many requests share, it is made once. */
export function selectionText({ selectionSet, variables }: Selection): string {
  let text = texts.get(selectionSet);
  if (text === undefined) {
    text = print(selectionSet);
    texts.set(selectionSet, text);
  }
  return `${text} ${JSON.stringify(variables)}`;
}

/** The selection of the field that is being resolved; undefined where it is a leaf. */
export function selectionOf(info: GraphQLResolveInfo): Selection | undefined {
  const type = getNamedType(info.returnType);
  if (!isCompositeType(type)) return undefined;
  const selections = info.fieldNodes.flatMap(node => node.selectionSet?.selections ?? []);
  const selectionSet = decided(selections, type, info);
  return { selectionSet, variables: usedVariables(selectionSet, info) };
}

/** Where nothing is left, `__typename` stands: a selection is never empty (GraphQL October 2021, 2.4). */
function decided(
  selections: readonly SelectionNode[],
  type: GraphQLNamedType | undefined,
  info: GraphQLResolveInfo,
): SelectionSetNode {
  const left = inline(selections, type, info);
  return { kind: Kind.SELECTION_SET, selections: left.length > 0 ? left : [typeName] };
}

const typeName: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } };

function inline(
  selections: readonly SelectionNode[],
  type: GraphQLNamedType | undefined,
  info: GraphQLResolveInfo,
): SelectionNode[] {
  return selections.filter(node => isIncluded(node, info)).flatMap(node => inlineNode(node, type, info));
}

/** A fragment that applies to all that its parent can be is what it holds. */
function inlineNode(
  node: SelectionNode,
  type: GraphQLNamedType | undefined,
  info: GraphQLResolveInfo,
): readonly SelectionNode[] {
  if (node.kind === Kind.FIELD) {
    const definition = isObjectType(type) || isInterfaceType(type) ? type.getFields()[node.name.value] : undefined;
    const field: FieldNode = { ...node, name: nameOf(node, definition), directives: [] };
    if (!node.selectionSet) return [field];
    return [{ ...field, selectionSet: decided(node.selectionSet.selections, getNamedType(definition?.type), info) }];
  }
  const { typeCondition, selectionSet } = node.kind === Kind.FRAGMENT_SPREAD ? fragmentOf(info, node.name.value) : node;
  const condition = typeCondition?.name.value;
  const always = !typeCondition || isObjectType(type) || condition === type?.name;
  const inner = always ? type : info.schema.getType(condition ?? '');
  const selections = inline(selectionSet.selections, inner, info);
  if (always || selections.length === 0) return selections;
  return [{ kind: Kind.INLINE_FRAGMENT, typeCondition, selectionSet: { kind: Kind.SELECTION_SET, selections } }];
}

/** A field may stand for another one of the source (its extension `standsFor`): that is what the backend knows. */
function nameOf({ name }: FieldNode, definition: GraphQLField<unknown, unknown> | undefined): NameNode {
  const standsFor = definition?.extensions['standsFor'];
  return typeof standsFor === 'string' ? { kind: Kind.NAME, value: standsFor } : name;
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
