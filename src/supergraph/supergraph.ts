import type { GraphQLSchema } from 'graphql';
import type { Subschema } from '../adapter/adapter.ts';
import type { Coordinate } from '../base/coordinate.ts';
import type { Annotations } from '../policy/annotation.ts';
import type { CannedFields } from '../policy/canned.ts';
import type { Source } from '../source/source.ts';
import type { AccessTable } from './access/access-table.ts';
import type { EntityPlan } from './links/compile-entity.ts';
import type { Origins } from './origins.ts';

/** A source that is loaded and connected. */
export interface Member {
  readonly source: Source;
  readonly subschema: Subschema<unknown, unknown>;
  /** Equal for equal texts that the description was made of. Absent: nothing was read, and the description is all there is to compare. */
  readonly digest?: string | undefined;
}

/** One revision of everything that is served: immutable, swapped whole. */
export interface Supergraph {
  /** Hexadecimal; equal for equal inputs. */
  readonly revision: string;
  /** Client-facing: what operations are validated against and compiled for. Nothing in it resolves. */
  readonly schema: GraphQLSchema;
  /**
   * The same schema as graphql-js can execute it, with a `RequestContext` as context value. Stitched, and stitch loaded, when it is
   * first asked for: most gateways never need it. `without`: entities that the caller may not look up; a field that none of the others
   * can give its object is UNAUTHORIZED_FIELD_OR_TYPE.
   */
  readonly executable: (without?: ReadonlySet<EntityPlan>) => Promise<GraphQLSchema>;
  /** By source name. */
  readonly subschemas: ReadonlyMap<string, Subschema<unknown, unknown>>;
  readonly links: readonly Link[];
  /** What is said of elements beyond their shape. */
  readonly annotations: Annotations;
  /** What is answered by nobody's asking. Absent: nothing. */
  readonly canned?: CannedFields;
  /** Who may use what. */
  readonly access: AccessTable;
  /** Where everything in the schema comes from: what operations are compiled from. */
  readonly origins: Origins;
}

/** A join of two sources, as the overlay says it: plain data, for printing. */
export interface Link {
  /** The linking field (`@resolve`) or the merged type and its key field (`@entity`), in the client's names. */
  readonly at: Coordinate;
  readonly directive: 'resolve' | 'entity';
  /** `<source>.<field>`, in the source's own names. */
  readonly call: string;
  readonly args: unknown;
  /** Absent: one call for each distinct set of arguments. */
  readonly batch?: { readonly key: string; readonly into: string; readonly match: string; readonly max: number };
  readonly select?: string;
  readonly missing: 'NULL' | 'ERROR';
}
