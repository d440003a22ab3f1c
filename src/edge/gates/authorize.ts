import {
  type DocumentNode,
  GraphQLError,
  getOperationAST,
  type OperationDefinitionNode,
  OperationTypeNode,
} from 'graphql';
import { anonymous, isAnonymous } from '../../base/principal.ts';
import { deciding } from '../../plan/conditions.ts';
import type { Fault } from '../../plan/fault.ts';
import { Decider, type DeciderTools } from '../authorization/decider.ts';
import type { Decisions } from '../authorization/decisions.ts';
import { type Denials, OperationAccess, rulesOf } from '../authorization/operation-access.ts';
import type { AuthorizationOptions } from '../authorization/options.ts';
import { refuse } from '../authorization/refuse.ts';
import { refusal } from '../errors/refusal.ts';
import type { Gate, Handled, Handler, KnownRequest, OperationResult, Served } from '../handler.ts';
import { withAccess } from '../request/derived-request.ts';
import { eachAnswer } from '../subscriptions/response-stream.ts';
import { WrittenAnswer } from '../written-answer.ts';

type Variables = Readonly<Record<string, unknown>>;

/**
 * What a caller may not have is left out of the operation before anything is planned or sent, and told where it was asked. An operation
 * that asks for nothing but what everyone may have passes as it came.
 */
export function authorize(options: AuthorizationOptions, tools: DeciderTools): Gate<KnownRequest> {
  const decider = new Decider(options, tools);
  const known = new WeakMap<Served, WeakMap<OperationDefinitionNode, OperationAccess>>();
  const accessOf = (served: Served, document: DocumentNode, operation: OperationDefinitionNode): OperationAccess => {
    const operations = known.get(served) ?? new WeakMap<OperationDefinitionNode, OperationAccess>();
    known.set(served, operations);
    const before = operations.get(operation);
    if (before) return before;
    const access = new OperationAccess(served, document, operation, decider.policies);
    operations.set(operation, access);
    return access;
  };
  return next => request => {
    const { served, document } = request;
    if (served.access.fields.size === 0) return next(request);
    const operation = getOperationAST(document.node, request.operationName);
    if (!operation) throw new TypeError('The operation was not looked for before it is authorized.');
    const access = accessOf(served, document.node, operation);
    if (access.isFree) return next(request);
    const variables = access.variables(request.variables ?? {});
    if (!variables) return next(request); // nothing will be executed
    const sites = access.sites(variables);
    const proceed = (decisions: Decisions): Handled => {
      const denials = access.denials(sites, decisions, variables);
      if (!denials) return next(withAccess(request, { ...request.access, decisions }));
      if (denials.refuses && (mustBeWhole(operation, denials) || options.onForbidden === 'reject'))
        return refusedWhole(request);
      return within(request, decisions, denials, access, variables, next);
    };
    const decided = request.access?.decisions ?? decider.decide(request, () => rulesOf(sites));
    return decided instanceof Promise ? decided.then(proceed) : proceed(decided);
  };
}

/** A mutation is done whole or not at all, and of a subscription without its one field nothing is left. */
function mustBeWhole({ operation }: OperationDefinitionNode, { refusesRoot }: Denials): boolean {
  return operation === OperationTypeNode.MUTATION || (operation === OperationTypeNode.SUBSCRIPTION && refusesRoot);
}

/** RFC 9110, 15.5.2: who says nothing of himself is asked to. */
function refusedWhole({ principal = anonymous }: KnownRequest): OperationResult {
  const message = 'The operation asks for what you may not have: nothing of it was executed.';
  if (!isAnonymous(principal)) return refusal('FORBIDDEN', message);
  return refusal('UNAUTHENTICATED', message, { headers: { 'www-authenticate': 'Bearer' } });
}

/** Executes what is left of the operation, and completes its answer. */
function within(
  request: KnownRequest,
  decisions: Decisions,
  denials: Denials,
  access: OperationAccess,
  variables: Variables,
  next: Handler<KnownRequest>,
): Handled {
  const { served, document } = request;
  const asked = { schema: served.schema, document: document.node, operation: access.operation };
  const pruned = withAccess(
    request,
    { ...request.access, decisions, without: denials.without },
    { ...document, node: access.pruned(denials) },
  );
  if (!denials.prunes) return next(pruned);
  const complete = (done: OperationResult): OperationResult => {
    const { data } = done.result;
    if (data === null || data === undefined) return done;
    return told(done, refuse({ ...asked, included: deciding(variables) }, data));
  };
  return eachAnswer(next(pruned), complete);
}

/** The lanes tell errors in ways of their own: see `OperationResult`. */
function told(done: OperationResult, { data, faults }: ReturnType<typeof refuse>): OperationResult {
  if (done.result instanceof WrittenAnswer) {
    return { ...done, result: new WrittenAnswer(JSON.stringify(data)), faults: [...(done.faults ?? []), ...faults] };
  }
  const errors = [...(done.result.errors ?? []), ...faults.map(located)];
  return { ...done, result: errors.length > 0 ? { ...done.result, data, errors } : { ...done.result, data } };
}

function located({ error, nodes, path }: Fault): GraphQLError {
  return new GraphQLError(error.message, { nodes, path, originalError: error });
}
