import {
  DirectiveLocation,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isScalarType,
  isUnionType,
  Kind,
  type TypeExtensionNode,
} from 'graphql';

interface ExtensionKind {
  /** Is the type of the kind that is extended? */
  is(type: unknown): boolean;
  readonly location: DirectiveLocation;
}

/** By the kind of the extension: what it extends, and where its directives stand. */
export const extensionKinds: Readonly<Record<TypeExtensionNode['kind'], ExtensionKind>> = {
  [Kind.OBJECT_TYPE_EXTENSION]: { is: isObjectType, location: DirectiveLocation.OBJECT },
  [Kind.INTERFACE_TYPE_EXTENSION]: { is: isInterfaceType, location: DirectiveLocation.INTERFACE },
  [Kind.UNION_TYPE_EXTENSION]: { is: isUnionType, location: DirectiveLocation.UNION },
  [Kind.ENUM_TYPE_EXTENSION]: { is: isEnumType, location: DirectiveLocation.ENUM },
  [Kind.INPUT_OBJECT_TYPE_EXTENSION]: { is: isInputObjectType, location: DirectiveLocation.INPUT_OBJECT },
  [Kind.SCALAR_TYPE_EXTENSION]: { is: isScalarType, location: DirectiveLocation.SCALAR },
};
