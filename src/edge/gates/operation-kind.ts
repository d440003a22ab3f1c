import { getOperationAST, OperationTypeNode } from 'graphql';
import { refusal } from '../errors/refusal.ts';
import type { Gate, KnownRequest } from '../handler.ts';

/** Is there one operation to execute, and may it be executed this way? (GraphQL October 2021, 6.1; GraphQL over HTTP, 5.3.) */
export const operationKind: Gate<KnownRequest> = next => request => {
  const operation = getOperationAST(request.document.node, request.operationName);
  if (!operation) {
    const message =
      request.operationName === undefined
        ? 'The document has no operation, or several: "operationName" must say which one to execute.'
        : `The document has no operation of the given "operationName".`;
    return refusal('OPERATION_RESOLUTION_FAILURE', message);
  }
  if (!request.served.schema.getRootType(operation.operation)) {
    return refusal('OPERATION_RESOLUTION_FAILURE', `The schema has no ${operation.operation} type.`);
  }
  if (operation.operation === OperationTypeNode.SUBSCRIPTION && request.streams !== true) {
    const message = 'A subscription is answered as a stream: ask for "accept: text/event-stream".';
    return refusal('BAD_REQUEST', message, { status: 406 });
  }
  if (operation.operation === OperationTypeNode.MUTATION && request.method === 'GET') {
    return refusal('BAD_REQUEST', 'A mutation cannot be sent by GET; use POST.', {
      status: 405,
      headers: { allow: 'POST' },
    });
  }
  return next(request);
};
