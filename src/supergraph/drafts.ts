import type { Annotation } from '../policy/annotation.ts';
import type { DirectiveUse } from '../policy/read-directive.ts';
import type { LinkDraft } from './links/link-draft.ts';

/** A source's contribution to a merged type, as written. */
export interface EntityDraft {
  readonly typeName: string;
  readonly use: DirectiveUse;
}

/** What the overlay says, by coordinates of the overlay: `Type`, `Type.field`, `Type.field.argument`. */
export interface Drafts {
  readonly renames: ReadonlyMap<string, string>;
  readonly hidden: ReadonlySet<string>;
  readonly links: readonly LinkDraft[];
  readonly entities: readonly EntityDraft[];
  readonly annotations: ReadonlyMap<string, readonly Annotation[]>;
}

/** The name a client sees of what the overlay calls `own`. */
export function clientName(drafts: Pick<Drafts, 'renames'>, coordinate: string, own: string): string {
  return drafts.renames.get(coordinate) ?? own;
}

/** A coordinate of the overlay in the client's names. */
export function clientCoordinate(drafts: Pick<Drafts, 'renames'>, written: string): string {
  const steps = written.split('.');
  return steps.map((step, index) => clientName(drafts, steps.slice(0, index + 1).join('.'), step)).join('.');
}
