import {
  type DocumentNode,
  type FragmentDefinitionNode,
  getOperationAST,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import type { Served } from '../handler.ts';
import { spreadOrder } from '../limits/spread-order.ts';
import { type Cost, capped } from './cost.ts';
import { GivenValues } from './given-values.ts';
import { SelectionCost } from './selection-cost.ts';
import { weightsOf } from './weights.ts';

type Variables = Readonly<Record<string, unknown>>;

/** Of one document: what its operations cost under variables that were seen. */
const maxRemembered = 64;

/**
 * What the operations of a valid document may cost, told before anything is asked ("Static Query Analysis" of the IBM GraphQL cost
 * specification). Worked out once, where variables have no part in it; else once for each combination of their values.
 */
export class StaticCost {
  readonly #document: DocumentNode;
  readonly #served: Served;
  readonly #assumedListSize: number;
  readonly #operations: readonly OperationDefinitionNode[];
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly #order: readonly string[];
  /** Of all operations, for all requests. */
  #fixed: number | undefined;
  /** Variables that costs depend on. */
  #reads: readonly string[] = [];
  readonly #remembered = new Map<string, number>();
  /** Selections that were visited so far. */
  visited = 0;

  constructor(document: DocumentNode, served: Served, assumedListSize: number) {
    this.#document = document;
    this.#served = served;
    this.#assumedListSize = assumedListSize;
    const { definitions } = document;
    this.#operations = definitions.filter(node => node.kind === Kind.OPERATION_DEFINITION);
    const fragments = definitions.filter(node => node.kind === Kind.FRAGMENT_DEFINITION);
    this.#fragments = new Map(fragments.map(node => [node.name.value, node]));
    this.#order = spreadOrder(new Map(fragments.map(node => [node.name.value, spreadsOf(node.selectionSet)])));
  }

  /** The greater of field cost and type cost, of the operation that costs most, whichever is chosen. */
  greatest(variables: Variables = {}): number {
    if (this.#fixed !== undefined) return this.#fixed;
    const key = this.#reads.length > 0 ? keyOf(this.#reads, variables) : undefined;
    const known = key === undefined ? undefined : this.#remembered.get(key);
    if (known !== undefined) return known;
    const read = new Set<string>();
    let greatest = 0;
    for (const operation of this.#operations) {
      const { field, type } = this.#cost(operation, variables, read);
      greatest = Math.max(greatest, field, type);
    }
    if (read.size === 0) this.#fixed = greatest;
    else this.#remember([...read], variables, greatest);
    return greatest;
  }

  /** Of one operation: undefined where the document has none such. */
  of(operationName: string | undefined, variables: Variables = {}): Cost | undefined {
    const operation = getOperationAST(this.#document, operationName);
    return operation ? this.#cost(operation, variables, new Set()) : undefined;
  }

  #cost(operation: OperationDefinitionNode, variables: Variables, read: Set<string>): Cost {
    const { schema } = this.#served;
    const root = schema.getRootType(operation.operation);
    if (!root) return { field: 0, type: 0 };
    const weights = weightsOf(this.#served);
    const costs = new SelectionCost({
      schema,
      weights,
      fragments: this.#fragments,
      order: this.#order,
      assumedListSize: this.#assumedListSize,
      given: new GivenValues(operation, variables, read),
    });
    const { field, type } = costs.of(operation.selectionSet, root).total;
    this.visited += costs.visited;
    const own = weights.type(root);
    return { field, type: capped(type + Math.max(0, own.near + own.far)) };
  }

  #remember(reads: readonly string[], variables: Variables, cost: number): void {
    this.#reads = reads;
    const key = keyOf(reads, variables);
    if (key === undefined) return;
    if (this.#remembered.size >= maxRemembered) this.#remembered.clear();
    this.#remembered.set(key, cost);
  }
}

/** Undefined where a value is too large to compare: then costs are worked out anew. */
function keyOf(reads: readonly string[], variables: Variables): string | undefined {
  const values = reads.map(name => (Object.hasOwn(variables, name) ? variables[name] : undefined));
  if (values.some(isLarge)) return undefined;
  return JSON.stringify(values.map(value => (value === undefined ? [] : value)));
}

function isLarge(value: unknown): boolean {
  return typeof value === 'string' ? value.length > 100 : typeof value === 'object' && value !== null;
}

function spreadsOf(selectionSet: SelectionSetNode): readonly string[] {
  const names: string[] = [];
  const visit = (selection: SelectionNode): void => {
    if (selection.kind === Kind.FRAGMENT_SPREAD) names.push(selection.name.value);
    else for (const inner of selection.selectionSet?.selections ?? []) visit(inner);
  };
  for (const selection of selectionSet.selections) visit(selection);
  return names;
}
