import type { DocumentNode, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import type { CannedFields } from '../policy/canned.ts';
import type { EntityOrigin, Origins } from '../supergraph/origins.ts';
import type { Decided } from '../supergraph/reference/canned-places.ts';
import type { Included } from './collect-fields.ts';
import { askedAlone } from './passes/asked-alone.ts';
import { assemble } from './passes/assemble.ts';
import { collect } from './passes/collect.ts';
import { numberSteps } from './passes/number-steps.ts';
import { selectOnRequest } from './passes/on-request.ts';
import { place } from './passes/place.ts';
import { selectProjected } from './passes/select-projected.ts';
import { selectUpstream } from './passes/select-upstream.ts';
import { Unplannable } from './passes/unplannable.ts';
import { writeOutputs } from './passes/write-outputs.ts';
import type { Plan, Unplanned } from './plan.ts';

/** What of a revision a plan is compiled from. */
export interface Compilable {
  readonly schema: GraphQLSchema;
  readonly origins: Origins;
  /** Default: nothing. */
  readonly canned?: CannedFields;
  /** Entities that may not be looked up: a field that no other source can give its object is left out. Default: none. */
  readonly without?: ReadonlySet<EntityOrigin['plan']>;
}

/**
 * Compiles an operation of a document that was validated. `included` decides `@skip` and `@include`, `decided` what is canned: a plan has no
 * conditions. Never throws: what cannot be planned says why, and is left to the reference lane.
 */
export function compilePlan(
  { schema, origins, without }: Compilable,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  included: Included,
  decided?: Decided,
): Plan | Unplanned {
  try {
    const kind = operation.operation;
    const root = schema.getRootType(kind);
    if (!root) throw new Unplannable('unreachable-field', `No source serves a ${kind}.`);

    const fields = collect({ schema, document, included }, operation, root);
    const placed = place(origins, kind, root.name, fields, decided?.answerAt, without);
    const { ids, steps, stages } = numberSteps(placed);
    const alone = askedAlone(steps);
    const selections = new Map([
      ...selectUpstream(placed, operation, alone),
      ...selectOnRequest(placed),
      ...selectProjected(placed, alone),
    ]);
    const outputs = writeOutputs(placed, ids);
    return assemble({ kind, ids, steps, alone, stages, selections, outputs });
  } catch (error) {
    if (error instanceof Unplannable) return { reason: error.reason, detail: error.detail };
    return { reason: 'compiler-error', detail: error instanceof Error ? error.message : String(error) };
  }
}

export function isPlan(compiled: Plan | Unplanned): compiled is Plan {
  return 'steps' in compiled;
}
