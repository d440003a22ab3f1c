import type { FieldNode } from 'graphql';
import { GatewayError } from '../base/error.ts';

/** An error and where it stands in the answer: data until the edge shapes it. Many faults may share one error. */
export interface Fault {
  readonly error: Error;
  readonly path: readonly (string | number)[];
  /** The field's, in the client's document. */
  readonly nodes: readonly FieldNode[];
}

/** The way down to a value, from its end: made while completing, written out for faults alone. */
export interface Path {
  readonly above: Path | undefined;
  readonly key: string | number;
}

/** `below`: an error that arose further down says how far (`GatewayError.below`). */
export function faultAt(
  error: Error,
  above: Path | undefined,
  key: string | number,
  nodes: readonly FieldNode[],
  below: boolean,
): Fault {
  const path: (string | number)[] = [key];
  for (let at = above; at; at = at.above) path.push(at.key);
  path.reverse();
  if (below && error instanceof GatewayError) path.push(...error.below);
  return { error, path, nodes };
}
