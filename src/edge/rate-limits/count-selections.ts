import {
  type DocumentNode,
  type FieldNode,
  type GraphQLCompositeType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { FieldCollector, type FieldNodes, type Included } from '../../plan/collect-fields.ts';
import type { Answered, AnsweredType } from './count-answer.ts';
import { add, type Counts, none, raise, type Slot } from './counts.ts';
import type { DeclaredLimits } from './declared.ts';
import type { Limit } from './limit.ts';

/** What an operation selects of what is limited; and, where a limit counts by the answer, where in it. */
export interface Selected {
  readonly counts: Counts;
  readonly answered?: Answered;
}

/** The operation is too entangled to be counted. */
export class TooEntangled extends Error {}

interface Operation {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly limits: DeclaredLimits;
  /** Of the operation; empty where it has none. */
  readonly name: string;
  readonly included: Included;
}

/**
 * Steps of counting one operation. Every set of selections is counted once for each type, however often it is spread, so only who merges the
 * same fields in ever new combinations comes near.
 */
const maxSteps = 200_000;

/**
 * Counts as execution does (GraphQL October 2021, 6.3.2 CollectFields): selections of one response name are one; an alias is another. An
 * object has one type: of what is selected for several, the most of each limit counts. Throws TooEntangled.
 */
export function countSelections(
  operation: Operation,
  node: OperationDefinitionNode,
  root: GraphQLObjectType,
): Selected {
  const counting = new Counting(operation);
  return counting.object([node.selectionSet], root);
}

class Counting {
  readonly #operation: Operation;
  readonly #collector: FieldCollector;
  readonly #known = new Map<string, Selected>();
  readonly #numbers = new Map<FieldNode, number>();
  readonly #slots = new Map<Limit, Slot>();
  readonly #selectionSlots = new Map<Limit, Map<FieldNode, Slot>>();
  #steps = 0;

  constructor(operation: Operation) {
    this.#operation = operation;
    this.#collector = new FieldCollector(operation, () => this.#step());
  }

  /** All that is selected of an object, itself among it where its type is limited. */
  object(selectionSets: readonly SelectionSetNode[], type: GraphQLObjectType): Selected {
    const { type: answered, counts } = this.#object(selectionSets, type);
    return answered ? { counts, answered: new Map([[type.name, answered]]) } : { counts };
  }

  #object(selectionSets: readonly SelectionSetNode[], type: GraphQLObjectType) {
    const fields = this.#collector.collect(selectionSets, type);
    const counts = new Map<Slot, number>();
    if (fields.size === 0) return { counts };
    const here = this.#operation.limits.ofType(type.name).map(limit => this.#slot(limit));
    for (const slot of here) add(counts, slot, 1);
    const answered: AnsweredType = { names: new Set(fields.keys()), here: here.filter(byAnswer), fields: [] };
    for (const [name, nodes] of fields) {
      const { slots, below } = this.#field(nodes, type);
      for (const slot of slots) add(counts, slot, 1);
      for (const [slot, count] of below?.counts ?? none) {
        this.#step();
        add(counts, slot, count);
      }
      const counted = slots.filter(byAnswer);
      if (counted.length > 0 || below?.answered)
        answered.fields.push({ name, slots: counted, ...(below?.answered ? { below: below.answered } : {}) });
    }
    return answered.here.length + answered.fields.length > 0 ? { counts, type: answered } : { counts };
  }

  #field(nodes: FieldNodes, type: GraphQLObjectType): { readonly slots: readonly Slot[]; readonly below?: Selected } {
    const [node] = nodes;
    const definition = type.getFields()[node.name.value];
    if (!definition) return { slots: [] }; // introspection, which asks no source
    const { limits, name } = this.#operation;
    const slots = limits
      .ofField(type.name, definition.name, name)
      .map(limit =>
        limit.by.some(({ kind }) => kind === 'args') ? this.#slotAt(limit, { definition, node }) : this.#slot(limit),
      );
    const below = getNamedType(definition.type);
    return isCompositeType(below) ? { slots, below: this.#below(nodes, below) } : { slots };
  }

  /** Once for the same nodes and type, wherever they stand. */
  #below(nodes: FieldNodes, type: GraphQLCompositeType): Selected {
    const key = `${type.name} ${nodes.map(node => this.#number(node)).join(' ')}`;
    const known = this.#known.get(key);
    if (known) return known;
    const sets = nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
    const selected = isAbstractType(type) ? this.#oneOf(sets, type) : this.object(sets, type);
    this.#known.set(key, selected);
    return selected;
  }

  #oneOf(sets: readonly SelectionSetNode[], type: Parameters<GraphQLSchema['getPossibleTypes']>[0]): Selected {
    const counts = new Map<Slot, number>();
    const answered = new Map<string, AnsweredType>();
    for (const concrete of this.#operation.schema.getPossibleTypes(type)) {
      const one = this.object(sets, concrete);
      raise(counts, one.counts);
      for (const [name, each] of one.answered ?? []) answered.set(name, each);
    }
    return answered.size > 0 ? { counts, answered } : { counts };
  }

  #slot(limit: Limit): Slot {
    const slot = this.#slots.get(limit) ?? { limit };
    this.#slots.set(limit, slot);
    return slot;
  }

  #slotAt(limit: Limit, selection: NonNullable<Slot['selection']>): Slot {
    const slots = this.#selectionSlots.get(limit) ?? new Map<FieldNode, Slot>();
    this.#selectionSlots.set(limit, slots);
    const slot = slots.get(selection.node) ?? { limit, selection };
    slots.set(selection.node, slot);
    return slot;
  }

  #number(node: FieldNode): number {
    const number = this.#numbers.get(node) ?? this.#numbers.size;
    this.#numbers.set(node, number);
    return number;
  }

  #step(): void {
    this.#steps += 1;
    if (this.#steps > maxSteps) throw new TooEntangled();
  }
}

function byAnswer({ limit }: Slot): boolean {
  return limit.countBy === 'RESOLVED';
}
