import {
  type DefinitionNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isUnionType,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { reservedKey, reservedPrefix } from '../../supergraph/reserved-names.ts';

/** Is this field refused on objects of the type? */
export type Denies = (typeName: string, node: FieldNode) => boolean;

/** Under it the answer to a pruned document tells of each object that could be of several types which one it is. */
export const typeAlias = reservedKey('__typename');

/**
 * The operation without what is refused: of an interface's field that is refused on some types, what is left is asked on each of the
 * others. Linear in the document: each selection is written once, and what several types are asked is a fragment that they share.
 */
export function prune(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  denies: Denies,
): DocumentNode {
  return new Pruning(schema, denies).document(document, operation);
}

const nameOfType: FieldNode = {
  kind: Kind.FIELD,
  alias: { kind: Kind.NAME, value: typeAlias },
  name: { kind: Kind.NAME, value: '__typename' },
};

class Pruning {
  readonly #schema: GraphQLSchema;
  readonly #denies: Denies;
  /** Made here. */
  readonly #fragments: FragmentDefinitionNode[] = [];

  constructor(schema: GraphQLSchema, denies: Denies) {
    this.#schema = schema;
    this.#denies = denies;
  }

  document(document: DocumentNode, operation: OperationDefinitionNode): DocumentNode {
    const definitions: DefinitionNode[] = [];
    for (const definition of document.definitions) {
      if (definition === operation) {
        const root = this.#schema.getRootType(operation.operation);
        if (root) definitions.push({ ...operation, selectionSet: this.#set(operation.selectionSet, root) });
      } else if (definition.kind === Kind.FRAGMENT_DEFINITION) {
        definitions.push({
          ...definition,
          selectionSet: this.#on(definition.typeCondition.name.value, definition.selectionSet),
        });
      }
    }
    return { ...document, definitions: [...definitions, ...this.#fragments] };
  }

  /** Of a field, or of the operation. */
  #set(set: SelectionSetNode, type: GraphQLCompositeType): SelectionSetNode {
    const selections = this.#selections(set, type);
    const tells = isAbstractType(type) || selections.length === 0; // a selection is never empty (GraphQL October 2021, 2.4)
    return { ...set, selections: tells ? [nameOfType, ...selections] : selections };
  }

  #on(typeName: string, set: SelectionSetNode): SelectionSetNode {
    const type = this.#schema.getType(typeName);
    const selections = isCompositeType(type) ? this.#selections(set, type) : [];
    return { ...set, selections: selections.length === 0 ? [nameOfType] : selections };
  }

  #selections(set: SelectionSetNode, type: GraphQLCompositeType): readonly SelectionNode[] {
    return set.selections.flatMap((node): readonly SelectionNode[] => {
      if (node.kind === Kind.FIELD) return this.#field(node, type);
      if (node.kind === Kind.FRAGMENT_SPREAD) return [node];
      return [{ ...node, selectionSet: this.#on(node.typeCondition?.name.value ?? type.name, node.selectionSet) }];
    });
  }

  #field(node: FieldNode, type: GraphQLCompositeType): readonly SelectionNode[] {
    const definition = isUnionType(type) ? undefined : type.getFields()[node.name.value];
    if (!definition) return [node]; // `__typename`, `__schema` and `__type`
    const types = isAbstractType(type) ? this.#schema.getPossibleTypes(type) : [type];
    const allowed = types.filter(({ name }) => !this.#denies(name, node));
    if (allowed.length === 0) return [];
    const below = getNamedType(definition.type);
    const left =
      node.selectionSet && isCompositeType(below)
        ? { ...node, selectionSet: this.#set(node.selectionSet, below) }
        : node;
    if (allowed.length === types.length) return [left];
    return this.#onEach(
      allowed.map(({ name }) => name),
      this.#shared(left, type.name),
    );
  }

  /** A fragment of its own, so that no nesting of such fields multiplies what is written. */
  #shared(node: FieldNode, typeName: string): SelectionNode {
    const name = { kind: Kind.NAME, value: `${reservedPrefix}_part_${this.#fragments.length}` } as const;
    this.#fragments.push({
      kind: Kind.FRAGMENT_DEFINITION,
      name,
      typeCondition: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: typeName } },
      selectionSet: { kind: Kind.SELECTION_SET, selections: [node] },
    });
    return { kind: Kind.FRAGMENT_SPREAD, name };
  }

  #onEach(typeNames: readonly string[], selection: SelectionNode): readonly SelectionNode[] {
    return typeNames.map(value => ({
      kind: Kind.INLINE_FRAGMENT,
      typeCondition: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value } },
      selectionSet: { kind: Kind.SELECTION_SET, selections: [selection] },
    }));
  }
}
