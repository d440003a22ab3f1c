import type { GraphQLSchema } from 'graphql';
import type { Supergraph } from '../../supergraph/supergraph.ts';
import type { Decisions } from './decisions.ts';

/** What a request's caller may: made by the gates of authorization. */
export interface RequestAccess {
  readonly decisions: Decisions;
  /** Is the request's document what was left of the operation for him? */
  readonly isPruned?: boolean;
  /** Entities that are not looked up for him. What is not pruned has no need of them, and the reference lane should not read their keys. */
  readonly without?: NonNullable<Parameters<Supergraph['executable']>[0]>;
  /** What he is told of the schema. Absent: all of it. */
  readonly visible?: GraphQLSchema;
}
