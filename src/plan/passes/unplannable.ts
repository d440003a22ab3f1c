import type { Unplanned, UnplannedReason } from '../plan.ts';

/** Thrown by a pass that cannot go on; caught once, in `compile.ts`. */
export class Unplannable extends Error implements Unplanned {
  readonly reason: UnplannedReason;
  readonly detail: string;

  constructor(reason: UnplannedReason, detail: string) {
    super(detail);
    this.reason = reason;
    this.detail = detail;
  }
}
