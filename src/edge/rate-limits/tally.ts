import { type DocumentNode, getOperationAST, type OperationDefinitionNode } from 'graphql';
import { conditionsOf, deciding } from '../../plan/conditions.ts';
import type { KnownRequest, Served } from '../handler.ts';
import { countSelections, type Selected, TooEntangled } from './count-selections.ts';
import { add, type Counts, none, type Slot } from './counts.ts';
import { DeclaredLimits } from './declared.ts';
import type { RateLimitRule } from './options.ts';

type Variables = Readonly<Record<string, unknown>>;

/** What an operation counts for, made once for each document. */
export interface Tally {
  /** Does what it counts for depend on the variables' values? */
  readonly needsVariables: boolean;
  /** Undefined: it is too entangled to be counted. `variables`: coerced. */
  selected(variables: Variables): Selected | undefined;
}

/** Of one operation: one for each combination of what its conditions come to. What was made first goes first. */
const maxVariants = 16;

/** Tallies of the operations of revisions; each goes with its document. Holds nothing of a request. */
export class Tallies {
  readonly #rules: readonly RateLimitRule[];
  readonly #revisions = new WeakMap<Served['annotations'], Revision>();

  constructor(rules: readonly RateLimitRule[]) {
    this.#rules = rules;
  }

  /** Undefined: nothing of the operation is limited. */
  of({ served, document, operationName }: KnownRequest): Tally | undefined {
    if (served.annotations.size === 0 && this.#rules.length === 0) return undefined;
    const revision = this.#revision(served);
    if (revision.limits.isEmpty) return undefined;
    const operation = getOperationAST(document.node, operationName);
    if (!operation) return undefined;
    const known = revision.tallies.get(operation);
    if (known !== undefined) return known ?? undefined;
    const tally = tallyOf(served, revision.limits, document.node, operation);
    revision.tallies.set(operation, tally ?? null);
    return tally;
  }

  #revision(served: Served): Revision {
    const known = this.#revisions.get(served.annotations);
    if (known) return known;
    const revision = { limits: new DeclaredLimits(served, this.#rules), tallies: new WeakMap() };
    this.#revisions.set(served.annotations, revision);
    return revision;
  }
}

interface Revision {
  readonly limits: DeclaredLimits;
  /** Null: nothing of it is limited. */
  readonly tallies: WeakMap<OperationDefinitionNode, Tally | null>;
}

function tallyOf(
  { schema }: Served,
  limits: DeclaredLimits,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): Tally | undefined {
  const name = operation.name?.value ?? '';
  const root = schema.getRootType(operation.operation);
  const whole = new Map<Slot, number>(limits.ofOperation(name).map(limit => [{ limit }, 1]));
  if (!limits.countsSelections || !root) return whole.size > 0 ? constant({ counts: whole }) : undefined;
  const count = (included: Parameters<typeof countSelections>[0]['included']): Selected | undefined => {
    try {
      const selected = countSelections({ schema, document, limits, name, included }, operation, root);
      return { ...selected, counts: together(whole, selected.counts) };
    } catch (error) {
      if (error instanceof TooEntangled) return undefined;
      throw error;
    }
  };
  const conditions = conditionsOf(document, operation);
  if (conditions.length > 0) return conditional(conditions, count);
  const selected = count(deciding({}));
  return selected?.counts.size === 0 ? undefined : constant(selected);
}

function together(whole: Counts, selections: Counts): Counts {
  const counts = new Map(whole);
  for (const [slot, count] of selections) add(counts, slot, slot.limit.countBy === 'OPERATION' ? 1 : count);
  return counts;
}

function constant(selected: Selected | undefined): Tally {
  const slots = [...(selected?.counts ?? none).keys()];
  return { needsVariables: slots.some(({ selection }) => selection !== undefined), selected: () => selected };
}

function conditional(
  conditions: readonly string[],
  count: (included: ReturnType<typeof deciding>) => Selected | undefined,
): Tally {
  const variants = new Map<string, Selected | undefined>();
  return {
    needsVariables: true,
    selected: variables => {
      const key = conditions.map(name => String(variables[name])).join(' ');
      if (variants.has(key)) return variants.get(key);
      const selected = count(deciding(variables));
      const [oldest] = variants.keys();
      if (oldest !== undefined && variants.size >= maxVariants) variants.delete(oldest);
      variants.set(key, selected);
      return selected;
    },
  };
}
