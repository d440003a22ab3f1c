import type { Lookup } from '../supergraph/links/lookup.ts';
import type { EntityOrigin, LinkOrigin } from '../supergraph/origins.ts';

type LookUpStep =
  | { readonly kind: 'link'; readonly link: LinkOrigin }
  | { readonly kind: 'entity'; readonly entity: EntityOrigin };

/** How a step is looked up that is no root field: in a plan, or while one is made. */
export function lookupOf(step: LookUpStep): Lookup {
  return step.kind === 'link' ? step.link.plan.lookup : step.entity.plan.lookup;
}
