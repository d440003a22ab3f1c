import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLAbstractType,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  TypeNameMetaFieldDef,
} from 'graphql';
import { Size } from './size.ts';
import { Unplannable } from './unplannable.ts';

/** What is asked of a value, by the client's name of each concrete type that it can be. */
export type Selected = ReadonlyMap<string, readonly SelectedField[]>;

/** A field of an answer: all that the operation says of one response key. */
export interface SelectedField {
  readonly responseKey: string;
  /** In the client's schema. */
  readonly definition: GraphQLField<unknown, unknown>;
  readonly nodes: readonly [FieldNode, ...FieldNode[]];
  /** Absent: a leaf. One and the same object wherever the same nodes ask for the same type. */
  readonly below?: Selected;
}

/** Says whether a node's `@skip` and `@include` let it stand. */
export type Included = (node: SelectionNode) => boolean;

interface Operation {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly included: Included;
}

/** Pass 1. GraphQL October 2021, 6.3.2 CollectFields, for every concrete type that can be met: fragments and conditions are gone. */
export function collect(
  { schema, document, included }: Operation,
  operation: OperationDefinitionNode,
  root: GraphQLObjectType,
): readonly SelectedField[] {
  return new Collecting(schema, document, included).fields([operation.selectionSet], root);
}

class Collecting {
  readonly #schema: GraphQLSchema;
  readonly #included: Included;
  readonly #fragments = new Map<string, FragmentDefinitionNode>();
  readonly #numbers = new Map<FieldNode, number>();
  readonly #known = new Map<string, Selected>();
  readonly #size = new Size('fields');

  constructor(schema: GraphQLSchema, document: DocumentNode, included: Included) {
    this.#schema = schema;
    this.#included = included;
    for (const definition of document.definitions) {
      if (definition.kind === Kind.FRAGMENT_DEFINITION) this.#fragments.set(definition.name.value, definition);
    }
  }

  fields(selectionSets: readonly SelectionSetNode[], type: GraphQLObjectType): readonly SelectedField[] {
    const grouped = new Map<string, [FieldNode, ...FieldNode[]]>();
    const spread = new Set<string>();
    for (const selectionSet of selectionSets) this.#group(selectionSet, type, grouped, spread);
    return [...grouped].map(([responseKey, nodes]) => this.#field(responseKey, nodes, type));
  }

  #group(
    { selections }: SelectionSetNode,
    type: GraphQLObjectType,
    grouped: Map<string, [FieldNode, ...FieldNode[]]>,
    spread: Set<string>,
  ): void {
    for (const node of selections) {
      if (!this.#included(node)) continue;
      if (node.kind === Kind.FIELD) {
        const key = node.alias?.value ?? node.name.value;
        const nodes = grouped.get(key);
        if (nodes) nodes.push(node);
        else grouped.set(key, [node]);
        continue;
      }
      const fragment = node.kind === Kind.INLINE_FRAGMENT ? node : this.#fragment(node.name.value, spread);
      if (!fragment || !this.#applies(fragment.typeCondition?.name.value, type)) continue;
      this.#group(fragment.selectionSet, type, grouped, spread);
    }
  }

  /** Undefined where it was spread here before. */
  #fragment(name: string, spread: Set<string>): FragmentDefinitionNode | undefined {
    if (spread.has(name)) return undefined;
    spread.add(name);
    return this.#fragments.get(name);
  }

  #applies(condition: string | undefined, type: GraphQLObjectType): boolean {
    if (condition === undefined || condition === type.name) return true;
    const conditional = this.#schema.getType(condition);
    return isAbstractType(conditional) && this.#schema.isSubType(conditional, type);
  }

  #field(responseKey: string, nodes: SelectedField['nodes'], type: GraphQLObjectType): SelectedField {
    this.#size.add();
    const name = nodes[0].name.value;
    if (name === '__typename') return { responseKey, definition: TypeNameMetaFieldDef, nodes };
    if (name === '__schema' || name === '__type') throw new Unplannable('introspection', `The operation asks ${name}.`);
    const definition = type.getFields()[name];
    if (!definition) throw new TypeError(`The operation was not validated: ${type.name} has no ${name}.`);
    const below = getNamedType(definition.type);
    if (!isCompositeType(below)) return { responseKey, definition, nodes };
    return { responseKey, definition, nodes, below: this.#below(nodes, below) };
  }

  #below(nodes: SelectedField['nodes'], type: GraphQLObjectType | GraphQLAbstractType): Selected {
    const key = `${type.name} ${nodes.map(node => this.#number(node)).join(' ')}`;
    const known = this.#known.get(key);
    if (known) return known;
    const sets = nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
    const types = isAbstractType(type) ? this.#schema.getPossibleTypes(type) : [type];
    const selected = new Map(types.map(concrete => [concrete.name, this.fields(sets, concrete)] as const));
    this.#known.set(key, selected);
    return selected;
  }

  #number(node: FieldNode): number {
    const number = this.#numbers.get(node) ?? this.#numbers.size;
    this.#numbers.set(node, number);
    return number;
  }
}
