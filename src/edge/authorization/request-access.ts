import type { GraphQLSchema } from 'graphql';
import type { Supergraph } from '../../supergraph/supergraph.ts';
import type { Decisions } from './decisions.ts';

/** What a request's caller may: made by the gates of authorization. */
export interface RequestAccess {
  readonly decisions: Decisions;
  /** Entities that are not looked up for him, and of which no key is read. The request's document is then one for these alone. */
  readonly without?: NonNullable<Parameters<Supergraph['executable']>[0]>;
  /** What he is told of the schema. Absent: all of it. */
  readonly visible?: GraphQLSchema;
}
