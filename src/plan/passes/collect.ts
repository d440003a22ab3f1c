import {
  type DocumentNode,
  type FieldNode,
  type GraphQLAbstractType,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  type OperationDefinitionNode,
  type SelectionSetNode,
  TypeNameMetaFieldDef,
} from 'graphql';
import { FieldCollector, type FieldNodes, type Included } from '../collect-fields.ts';
import { Size } from './size.ts';
import { Unplannable } from './unplannable.ts';

/** What is asked of a value, by the client's name of each concrete type that it can be. */
export type Selected = ReadonlyMap<string, readonly SelectedField[]>;

/** A field of an answer: all that the operation says of one response key. */
export interface SelectedField {
  readonly responseKey: string;
  /** In the client's schema. */
  readonly definition: GraphQLField<unknown, unknown>;
  readonly nodes: FieldNodes;
  /** Absent: a leaf. One and the same object wherever the same nodes ask for the same type. */
  readonly below?: Selected;
}

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
  return new Collecting({ schema, document, included }).fields([operation.selectionSet], root);
}

class Collecting {
  readonly #schema: GraphQLSchema;
  readonly #collector: FieldCollector;
  readonly #numbers = new Map<FieldNode, number>();
  readonly #known = new Map<string, Selected>();
  readonly #size = new Size('fields');

  constructor(operation: Operation) {
    this.#schema = operation.schema;
    this.#collector = new FieldCollector(operation);
  }

  fields(selectionSets: readonly SelectionSetNode[], type: GraphQLObjectType): readonly SelectedField[] {
    const grouped = this.#collector.collect(selectionSets, type);
    return [...grouped].map(([responseKey, nodes]) => this.#field(responseKey, nodes, type));
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
