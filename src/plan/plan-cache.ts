import {
  type DocumentNode,
  type GraphQLSchema,
  getOperationAST,
  type OperationDefinitionNode,
  type VariableDefinitionNode,
} from 'graphql';
import { CannedPlaces, type Decided } from '../supergraph/reference/canned-places.ts';
import { type Compilable, compilePlan } from './compile.ts';
import { conditionsOf, deciding } from './conditions.ts';
import type { Plan, Unplanned } from './plan.ts';

/** Plans of one operation: one for each combination of what its conditions, and those of what is canned, came to. What was made first goes first. */
const maxVariants = 16;

type Variables = Readonly<Record<string, unknown>>;

/** An operation that is ready to run as often as it is asked. */
export interface Prepared {
  readonly operation: OperationDefinitionNode;
  readonly variableDefinitions: readonly VariableDefinitionNode[];
  /** Absent: nothing is canned. */
  readonly canned?: CannedPlaces;
  /** `variableValues`: coerced, as graphql-js's `getVariableValues` gives them. `decided`: of `canned`. */
  plan(variableValues: Variables, decided?: Decided): Plan | Unplanned;
}

/**
 * Plans by operation: each is compiled when it is first asked for, and lives as long as the document that it is in. Holds nothing of a
 * request.
 */
export class Plans {
  readonly #prepared = new WeakMap<GraphQLSchema, WeakMap<OperationDefinitionNode, Prepared>>();

  /** The document is valid. Undefined: it has no such operation, or none was named of several (GraphQL October 2021, 6.1). */
  prepare(served: Compilable, document: DocumentNode, operationName?: string | null): Prepared | undefined {
    const operation = getOperationAST(document, operationName);
    if (!operation) return undefined;
    const known = this.#prepared.get(served.schema) ?? new WeakMap<OperationDefinitionNode, Prepared>();
    this.#prepared.set(served.schema, known);
    const before = known.get(operation);
    if (before) return before;
    const prepared = prepare(served, document, operation);
    known.set(operation, prepared);
    return prepared;
  }
}

function prepare(served: Compilable, document: DocumentNode, operation: OperationDefinitionNode): Prepared {
  const conditions = conditionsOf(document, operation);
  const variants = new Map<string, Plan | Unplanned>();
  return {
    operation,
    variableDefinitions: operation.variableDefinitions ?? [],
    ...(served.canned ? { canned: new CannedPlaces(served.schema, served.canned, document) } : {}),
    plan: (variableValues, decided) => {
      const included = conditions.map(name => String(variableValues[name])).join(' ');
      const key = decided ? `${included};${decided.key}` : included;
      const known = variants.get(key);
      if (known) return known;
      const undecided = conditions.find(name => typeof variableValues[name] !== 'boolean');
      const compiled: Plan | Unplanned =
        undecided === undefined
          ? compilePlan(served, document, operation, deciding(variableValues), decided)
          : { reason: 'null-condition', detail: `The variable $${undecided} of a condition is null.` };
      const [oldest] = variants.keys();
      if (oldest !== undefined && variants.size >= maxVariants) variants.delete(oldest);
      variants.set(key, compiled);
      return compiled;
    },
  };
}
