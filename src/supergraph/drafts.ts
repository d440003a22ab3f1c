import type { Annotation } from '../policy/annotation.ts';
import type { DirectiveUse } from '../policy/read-directive.ts';
import type { LinkDraft } from './links/link-draft.ts';
import type { Namespaces } from './namespaces.ts';

/** A source's contribution to a merged type, as written. */
export interface EntityDraft {
  readonly typeName: string;
  readonly use: DirectiveUse;
}

/** What the overlay says, and where clients find it. */
export interface Drafts extends OverlayDrafts {
  readonly namespaces: Namespaces;
}

/** What the overlay says, by coordinates of the overlay: `Type`, `Type.field`, `Type.field.argument`. */
export interface OverlayDrafts {
  readonly renames: ReadonlyMap<string, string>;
  readonly hidden: ReadonlySet<string>;
  readonly links: readonly LinkDraft[];
  readonly entities: readonly EntityDraft[];
  readonly annotations: ReadonlyMap<string, readonly Annotation[]>;
}

/** The name a client sees of what the overlay calls `own`. */
export function clientName(drafts: Pick<OverlayDrafts, 'renames'>, coordinate: string, own: string): string {
  return drafts.renames.get(coordinate) ?? own;
}

/** A coordinate of the overlay in the client's names: of a query in a namespace that of where it stands. */
export function clientCoordinate(drafts: Pick<Drafts, 'renames' | 'namespaces'>, written: string): string {
  const steps = written.split('.');
  const [parent = '', ...below] = steps.map((step, index) =>
    clientName(drafts, steps.slice(0, index + 1).join('.'), step),
  );
  return [drafts.namespaces.homes.get(steps.slice(0, 2).join('.')) ?? parent, ...below].join('.');
}
