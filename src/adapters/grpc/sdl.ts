import {
  type ConstDirectiveNode,
  type EnumValueDefinitionNode,
  type FieldDefinitionNode,
  type InputValueDefinitionNode,
  Kind,
  type NameNode,
  type StringValueNode,
  type TypeDefinitionNode,
  type TypeNode,
} from 'graphql';

/** What a declaration carries beside its name. */
interface Remarks {
  readonly description?: string | undefined;
  readonly deprecated?: boolean;
  readonly oneOf?: boolean;
}

export function named(name: string): TypeNode {
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

/** A required argument or input field cannot be deprecated (GraphQL September 2025, 3.13.3). */
export function inputValue(name: string, type: TypeNode, remarks: Remarks = {}): InputValueDefinitionNode {
  const deprecated = remarks.deprecated === true && type.kind !== Kind.NON_NULL_TYPE;
  return { kind: Kind.INPUT_VALUE_DEFINITION, name: nameNode(name), type, ...remarked({ ...remarks, deprecated }) };
}

export function enumValue(name: string, remarks: Remarks = {}): EnumValueDefinitionNode {
  return { kind: Kind.ENUM_VALUE_DEFINITION, name: nameNode(name), ...remarked(remarks) };
}

export function objectType(
  name: string,
  fields: readonly FieldDefinitionNode[],
  remarks: Remarks = {},
): TypeDefinitionNode {
  return { kind: Kind.OBJECT_TYPE_DEFINITION, name: nameNode(name), fields, ...remarked(remarks) };
}

export function inputType(
  name: string,
  fields: readonly InputValueDefinitionNode[],
  remarks: Remarks = {},
): TypeDefinitionNode {
  return { kind: Kind.INPUT_OBJECT_TYPE_DEFINITION, name: nameNode(name), fields, ...remarked(remarks) };
}

export function enumType(
  name: string,
  values: readonly EnumValueDefinitionNode[],
  remarks: Remarks = {},
): TypeDefinitionNode {
  return { kind: Kind.ENUM_TYPE_DEFINITION, name: nameNode(name), values, ...remarked(remarks) };
}

export function scalarType(name: string): TypeDefinitionNode {
  return { kind: Kind.SCALAR_TYPE_DEFINITION, name: nameNode(name) };
}

function remarked({ description, deprecated, oneOf }: Remarks) {
  const directives: ConstDirectiveNode[] = [];
  if (deprecated) directives.push({ kind: Kind.DIRECTIVE, name: nameNode('deprecated') });
  if (oneOf) directives.push({ kind: Kind.DIRECTIVE, name: nameNode('oneOf') });
  const text: StringValueNode | undefined =
    description === undefined ? undefined : { kind: Kind.STRING, value: description, block: true };
  return { directives, ...(text ? { description: text } : {}) };
}

function nameNode(value: string): NameNode {
  return { kind: Kind.NAME, value };
}
