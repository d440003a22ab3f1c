import {
  type ConstDirectiveNode,
  type ConstValueNode,
  type EnumTypeDefinitionNode,
  type EnumValueDefinitionNode,
  type FieldDefinitionNode,
  type InputObjectTypeDefinitionNode,
  type InputValueDefinitionNode,
  type InterfaceTypeDefinitionNode,
  Kind,
  type NamedTypeNode,
  type NameNode,
  type ObjectTypeDefinitionNode,
  type ScalarTypeDefinitionNode,
  type StringValueNode,
  type TypeNode,
  type UnionTypeDefinitionNode,
} from 'graphql';
import { fileSpecification, scalarNames } from './scalars.ts';

/** Type names that no document's own type can have: GraphQL's and our shared scalars. (`File`, which many types are called, only where files are sent.) */
export const reservedTypeNames: ReadonlySet<string> = new Set([
  'Query',
  'Mutation',
  'Subscription',
  'Int',
  'Float',
  'String',
  'Boolean',
  'ID',
  ...[...scalarNames].filter(name => name !== 'File'),
]);

/** What a definition carries beside its name. */
export interface Remarks {
  readonly description?: string | undefined;
  readonly deprecated?: boolean | undefined;
}

export function named(name: string): NamedTypeNode {
  return { kind: Kind.NAMED_TYPE, name: nameNode(name) };
}

export function nonNull(type: TypeNode): TypeNode {
  return type.kind === Kind.NON_NULL_TYPE ? type : { kind: Kind.NON_NULL_TYPE, type };
}

export function listOf(type: TypeNode): TypeNode {
  return { kind: Kind.LIST_TYPE, type };
}

export function field(
  name: string,
  type: TypeNode,
  remarks: Remarks = {},
  args: readonly InputValueDefinitionNode[] = [],
): FieldDefinitionNode {
  return { kind: Kind.FIELD_DEFINITION, name: nameNode(name), type, arguments: args, ...remarked(remarks) };
}

/** A required argument or field of an input is never deprecated (GraphQL September 2025, 3.13.3). */
export function inputValue(
  name: string,
  type: TypeNode,
  remarks: Remarks = {},
  defaultValue?: ConstValueNode,
): InputValueDefinitionNode {
  const required = type.kind === Kind.NON_NULL_TYPE && defaultValue === undefined;
  return {
    kind: Kind.INPUT_VALUE_DEFINITION,
    name: nameNode(name),
    type,
    ...(defaultValue ? { defaultValue } : {}),
    ...remarked({ ...remarks, deprecated: remarks.deprecated === true && !required }),
  };
}

export function enumValue(name: string, remarks: Remarks = {}): EnumValueDefinitionNode {
  return { kind: Kind.ENUM_VALUE_DEFINITION, name: nameNode(name), ...remarked(remarks) };
}

export function objectType(
  name: string,
  fields: readonly FieldDefinitionNode[],
  remarks: Remarks = {},
  interfaces: readonly string[] = [],
): ObjectTypeDefinitionNode {
  return {
    kind: Kind.OBJECT_TYPE_DEFINITION,
    name: nameNode(name),
    interfaces: interfaces.map(named),
    fields,
    ...remarked(remarks),
  };
}

export function interfaceType(
  name: string,
  fields: readonly FieldDefinitionNode[],
  remarks: Remarks = {},
  interfaces: readonly string[] = [],
): InterfaceTypeDefinitionNode {
  return {
    kind: Kind.INTERFACE_TYPE_DEFINITION,
    name: nameNode(name),
    interfaces: interfaces.map(named),
    fields,
    ...remarked(remarks),
  };
}

export function unionType(name: string, members: readonly string[], remarks: Remarks = {}): UnionTypeDefinitionNode {
  return { kind: Kind.UNION_TYPE_DEFINITION, name: nameNode(name), types: members.map(named), ...remarked(remarks) };
}

export function inputType(
  name: string,
  fields: readonly InputValueDefinitionNode[],
  remarks: Remarks = {},
): InputObjectTypeDefinitionNode {
  return { kind: Kind.INPUT_OBJECT_TYPE_DEFINITION, name: nameNode(name), fields, ...remarked(remarks) };
}

/** An input of which exactly one field is given (GraphQL September 2025, 3.10.1). */
export function oneOfInputType(
  name: string,
  fields: readonly InputValueDefinitionNode[],
  remarks: Remarks = {},
): InputObjectTypeDefinitionNode {
  const definition = inputType(name, fields, remarks);
  return { ...definition, directives: [...(definition.directives ?? []), directive('oneOf')] };
}

export function enumType(
  name: string,
  values: readonly EnumValueDefinitionNode[],
  remarks: Remarks = {},
): EnumTypeDefinitionNode {
  return { kind: Kind.ENUM_TYPE_DEFINITION, name: nameNode(name), values, ...remarked(remarks) };
}

export function scalarType(name: string): ScalarTypeDefinitionNode {
  const definition = { kind: Kind.SCALAR_TYPE_DEFINITION, name: nameNode(name) } as const;
  return name === 'File' ? { ...definition, directives: [specifiedBy(fileSpecification)] } : definition;
}

function remarked({ description, deprecated }: Remarks) {
  return {
    ...described(description),
    directives: deprecated ? [directive('deprecated')] : [],
  };
}

/** A block string has no escapes, so what cannot stand in one is an ordinary string. */
function described(text: string | undefined): { readonly description?: StringValueNode } {
  const value = text?.trim().replaceAll('\r\n', '\n');
  if (!value) return {};
  const block = !/[^\t\n\x20-\uFFFF]/.test(value);
  return { description: { kind: Kind.STRING, value, block } };
}

function specifiedBy(url: string): ConstDirectiveNode {
  const argument = { kind: Kind.ARGUMENT, name: nameNode('url'), value: { kind: Kind.STRING, value: url } } as const;
  return { ...directive('specifiedBy'), arguments: [argument] };
}

function directive(name: string): ConstDirectiveNode {
  return { kind: Kind.DIRECTIVE, name: nameNode(name) };
}

function nameNode(value: string): NameNode {
  return { kind: Kind.NAME, value };
}
