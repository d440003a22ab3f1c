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
  parseType,
  print,
  type SelectionSetNode,
  TypeInfo,
  type TypeNode,
  type VariableNode,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import type { Selection } from '../../adapter/selection.ts';
import type { GraphqlCall } from './schema.ts';

/** What an item adds to an operation: the texts around its number, for all items of one form. */
export interface ItemForm {
  /** Definitions of its variables, `$_0a_id: ID!`. */
  readonly definitions: readonly string[];
  /** The root field under its alias, `_0: user(id: $_0a_id) { … }`. */
  readonly field: readonly string[];
  /** The arguments and the selection's variables that have a value. */
  readonly args: readonly string[];
  readonly variables: readonly string[];
}

export interface UpstreamShape {
  /** Under our names. */
  readonly schema: GraphQLSchema;
  /** The upstream's names of types, by ours, where they differ. */
  readonly upstreamNames: Readonly<Record<string, string>>;
}

/** The response key of the n-th item of a batch. */
export function aliasOf(index: number | string): string {
  return `_${index}`;
}

export function argumentVariable(index: number | string, name: string): string {
  return `_${index}a_${name}`;
}

export function selectionVariable(index: number | string, name: string): string {
  return `_${index}v_${name}`;
}

/** Stands for the item's number until it is known. No name has it, and strings are printed without it (October 2021, 2.1.9 and 2.9.4). */
const mark = '\u0000';

export function itemForm(
  call: GraphqlCall,
  args: readonly string[],
  selection: Selection | undefined,
  shape: UpstreamShape,
): ItemForm {
  const variables = Object.entries(selection?.variables ?? {});
  const definitions = [
    ...args.map(name => definition(argumentVariable(mark, name), call.args[name] ?? '', shape)),
    ...variables.map(([name, { type }]) => definition(selectionVariable(mark, name), type, shape)),
  ];
  const field: FieldNode = {
    kind: Kind.FIELD,
    alias: nameNode(aliasOf(mark)),
    name: nameNode(call.field),
    arguments: args.map(name => {
      return { kind: Kind.ARGUMENT, name: nameNode(name), value: variableNode(argumentVariable(mark, name)) };
    }),
    ...(selection
      ? { selectionSet: withTypeNames(withOwnVariables(selection), returnType(call, shape.schema), shape.schema) }
      : {}),
  };
  return {
    definitions: definitions.join(', ').split(mark),
    field: print(underUpstreamNames(field, shape)).split(mark),
    args,
    variables: variables.map(([name]) => name),
  };
}

function definition(variable: string, type: string, shape: UpstreamShape): string {
  const typeNode: TypeNode = underUpstreamNames(parseType(type), shape);
  return `$${variable}: ${print(typeNode)}`;
}

/** Variables under the item's own names. What has no value is left out, as it was in the client's operation (October 2021, 6.4.1). */
function withOwnVariables(selection: Selection): SelectionSetNode {
  const isAbsent = ({ value }: ArgumentNode | ObjectFieldNode) =>
    value.kind === Kind.VARIABLE && !Object.hasOwn(selection.variables, value.name.value);
  return visit(selection.selectionSet, {
    Argument: node => (isAbsent(node) ? null : undefined),
    ObjectField: node => (isAbsent(node) ? null : undefined),
    Variable: node =>
      Object.hasOwn(selection.variables, node.name.value)
        ? variableNode(selectionVariable(mark, node.name.value))
        : { kind: Kind.NULL }, // in a list, an absent value is null (October 2021, 3.11)
    StringValue: node => (node.block ? { ...node, block: false } : undefined),
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
  const field = rootOf(call, schema)?.getFields()[call.field];
  if (!field) throw new TypeError(`The blueprint has a call without a root field: ${call.kind} ${call.field}.`);
  return field.type;
}

function rootOf({ kind }: GraphqlCall, schema: GraphQLSchema) {
  if (kind === 'subscription') return schema.getSubscriptionType();
  return kind === 'mutation' ? schema.getMutationType() : schema.getQueryType();
}

function underUpstreamNames<N extends Parameters<typeof print>[0]>(node: N, { upstreamNames }: UpstreamShape): N {
  if (Object.keys(upstreamNames).length === 0) return node;
  return visit(node, {
    NamedType({ name }): NamedTypeNode | undefined {
      const theirs = Object.hasOwn(upstreamNames, name.value) ? upstreamNames[name.value] : undefined;
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
