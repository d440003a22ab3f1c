import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  getOperationAST,
  isAbstractType,
  isCompositeType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { isRecord } from '../../base/json.ts';
import type { KnownRequest, Served } from '../handler.ts';
import type { Cost } from './cost.ts';
import { GivenValues } from './given-values.ts';
import { type FieldWeight, type Weights, weightsOf } from './weights.ts';

/** A field of an answer, which may come from several selections. */
interface Selected {
  readonly node: FieldNode;
  readonly parent: GraphQLCompositeType;
  readonly field: FieldWeight | undefined;
  readonly selectionSets: SelectionSetNode[];
}

/** By response key: fields of different types may share one. */
type Fields = ReadonlyMap<string, readonly Selected[]>;

/**
 * What an operation did cost ("Query Response Analysis" of the IBM GraphQL cost specification): weights times what stands in the answer.
 * An object of an abstract type is told by its `__typename` where that was asked for, else by the fields that it has.
 */
export function actualCost(
  {
    served,
    document,
    operationName,
    variables = {},
  }: Pick<KnownRequest, 'served' | 'document' | 'operationName' | 'variables'>,
  data: unknown,
): Cost {
  const operation = getOperationAST(document.node, operationName);
  const root = operation && served.schema.getRootType(operation.operation);
  if (!operation || !root || !isRecord(data)) return { field: 0, type: 0 };
  const answer = new Answered(served, document.node.definitions.filter(isFragment), operation, variables);
  answer.object(data, [operation.selectionSet], root);
  const own = answer.weights.type(root);
  return { field: answer.field, type: answer.type + Math.max(0, own.near + own.far) };
}

function isFragment(node: { readonly kind: string }): node is FragmentDefinitionNode {
  return node.kind === Kind.FRAGMENT_DEFINITION;
}

class Answered {
  field = 0;
  type = 0;
  readonly weights: Weights;
  readonly #served: Served;
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly #given: GivenValues;
  /** By the first of the selection sets, which stand together always. */
  readonly #fields = new Map<SelectionSetNode, Fields>();

  constructor(
    served: Served,
    fragments: readonly FragmentDefinitionNode[],
    operation: OperationDefinitionNode,
    variables: Readonly<Record<string, unknown>>,
  ) {
    this.#served = served;
    this.weights = weightsOf(served);
    this.#fragments = new Map(fragments.map(node => [node.name.value, node]));
    this.#given = new GivenValues(operation, variables);
  }

  object(
    value: Readonly<Record<string, unknown>>,
    sets: readonly SelectionSetNode[],
    type: GraphQLCompositeType,
  ): void {
    const fields = this.#fieldsOf(sets, type);
    const named = fields.get('__typename')?.[0]?.node.name.value === '__typename' ? value['__typename'] : undefined;
    for (const [key, selected] of fields) {
      const found = Object.hasOwn(value, key) ? selected.find(({ parent }) => this.#fits(parent, named)) : undefined;
      if (found?.field) this.#value(value[key], found, found.field);
    }
  }

  #value(value: unknown, { node, selectionSets }: Selected, field: FieldWeight): void {
    const { near, far } = field.weight;
    this.field += Math.max(0, near + far + this.#given.argumentWeight(node, field, this.weights));
    this.#items(value, field, selectionSets);
  }

  #items(value: unknown, field: FieldWeight, sets: readonly SelectionSetNode[]): void {
    if (value === null || value === undefined) return;
    if (Array.isArray(value) && field.lists > 0) {
      for (const item of value) this.#items(item, field, sets);
      return;
    }
    this.type += Math.max(0, field.type.near + field.type.far);
    if (isRecord(value) && isCompositeType(field.returns)) this.object(value, sets, field.returns);
  }

  #fits(parent: GraphQLCompositeType, typeName: unknown): boolean {
    if (typeof typeName !== 'string' || parent.name === typeName) return true;
    const type = this.#served.schema.getType(typeName);
    return type !== undefined && isAbstractType(parent) && this.#served.schema.isSubType(parent, type as never); // an object's type: its own name
  }

  #fieldsOf(sets: readonly SelectionSetNode[], type: GraphQLCompositeType): Fields {
    const [first] = sets;
    const known = first && this.#fields.get(first);
    if (known) return known;
    const fields = new Map<string, Selected[]>();
    for (const set of sets) this.#collect(set, type, fields, new Set());
    if (first) this.#fields.set(first, fields);
    return fields;
  }

  #collect(
    set: SelectionSetNode,
    parent: GraphQLCompositeType,
    fields: Map<string, Selected[]>,
    seen: Set<string>,
  ): void {
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) this.#select(selection, parent, fields);
      else if (selection.kind === Kind.INLINE_FRAGMENT) {
        const named = selection.typeCondition?.name.value;
        this.#collect(selection.selectionSet, this.#typeOr(named, parent), fields, seen);
      } else if (!seen.has(selection.name.value)) {
        seen.add(selection.name.value);
        const fragment = this.#fragments.get(selection.name.value);
        if (!fragment) continue;
        const type = this.#typeOr(fragment.typeCondition.name.value, parent);
        this.#collect(fragment.selectionSet, type, fields, seen);
      }
    }
  }

  #select(node: FieldNode, parent: GraphQLCompositeType, fields: Map<string, Selected[]>): void {
    const key = node.alias?.value ?? node.name.value;
    const same = fields.get(key) ?? [];
    fields.set(key, same);
    const before = same.find(each => each.parent === parent);
    if (before) {
      if (node.selectionSet) before.selectionSets.push(node.selectionSet);
      return;
    }
    const field = this.weights.field(parent, node.name.value);
    same.push({ node, parent, field, selectionSets: node.selectionSet ? [node.selectionSet] : [] });
  }

  #typeOr(name: string | undefined, otherwise: GraphQLCompositeType): GraphQLCompositeType {
    const type = name === undefined ? undefined : this.#served.schema.getType(name);
    return isCompositeType(type) ? type : otherwise;
  }
}
