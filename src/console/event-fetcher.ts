import type { Fetcher, FetcherParams } from '@graphiql/toolkit';
import { getOperationAST, parse } from 'graphql';
import { createClient } from 'graphql-sse';

/** Subscriptions by server-sent events; everything else as `once` fetches it. */
export function eventFetcher(url: string, once: Fetcher): Fetcher {
  return (params, options) => {
    if (!isSubscription(params)) return once(params, options);
    const headers = options?.headers ?? {};
    const client = createClient({ url, headers, retryAttempts: 0 });
    const { query, operationName, variables } = params;
    return client.iterate({
      query,
      ...(operationName ? { operationName } : {}),
      ...(variables ? { variables: variables as Record<string, unknown> } : {}), // an object: the editor says what is none
    });
  };
}

function isSubscription({ query, operationName }: FetcherParams): boolean {
  try {
    return getOperationAST(parse(query), operationName)?.operation === 'subscription';
  } catch {
    return false; // the gateway tells what is wrong with it
  }
}
