import { type ExecutionResult, graphql } from 'graphql';
import type { CallContext } from '../../../src/adapter/adapter.ts';
import { executableSchema } from '../../../src/adapter/executable.ts';
import { requestContext } from '../../../src/adapter/request-context.ts';
import { soap } from '../../../src/adapters/soap/index.ts';
import type { SourceOptions } from '../../../src/source/source.ts';
import { described, sourceOf } from './described.ts';

/** An executable schema of a WSDL in front of a backend. */
export async function gate(
  wsdl: string,
  endpoint: string,
  options: Partial<SourceOptions> = {},
  context: Partial<CallContext> = {},
) {
  const { blueprint, sdl } = await described({ '/shop.wsdl': wsdl }, options);
  // Through JSON, as it comes out of a store.
  const stored = JSON.parse(JSON.stringify(blueprint)) as typeof blueprint; // JSON has no types
  const subschema = soap.connect(stored, sourceOf('/shop.wsdl', options, endpoint));
  const schema = executableSchema(subschema);
  return {
    sdl,
    async ask(source: string, variableValues: Record<string, unknown> = {}): Promise<ExecutionResult> {
      const signal = new AbortController().signal;
      const call = { signal, deadline: performance.now() + 60_000, headers: {}, requestId: 'test', ...context };
      const result = await graphql({ schema, source, variableValues, contextValue: requestContext(call, 500) });
      return result;
    },
    [Symbol.asyncDispose]: () => subschema.close(),
  };
}

/** As a client gets it: data as JSON has it, and code and path of every error. */
export function seen(result: ExecutionResult) {
  const errors = (result.errors ?? []).map(error => `${error.extensions['code']} ${error.path?.join('.') ?? ''}`);
  return { data: JSON.parse(JSON.stringify(result.data ?? null)) as unknown, errors }; // JSON has no types
}
