import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
  isAbstractType,
  isCompositeType,
  Kind,
  type SelectionSetNode,
} from 'graphql';
import { OpenCost } from './cost.ts';
import type { GivenValues } from './given-values.ts';
import type { FieldWeight, ListSize, Weight, Weights } from './weights.ts';

/** The size that the field above gives to some of the fields below. */
type Sizes = ReadonlyMap<string, number>;

/** What some selections cost one object, as far as the selections tell it themselves. */
class Part {
  readonly cost = new OpenCost();
  /** Of one item, by field: how many items there are may be told by the field above. */
  sizable: Map<string, OpenCost> | undefined;

  add(other: Part): void {
    this.cost.add(other.cost);
    if (other.sizable) for (const [name, perItem] of other.sizable) this.addSizable(name, perItem);
  }

  addSizable(name: string, perItem: OpenCost): void {
    this.sizable ??= new Map();
    const sum = this.sizable.get(name) ?? new OpenCost();
    sum.add(perItem);
    this.sizable.set(name, sum);
  }

  closed(sizes: Sizes, assumed: number): OpenCost {
    const closed = new OpenCost();
    closed.add(this.cost);
    if (this.sizable) {
      for (const [name, perItem] of this.sizable) {
        const size = sizes.get(name);
        closed.add(perItem.times(size ?? assumed, size !== undefined));
      }
    }
    return closed;
  }
}

/** What a selection set costs one object of its type, before it is known where it stands: so a fragment's is worked out once. */
class Entry {
  /** Of every object. */
  readonly common = new Part();
  /** Beyond that, of objects of these types. */
  byType: Map<string, Part> | undefined;

  of(type: string): Part {
    this.byType ??= new Map();
    const part = this.byType.get(type) ?? new Part();
    this.byType.set(type, part);
    return part;
  }

  /** An object has one type: the greatest counts. */
  closed(sizes: Sizes, assumed: number): OpenCost {
    const closed = this.common.closed(sizes, assumed);
    if (!this.byType) return closed;
    const most = new OpenCost();
    for (const part of this.byType.values()) most.raise(part.closed(sizes, assumed));
    closed.add(most);
    return closed;
  }
}

const noSizes: Sizes = new Map();

interface CostContext {
  readonly schema: GraphQLSchema;
  readonly weights: Weights;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  /** `spreadOrder` of the fragments. */
  readonly order: readonly string[];
  readonly assumedListSize: number;
  readonly given: GivenValues;
}

/**
 * What a selection set costs one object, of a valid document: each selection is visited once, each fragment worked out once. Fields that
 * GraphQL merges count as often as they are written; `@skip` and `@include` are taken to include.
 */
export class SelectionCost {
  readonly #context: CostContext;
  readonly #entries = new Map<string, Entry>();
  /** Selections that were visited. */
  visited = 0;

  constructor(context: CostContext) {
    this.#context = context;
    for (const name of context.order) {
      const fragment = context.fragments.get(name);
      const type = fragment && this.#type(fragment.typeCondition.name.value);
      if (type) this.#entries.set(name, this.#entry(fragment.selectionSet, type));
    }
  }

  of(selectionSet: SelectionSetNode, type: GraphQLCompositeType): OpenCost {
    return this.#entry(selectionSet, type).closed(noSizes, this.#context.assumedListSize);
  }

  #type(name: string): GraphQLCompositeType | undefined {
    const type = this.#context.schema.getType(name);
    return isCompositeType(type) ? type : undefined;
  }

  #entry({ selections }: SelectionSetNode, type: GraphQLCompositeType): Entry {
    const entry = new Entry();
    for (const selection of selections) {
      this.visited += 1;
      if (selection.kind === Kind.FIELD) this.#addField(entry.common, selection, type);
      else if (selection.kind === Kind.FRAGMENT_SPREAD) {
        const fragment = this.#context.fragments.get(selection.name.value);
        const condition = fragment && this.#type(fragment.typeCondition.name.value);
        const inner = this.#entries.get(selection.name.value);
        if (inner && condition) this.#merge(entry, inner, condition, type);
      } else {
        const condition = selection.typeCondition ? this.#type(selection.typeCondition.name.value) : type;
        if (condition) this.#merge(entry, this.#entry(selection.selectionSet, condition), condition, type);
      }
    }
    return entry;
  }

  /** What holds for objects of `condition`, into what holds for objects of `type`. */
  #merge(entry: Entry, inner: Entry, condition: GraphQLCompositeType, type: GraphQLCompositeType): void {
    const { schema } = this.#context;
    const covers = condition === type || (isAbstractType(condition) && schema.isSubType(condition, type as never)); // objects, interfaces and unions all may be asked about
    if (covers) {
      entry.common.add(inner.common);
      for (const [name, part] of inner.byType ?? []) if (this.#holds(type, name)) entry.of(name).add(part);
      return;
    }
    for (const { name } of isAbstractType(condition) ? schema.getPossibleTypes(condition) : [condition]) {
      if (!this.#holds(type, name)) continue;
      const part = entry.of(name);
      part.add(inner.common);
      const more = inner.byType?.get(name);
      if (more) part.add(more);
    }
  }

  #holds(type: GraphQLCompositeType, name: string): boolean {
    if (!isAbstractType(type)) return type.name === name;
    const inner = this.#context.schema.getType(name);
    return inner !== undefined && this.#context.schema.isSubType(type, inner as never); // a possible type's name
  }

  #addField(part: Part, node: FieldNode, parent: GraphQLCompositeType): void {
    const { weights, assumedListSize } = this.#context;
    const field = weights.field(parent, node.name.value);
    if (!field) return;
    this.#addOwn(part.cost, node, field);
    const item = openCost(field.type);
    const sizes = this.#sizesBelow(node, field);
    if (node.selectionSet && isCompositeType(field.returns)) {
      item.add(this.#entry(node.selectionSet, field.returns).closed(sizes, assumedListSize));
    }
    if (field.lists === 0) {
      part.cost.add(item);
      return;
    }
    let items = item;
    for (let inner = 1; inner < field.lists; inner += 1) items = items.times(assumedListSize, false);
    if (field.sizable) {
      part.addSizable(node.name.value, items);
      return;
    }
    const size = this.#greatest(node, field, ({ sizedFields }) => sizedFields.length === 0);
    part.cost.add(items.times(size ?? assumedListSize, size !== undefined));
  }

  /** An argument may make its field cheaper, but never less than nothing. */
  #addOwn(cost: OpenCost, node: FieldNode, field: FieldWeight): void {
    const { near, far } = field.weight;
    const args = this.#context.given.argumentWeight(node, field, this.#context.weights);
    const total = Math.max(0, near + far + args);
    const kept = args < 0 ? Math.min(total, Math.max(0, near + args)) : near;
    cost.add(ownCost(kept, total - kept));
  }

  #sizesBelow(node: FieldNode, field: FieldWeight): Sizes {
    const sized = field.sizes.filter(({ sizedFields }) => sizedFields.length > 0);
    if (sized.length === 0) return noSizes;
    const sizes = new Map<string, number>();
    for (const name of new Set(sized.flatMap(({ sizedFields }) => sizedFields))) {
      const size = this.#greatest(node, field, ({ sizedFields }) => sizedFields.includes(name));
      if (size !== undefined) sizes.set(name, size);
    }
    return sizes;
  }

  #greatest(node: FieldNode, field: FieldWeight, which: (size: ListSize) => boolean): number | undefined {
    let greatest: number | undefined;
    for (const each of field.sizes) {
      const size = which(each) ? this.#context.given.size(node, each, field.args) : undefined;
      if (size !== undefined) greatest = Math.max(greatest ?? 0, size);
    }
    return greatest;
  }
}

/** Of a type. */
function openCost({ near, far }: Weight): OpenCost {
  const cost = new OpenCost();
  cost.nearType = Math.max(0, near);
  cost.farType = Math.max(0, far);
  return cost;
}

function ownCost(near: number, far: number): OpenCost {
  const cost = new OpenCost();
  cost.nearField = near;
  cost.farField = far;
  return cost;
}
