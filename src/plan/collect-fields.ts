import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLObjectType,
  type GraphQLSchema,
  isAbstractType,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

/** Says whether a node's `@skip` and `@include` let it stand. */
export type Included = (node: SelectionNode) => boolean;

/** All that asks for one response name. */
export type FieldNodes = readonly [FieldNode, ...FieldNode[]];

interface Collectable {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly included: Included;
}

type Grouped = Map<string, [FieldNode, ...FieldNode[]]>;

/** GraphQL October 2021, 6.3.2 CollectFields, of one document. */
export class FieldCollector {
  readonly #schema: GraphQLSchema;
  readonly #included: Included;
  readonly #fragments = new Map<string, FragmentDefinitionNode>();
  readonly #met: (() => void) | undefined;

  /** `met` is told of every selection that is looked at, for who bounds them. */
  constructor({ schema, document, included }: Collectable, met?: () => void) {
    this.#schema = schema;
    this.#included = included;
    this.#met = met;
    for (const definition of document.definitions) {
      if (definition.kind === Kind.FRAGMENT_DEFINITION) this.#fragments.set(definition.name.value, definition);
    }
  }

  /** What is selected of an object of the type, by response name. */
  collect(selectionSets: readonly SelectionSetNode[], type: GraphQLObjectType): ReadonlyMap<string, FieldNodes> {
    const grouped: Grouped = new Map();
    const spread = new Set<string>();
    for (const selectionSet of selectionSets) this.#group(selectionSet, type, grouped, spread);
    return grouped;
  }

  #group({ selections }: SelectionSetNode, type: GraphQLObjectType, grouped: Grouped, spread: Set<string>): void {
    for (const node of selections) {
      this.#met?.();
      if (!this.#included(node)) continue;
      if (node.kind === Kind.FIELD) {
        const name = node.alias?.value ?? node.name.value;
        const nodes = grouped.get(name);
        if (nodes) nodes.push(node);
        else grouped.set(name, [node]);
        continue;
      }
      const fragment = node.kind === Kind.INLINE_FRAGMENT ? node : this.#fragment(node.name.value, spread);
      if (fragment && doesFragmentApply(this.#schema, fragment.typeCondition?.name.value, type))
        this.#group(fragment.selectionSet, type, grouped, spread);
    }
  }

  /** Undefined where it was spread here before. */
  #fragment(name: string, spread: Set<string>): FragmentDefinitionNode | undefined {
    if (spread.has(name)) return undefined;
    spread.add(name);
    return this.#fragments.get(name);
  }
}

/** GraphQL October 2021, 6.3.2 DoesFragmentTypeApply; a fragment without a condition applies. */
export function doesFragmentApply(
  schema: GraphQLSchema,
  condition: string | undefined,
  type: GraphQLObjectType,
): boolean {
  if (condition === undefined || condition === type.name) return true;
  const conditional = schema.getType(condition);
  return isAbstractType(conditional) && schema.isSubType(conditional, type);
}
