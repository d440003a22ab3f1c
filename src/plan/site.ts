import type { FieldNode } from 'graphql';
import type { CallName } from '../adapter/upstream-error.ts';
import { upstreamError } from '../adapter/upstream-error.ts';
import { GatewayError } from '../base/error.ts';

/** The field that a value belongs to, as errors tell it. */
export interface Site {
  readonly typeName: string;
  readonly fieldName: string;
  readonly nodes: readonly FieldNode[];
  /** Whose fault a wrong value is, where the reference lane delegates. */
  readonly blame: CallName | undefined;
}

/**
 * GraphQL October 2021, 6.4.4, in the words of graphql-js. One error for each site and not for each request: many places of many
 * answers may lack a value.
 */
export function nullIn(site: Site): Error {
  return blamed(site, new Error(`Cannot return null for non-nullable field ${site.typeName}.${site.fieldName}.`));
}

/** What is found wrong with a value: the source did not keep to its description. A GatewayError says itself what it is. */
export function blamed({ blame }: Site, error: Error): Error {
  if (!blame || error instanceof GatewayError) return error;
  return upstreamError('UPSTREAM_MALFORMED', blame, { cause: error });
}
