import { execute } from 'graphql';
import { requestContext } from '../adapter/request-context.ts';
import type { Handler, KnownRequest } from './handler.ts';
import { refusals } from './refusal.ts';

/** Of the variables of one request: more would only repeat. */
const maxCoercionErrors = 5;

/** The innermost handler: runs the operation against the revision that the request was given. */
export function executor(maxBackendCalls: number): Handler<KnownRequest> {
  return async request => {
    const { id, signal, deadline, headers } = request;
    const context = requestContext({ signal, deadline, headers, requestId: id }, maxBackendCalls);
    const result = await execute({
      schema: request.served.schema,
      document: request.document.node,
      operationName: request.operationName,
      variableValues: request.variables,
      contextValue: context,
      options: { maxCoercionErrors },
    });
    // Without data nothing was executed: the variables did not fit (GraphQL October 2021, 6.1.2).
    if (result.data === undefined) return refusals('BAD_USER_INPUT', result.errors ?? []);
    return { result, status: 200, backendCalls: context.budget.spent };
  };
}
