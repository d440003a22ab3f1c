import {
  type ArgumentNode,
  type FieldNode,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  Kind,
  type NamedTypeNode,
  type NameNode,
  type ObjectFieldNode,
  OperationTypeNode,
  parseType,
  print,
  type SelectionSetNode,
  TypeInfo,
  type VariableDefinitionNode,
  type VariableNode,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import type { CallItem } from '../../adapter/adapter.ts';
import type { Selection } from '../../adapter/selection.ts';
import type { GraphqlCall } from './schema.ts';

/** What goes over the wire: GraphQL over HTTP (September 2025 draft), 5. */
interface UpstreamOperation {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

export interface UpstreamShape {
  /** Under our names. */
  readonly schema: GraphQLSchema;
  /** The upstream's names of types, by ours, where they differ. */
  readonly upstreamNames: Readonly<Record<string, string>>;
}

/** The response key of the n-th item of a batch. */
export function aliasOf(index: number): string {
  return `_${index}`;
}

/**
 * One operation for a whole batch: each item is the root field under an alias of its own, its arguments and the variables of its
 * selection are variables under names of their own.
 */
export function operationOf(call: GraphqlCall, items: readonly CallItem[], shape: UpstreamShape): UpstreamOperation {
  const variableDefinitions: VariableDefinitionNode[] = [];
  const variables: Record<string, unknown> = Object.create(null);
  const declare = (variable: string, type: string, value: unknown) => {
    variableDefinitions.push({
      kind: Kind.VARIABLE_DEFINITION,
      variable: variableNode(variable),
      type: parseType(type),
    });
    variables[variable] = value;
  };
  const selections = items.map((item, index) => rootField(call, item, index, shape, declare));
  const document = {
    kind: Kind.OPERATION_DEFINITION,
    operation: call.kind === 'mutation' ? OperationTypeNode.MUTATION : OperationTypeNode.QUERY,
    variableDefinitions,
    selectionSet: { kind: Kind.SELECTION_SET, selections },
  } as const;
  return { query: print(underUpstreamNames(document, shape)), variables };
}

type Declare = (variable: string, type: string, value: unknown) => void;

function rootField(
  call: GraphqlCall,
  item: CallItem,
  index: number,
  shape: UpstreamShape,
  declare: Declare,
): FieldNode {
  const args: ArgumentNode[] = [];
  for (const [name, type] of Object.entries(call.args)) {
    const value = Object.hasOwn(item.args, name) ? item.args[name] : undefined;
    if (value === undefined) continue;
    const variable = `_${index}a_${name}`;
    declare(variable, type, value);
    args.push({ kind: Kind.ARGUMENT, name: nameNode(name), value: variableNode(variable) });
  }
  const field = {
    kind: Kind.FIELD,
    alias: nameNode(aliasOf(index)),
    name: nameNode(call.field),
    arguments: args,
  } as const;
  if (!item.selection) return field;
  const own = withOwnVariables(item.selection, index, declare);
  return { ...field, selectionSet: withTypeNames(own, returnType(call, shape.schema), shape.schema) };
}

/** Variables under the item's own names. What has no value is left out, as it was in the client's operation (October 2021, 6.4.1). */
function withOwnVariables(selection: Selection, index: number, declare: Declare): SelectionSetNode {
  const ownName = (name: string) => `_${index}v_${name}`;
  for (const [name, { type, value }] of Object.entries(selection.variables)) declare(ownName(name), type, value);
  const isAbsent = ({ value }: ArgumentNode | ObjectFieldNode) =>
    value.kind === Kind.VARIABLE && !Object.hasOwn(selection.variables, value.name.value);
  return visit(selection.selectionSet, {
    Argument: node => (isAbsent(node) ? null : undefined),
    ObjectField: node => (isAbsent(node) ? null : undefined),
    Variable: node =>
      Object.hasOwn(selection.variables, node.name.value)
        ? variableNode(ownName(node.name.value))
        : { kind: Kind.NULL }, // in a list, an absent value is null (October 2021, 3.11)
  });
}

/** `__typename` wherever the value's type is open, and where nothing else is selected. */
function withTypeNames(
  selectionSet: SelectionSetNode,
  type: GraphQLOutputType,
  schema: GraphQLSchema,
): SelectionSetNode {
  const typeInfo = new TypeInfo(schema, type);
  return visit(
    selectionSet,
    visitWithTypeInfo(typeInfo, {
      SelectionSet(node, _key, parent) {
        const ofField = parent === undefined || ('kind' in parent && parent.kind === Kind.FIELD);
        const isOpen = ofField && isAbstractType(getNamedType(typeInfo.getType()));
        if ((!isOpen && node.selections.length > 0) || node.selections.some(isTypeName)) return undefined;
        return { ...node, selections: [typeName, ...node.selections] };
      },
    }),
  );
}

const typeName: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } };

function isTypeName(node: SelectionSetNode['selections'][number]): boolean {
  return node.kind === Kind.FIELD && node.name.value === '__typename' && node.alias === undefined;
}

function returnType(call: GraphqlCall, schema: GraphQLSchema): GraphQLOutputType {
  const root = call.kind === 'mutation' ? schema.getMutationType() : schema.getQueryType();
  const field = root?.getFields()[call.field];
  if (!field) throw new TypeError(`The blueprint has a call without a root field: ${call.kind} ${call.field}.`);
  return field.type;
}

function underUpstreamNames<N extends Parameters<typeof print>[0]>(document: N, { upstreamNames }: UpstreamShape): N {
  if (Object.keys(upstreamNames).length === 0) return document;
  return visit(document, {
    NamedType(node): NamedTypeNode | undefined {
      const theirs = Object.hasOwn(upstreamNames, node.name.value) ? upstreamNames[node.name.value] : undefined;
      return theirs === undefined ? undefined : { kind: Kind.NAMED_TYPE, name: nameNode(theirs) };
    },
  });
}

function nameNode(value: string): NameNode {
  return { kind: Kind.NAME, value };
}

function variableNode(name: string): VariableNode {
  return { kind: Kind.VARIABLE, name: nameNode(name) };
}
