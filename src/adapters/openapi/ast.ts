import {
  type ConstDirectiveNode,
  type ConstValueNode,
  type EnumTypeDefinitionNode,
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
import type { Shape } from './shape.ts';

/** What is said of a field or an argument beside its type. */
export interface FieldNotes {
  readonly description: string | undefined;
  readonly deprecated: boolean;
  readonly default: ConstValueNode | undefined;
}

/** The few kinds of definitions that this protocol makes. */
export function objectType(
  called: string,
  description: string | undefined,
  fields: readonly FieldDefinitionNode[],
  interfaces: readonly string[] = [],
): ObjectTypeDefinitionNode {
  return {
    kind: Kind.OBJECT_TYPE_DEFINITION,
    name: name(called),
    ...described(description),
    interfaces: interfaces.map(named),
    fields,
  };
}

export function interfaceType(
  called: string,
  description: string | undefined,
  fields: readonly FieldDefinitionNode[],
): InterfaceTypeDefinitionNode {
  return { kind: Kind.INTERFACE_TYPE_DEFINITION, name: name(called), ...described(description), fields };
}

export function inputType(
  called: string,
  description: string | undefined,
  fields: readonly InputValueDefinitionNode[],
  oneOf = false,
): InputObjectTypeDefinitionNode {
  const directives = oneOf ? [directive('oneOf')] : [];
  return { kind: Kind.INPUT_OBJECT_TYPE_DEFINITION, name: name(called), ...described(description), directives, fields };
}

export function enumType(
  called: string,
  description: string | undefined,
  values: readonly string[],
): EnumTypeDefinitionNode {
  const nodes = values.map(value => ({ kind: Kind.ENUM_VALUE_DEFINITION, name: name(value) }) as const);
  return { kind: Kind.ENUM_TYPE_DEFINITION, name: name(called), ...described(description), values: nodes };
}

export function unionType(
  called: string,
  description: string | undefined,
  members: readonly string[],
): UnionTypeDefinitionNode {
  return { kind: Kind.UNION_TYPE_DEFINITION, name: name(called), ...described(description), types: members.map(named) };
}

export function scalarType(called: string): ScalarTypeDefinitionNode {
  return { kind: Kind.SCALAR_TYPE_DEFINITION, name: name(called) };
}

export function field(
  called: string,
  type: TypeNode,
  notes: FieldNotes | undefined,
  args: readonly InputValueDefinitionNode[] = [],
): FieldDefinitionNode {
  const directives = notes?.deprecated ? [directive('deprecated')] : [];
  return {
    kind: Kind.FIELD_DEFINITION,
    name: name(called),
    ...described(notes?.description),
    arguments: args,
    type,
    directives,
  };
}

/** A required argument or field of an input is never deprecated (GraphQL October 2021, 3.13.3). */
export function inputValue(called: string, type: TypeNode, notes: FieldNotes | undefined): InputValueDefinitionNode {
  const required = type.kind === Kind.NON_NULL_TYPE && notes?.default === undefined;
  return {
    kind: Kind.INPUT_VALUE_DEFINITION,
    name: name(called),
    ...described(notes?.description),
    type,
    ...(notes?.default ? { defaultValue: notes.default } : {}),
    directives: notes?.deprecated && !required ? [directive('deprecated')] : [],
  };
}

export function typeOf(shape: Shape): TypeNode {
  const type = nullableTypeOf(shape);
  return shape.nonNull ? { kind: Kind.NON_NULL_TYPE, type } : type;
}

function nullableTypeOf(shape: Shape) {
  switch (shape.kind) {
    case 'scalar':
      return named(shape.scalar);
    case 'type':
      return named(shape.name);
    case 'list':
      return { kind: Kind.LIST_TYPE, type: typeOf(shape.of) } as const;
    case 'map':
      return { kind: Kind.LIST_TYPE, type: { kind: Kind.NON_NULL_TYPE, type: named(shape.entry) } } as const;
  }
}

function named(called: string): NamedTypeNode {
  return { kind: Kind.NAMED_TYPE, name: name(called) };
}

function name(value: string): NameNode {
  return { kind: Kind.NAME, value };
}

function directive(called: string): ConstDirectiveNode {
  return { kind: Kind.DIRECTIVE, name: name(called) };
}

function described(text: string | undefined): { readonly description?: StringValueNode } {
  const value = text?.trim().replaceAll('\r\n', '\n');
  if (!value) return {};
  const block = value.includes('\n') && !/[^\t\n\x20-\uFFFF]/.test(value); // a block string has no escapes
  return { description: { kind: Kind.STRING, value, block } };
}

const mostItems = 100;

/**
 * A default of the document as a literal of the shape; undefined where it is none. Lists are bounded, since aliases can make a short
 * YAML text a long value.
 */
export function literal(
  value: unknown,
  shape: Shape,
  enumName: (type: string, wire: string) => string | undefined,
): ConstValueNode | undefined {
  if (shape.kind === 'list') {
    if (!Array.isArray(value) || value.length > mostItems) return undefined;
    const values = value.map(item => (Array.isArray(item) ? undefined : literal(item, shape.of, enumName)));
    return values.includes(undefined) ? undefined : { kind: Kind.LIST, values: values.flatMap(item => item ?? []) };
  }
  if (shape.kind === 'type') {
    const called =
      typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
        ? enumName(shape.name, String(value))
        : undefined;
    return called === undefined ? undefined : { kind: Kind.ENUM, value: called };
  }
  return shape.kind === 'scalar' ? scalarLiteral(value, shape.scalar) : undefined;
}

function scalarLiteral(value: unknown, scalar: string): ConstValueNode | undefined {
  switch (scalar) {
    case 'Boolean':
      return typeof value === 'boolean' ? { kind: Kind.BOOLEAN, value } : undefined;
    case 'Int':
      return Number.isInteger(value) && Math.abs(Number(value)) < 2 ** 31
        ? { kind: Kind.INT, value: String(value) }
        : undefined;
    case 'Int64':
      return Number.isSafeInteger(value) ? { kind: Kind.INT, value: String(value) } : undefined;
    case 'Float':
      return typeof value === 'number' && Number.isFinite(value)
        ? { kind: Kind.FLOAT, value: String(value) }
        : undefined;
    case 'String':
      return typeof value === 'string' ? { kind: Kind.STRING, value } : undefined;
    default:
      return undefined;
  }
}
