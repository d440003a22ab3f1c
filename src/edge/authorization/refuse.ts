import {
  type DocumentNode,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  isAbstractType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { isRecord, own } from '../../base/json.ts';
import { refusedAccess } from '../../base/refused-access.ts';
import { FieldCollector, type FieldNodes, type Included } from '../../plan/collect-fields.ts';
import { type Fault, faultAt, type Path } from '../../plan/fault.ts';
import { typeAlias } from './prune.ts';

type Data = Readonly<Record<string, unknown>>;

/** The answer to all of an operation. */
interface Refused {
  readonly data: Data | null;
  readonly faults: readonly Fault[];
}

/** What was asked in full. */
interface Asked {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly included: Included;
}

/**
 * Completes the answer to a pruned operation as one to the whole of it (GraphQL October 2021, 6.4): in its order, and with an error and a
 * null in the place of everything that was asked and is not there. Whatever is missing was refused: an answer of either lane has a
 * value, or a null, for all else.
 */
export function refuse(asked: Asked, data: Data): Refused {
  const root = asked.schema.getRootType(asked.operation.operation);
  if (!root) throw new TypeError('The operation was not looked for before it was executed.');
  const refusing = new Refusing(asked);
  return {
    data: refusing.object(data, root, [asked.operation.selectionSet], undefined) ?? null,
    faults: refusing.faults,
  };
}

type Grouped = ReadonlyMap<string, FieldNodes>;

class Refusing {
  readonly faults: Fault[] = [];
  readonly #asked: Asked;
  readonly #collector: FieldCollector;
  readonly #sets = new WeakMap<FieldNodes, readonly SelectionSetNode[]>();
  readonly #grouped = new WeakMap<readonly SelectionSetNode[], Map<GraphQLObjectType, Grouped>>();

  constructor(asked: Asked) {
    this.#asked = asked;
    this.#collector = new FieldCollector(asked);
  }

  /** Undefined: a field that may not be null was refused. */
  object(
    value: Data,
    type: GraphQLObjectType,
    sets: readonly SelectionSetNode[],
    at: Path | undefined,
  ): Record<string, unknown> | undefined {
    const answer: Record<string, unknown> = Object.create(null);
    const fields = type.getFields();
    for (const [key, nodes] of this.#fieldsOf(type, sets)) {
      const name = nodes[0].name.value;
      const definition = name.startsWith('__') ? undefined : fields[name];
      if (!definition) {
        answer[key] = own(value, key) ?? null;
        continue;
      }
      const completed = Object.hasOwn(value, key)
        ? this.#value(value[key], definition.type, nodes, { above: at, key })
        : this.#refused(definition.type, nodes, at, key);
      if (completed === undefined) return undefined;
      answer[key] = completed;
    }
    return answer;
  }

  #refused(
    type: GraphQLOutputType,
    nodes: FieldNodes,
    above: Path | undefined,
    key: string | number,
  ): null | undefined {
    this.faults.push(faultAt(refusedAccess, above, key, nodes, false));
    return isNonNullType(type) ? undefined : null;
  }

  /** What was null before is null for a reason of its own. Undefined: null, where none may be. */
  #value(value: unknown, type: GraphQLOutputType, nodes: FieldNodes, at: Path): unknown {
    if (value === null || value === undefined) return null;
    if (!isNonNullType(type)) return this.#present(value, type, nodes, at) ?? null;
    return this.#present(value, type.ofType, nodes, at);
  }

  #present(value: unknown, type: GraphQLOutputType, nodes: FieldNodes, at: Path): unknown {
    if (isLeafType(type)) return value;
    if (isListType(type)) return this.#list(value, type.ofType, nodes, at);
    const concrete = isRecord(value) ? this.#concrete(value, type) : undefined;
    if (concrete && isRecord(value)) return this.object(value, concrete, this.#below(nodes), at);
    this.#refused(type, nodes, at.above, at.key); // of what cannot be told it is not told
    return undefined;
  }

  #list(value: unknown, of: GraphQLOutputType, nodes: FieldNodes, at: Path): unknown {
    const items: unknown[] = [];
    for (const [index, item] of (Array.isArray(value) ? value : []).entries()) {
      const completed = this.#value(item, of, nodes, { above: at, key: index });
      if (completed === undefined) return undefined;
      items.push(completed);
    }
    return items;
  }

  #concrete(value: Data, type: GraphQLOutputType): GraphQLObjectType | undefined {
    if (isObjectType(type)) return type;
    const name = own(value, typeAlias);
    const concrete = typeof name === 'string' ? this.#asked.schema.getType(name) : undefined;
    return isAbstractType(type) && isObjectType(concrete) && this.#asked.schema.isSubType(type, concrete)
      ? concrete
      : undefined;
  }

  #below(nodes: FieldNodes): readonly SelectionSetNode[] {
    const known = this.#sets.get(nodes) ?? nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
    this.#sets.set(nodes, known);
    return known;
  }

  /** GraphQL October 2021, 6.3.2 CollectFields: once for each type that is met. */
  #fieldsOf(type: GraphQLObjectType, sets: readonly SelectionSetNode[]): Grouped {
    const byType = this.#grouped.get(sets) ?? new Map<GraphQLObjectType, Grouped>();
    this.#grouped.set(sets, byType);
    const known = byType.get(type);
    if (known) return known;
    const grouped = this.#collector.collect(sets, type);
    byType.set(type, grouped);
    return grouped;
  }
}
