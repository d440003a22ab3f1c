import { type FieldNode, GraphQLError, getLocation } from 'graphql';
import { type ErrorCode, type ErrorDetails, GatewayError } from '../../base/error.ts';
import type { Fault } from '../../plan/fault.ts';
import type { AnswerError } from '../handler.ts';

/** How an error looks to the client, and where it comes from: the root is for the log. */
export interface ShapedError {
  readonly shown: AnswerError;
  readonly code: ErrorCode;
  readonly root: unknown;
  /** Is it the client's own doing, with nothing behind it that an operator would want to read? */
  readonly clientFault: boolean;
}

const masked = 'Internal server error.';
const unfit = 'The source answered with a value that does not fit the schema.';

/**
 * Any error in the terms of the closed list of codes. Only a GatewayError speaks for itself; what graphql-js says is told by where it
 * says it; everything else is our own bug, of which a client learns the correlation id and nothing more.
 */
export function shapeError(error: unknown, requestId: string): readonly ShapedError[] {
  const several = severalOf(error);
  if (several) return several.flatMap(inner => shapeError(locatedLike(inner, error), requestId));
  const { told, ...rest } = tellingOf(error, requestId);
  const located = error instanceof GraphQLError ? error : undefined;
  const shown = new GraphQLError(told.message, {
    nodes: located?.nodes ?? null,
    source: located?.source ?? null,
    positions: located?.positions ?? null,
    path: located?.path ?? null,
    extensions: told.extensions,
  });
  return [{ shown, ...rest }];
}

/** What is told of an error, wherever it stands. */
interface Telling extends Omit<ShapedError, 'shown'> {
  readonly told: Pick<AnswerError, 'message' | 'extensions'>;
}

function tellingOf(error: unknown, requestId: string): Telling {
  const { code, message, details, root } = judge(error);
  const fromOutside = code.startsWith('UPSTREAM_') || details.source !== undefined;
  const correlated = fromOutside || code === 'INTERNAL_SERVER_ERROR';
  const extensions = { code, ...details, ...(correlated ? { correlationId: requestId } : {}) };
  return { told: { message, extensions }, code, root, clientFault: !correlated };
}

/** Faults of one operation in the same terms: plain data, judged once for each error and located once for each field. */
export function shapeFaults(faults: readonly Fault[], requestId: string): readonly ShapedError[] {
  const judged = new Map<Error, Telling>();
  const located = new Map<readonly FieldNode[], AnswerError['locations']>();
  const shaped: ShapedError[] = [];
  for (const { error, path, nodes } of faults) {
    if (severalOf(error)) {
      shaped.push(...shapeError(new GraphQLError(error.message, { nodes, path, originalError: error }), requestId));
      continue;
    }
    let known = judged.get(error);
    if (!known) {
      known = tellingOf(error, requestId);
      judged.set(error, known);
    }
    let locations = located.get(nodes);
    if (!locations) {
      locations = locationsOf(nodes);
      located.set(nodes, locations);
    }
    const { told, code, root, clientFault } = known;
    const { message, extensions } = told;
    shaped.push({ shown: { message, locations, path, extensions }, code, root, clientFault });
  }
  return shaped;
}

function locationsOf(nodes: readonly FieldNode[]): NonNullable<AnswerError['locations']> {
  return nodes.flatMap(({ loc }) => (loc ? [getLocation(loc.source, loc.start)] : []));
}

interface Judgement {
  readonly code: ErrorCode;
  readonly message: string;
  readonly details: ErrorDetails;
  readonly root: unknown;
}

function judge(error: unknown): Judgement {
  const root = rootOf(error);
  if (root instanceof GatewayError && root.code !== 'INTERNAL_SERVER_ERROR') {
    return { code: root.code, message: root.message, details: root.details, root };
  }
  if (root instanceof GraphQLError && isArgumentFault(root)) {
    return { code: 'BAD_USER_INPUT', message: root.message, details: {}, root };
  }
  if (root instanceof Error && isNullInNonNull(root)) {
    return { code: 'UPSTREAM_MALFORMED', message: root.message, details: {}, root };
  }
  if (root instanceof GraphQLError || (root instanceof Error && isUnserialisable(root))) {
    return { code: 'UPSTREAM_MALFORMED', message: unfit, details: {}, root };
  }
  return { code: 'INTERNAL_SERVER_ERROR', message: masked, details: {}, root };
}

/** The first GatewayError on the way in, else the innermost error. */
function rootOf(error: unknown): unknown {
  let root = error;
  while (root instanceof GraphQLError && root.originalError) root = root.originalError;
  return root;
}

/** graphql-js, `getArgumentValues`: an argument that only a variable's value makes wrong. */
function isArgumentFault(error: GraphQLError): boolean {
  return error.nodes !== undefined && /^Argument "/.test(error.message);
}

/** graphql-js, `completeValue` (GraphQL October 2021, 6.4.4). Its message names the coordinate and nothing of the backend. */
function isNullInNonNull(error: Error): boolean {
  return error.message.startsWith('Cannot return null for non-nullable field ');
}

/** graphql-js, `completeLeafValue`. */
function isUnserialisable(error: Error): boolean {
  return /^Expected `.+\.serialize\(/.test(error.message);
}

/** Delegation joins the errors of one place in an AggregateError. */
function severalOf(error: unknown): readonly unknown[] | undefined {
  const root = rootOf(error);
  return root instanceof AggregateError && root.errors.length > 0 ? root.errors : undefined;
}

/** One of several errors, at the place of them all. */
function locatedLike(inner: unknown, outer: unknown): unknown {
  if (!(outer instanceof GraphQLError)) return inner;
  return new GraphQLError(inner instanceof Error ? inner.message : masked, {
    nodes: outer.nodes ?? null,
    path: outer.path ?? null,
    originalError:
      inner instanceof Error ? inner : new TypeError('A value that is no error was thrown.', { cause: inner }),
  });
}
