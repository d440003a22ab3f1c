import { getOperationAST, OperationTypeNode } from 'graphql';
import type { KnownRequest } from '../handler.ts';

/** Is the operation that was chosen a subscription? */
export function isSubscription({ document, operationName }: Pick<KnownRequest, 'document' | 'operationName'>): boolean {
  return getOperationAST(document.node, operationName)?.operation === OperationTypeNode.SUBSCRIPTION;
}
