import { type ExecutionResult, graphql, parse, print, specifiedRules, validate } from 'graphql';
import type { CallItem, Outcome, Subschema } from '../../src/adapter/adapter.ts';
import { requestContext } from '../../src/adapter/request-context.ts';
import type { Diagnostic } from '../../src/base/diagnostic.ts';
import { GatewayError } from '../../src/base/error.ts';
import { noPolicies, type PolicyNames } from '../../src/policy/policy-names.ts';
import { defaultSourceOptions } from '../../src/source/source.ts';
import { compose } from '../../src/supergraph/compose.ts';
import { ReservedNames } from '../../src/supergraph/reserved-names.ts';
import type { Member, Supergraph } from '../../src/supergraph/supergraph.ts';
import { executable } from '../support/executable.ts';

type Handler = (args: Record<string, unknown>, item: CallItem) => unknown;

export interface TestMember extends Member {
  /** Every call that was sent, as `field {args}` or `field {args} { selection }`. */
  readonly sent: string[];
}

/** A source in memory: each root field has a handler that returns a value, or a GatewayError as its fault. */
export function source(
  name: string,
  sdl: string,
  handlers: Record<string, Handler>,
  options: { prefix?: string; selective?: boolean } = {},
): TestMember {
  const typeDefs = parse(sdl, { noLocation: true });
  const calls: Record<string, string> = {};
  for (const definition of typeDefs.definitions) {
    if (definition.kind !== 'ObjectTypeDefinition' || !/^(Query|Mutation)$/.test(definition.name.value)) continue;
    for (const field of definition.fields ?? []) {
      if (handlers[field.name.value]) calls[`${definition.name.value}.${field.name.value}`] = field.name.value;
    }
  }
  const sent: string[] = [];
  const answer = (call: string, item: CallItem): Outcome => {
    const selection =
      options.selective && item.selection ? ` ${print(item.selection.selectionSet).replace(/\s+/g, ' ')}` : '';
    sent.push(`${call} ${JSON.stringify(item.args)}${selection}`);
    const value = handlers[call]?.({ ...item.args }, item);
    return value instanceof GatewayError ? { fault: value } : { value: copy(value) };
  };
  const subschema: Subschema<unknown, unknown> = {
    blueprint: { typeDefs, calls: calls as never, model: {} },
    selective: options.selective ?? false,
    send: async (call, batch) => batch.map(item => answer(String((call as { name: string }).name), item)),
    close: async () => {},
  };
  // Calls are objects, as an adapter's are: `ask` finds a request's loader by them.
  for (const key of Object.keys(calls))
    (subschema.blueprint.calls as Record<string, unknown>)[key] = { name: calls[key] };
  return {
    source: { name, protocol: 'test', options: { ...defaultSourceOptions, prefix: options.prefix ?? '' } },
    subschema,
    sent,
  };
}

/** A backend's answer is its own each time. */
function copy(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copy);
  if (value instanceof Error || typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, copy(field)]));
}

export function composed(
  members: readonly Member[],
  overlay = '',
  absent: readonly string[] = [],
  policies: PolicyNames = noPolicies,
) {
  return compose({ members, overlay: [{ address: 'overlay.graphql', text: overlay }], absent, policyNames: policies });
}

export function supergraph(members: readonly Member[], overlay = '', policies: PolicyNames = noPolicies): Supergraph {
  const result = composed(members, overlay, [], policies);
  if (!result.ok) throw new Error(result.diagnostics.map(say).join('\n'));
  return result.value;
}

/** `severity CODE at: message` of each diagnostic, and hints apart. */
export function say({ severity, code, message, at }: Diagnostic): string {
  return `${severity} ${code} ${at.join(' ')}: ${message}`;
}

export async function run(
  graph: Supergraph,
  query: string,
  variables: Record<string, unknown> = {},
): Promise<ExecutionResult> {
  const context = requestContext(
    { signal: new AbortController().signal, deadline: Number.POSITIVE_INFINITY, headers: {}, requestId: 'r1' },
    500,
  );
  const errors = validate(graph.schema, parse(query), [...specifiedRules, ReservedNames]);
  if (errors.length > 0) return { errors };
  const result = await graphql({
    schema: await executable(graph),
    source: query,
    contextValue: context,
    variableValues: variables,
  });
  return JSON.parse(JSON.stringify(result)) as ExecutionResult;
}
