import type { ExecutionRequest } from '@graphql-tools/utils';
import {
  type DocumentNode,
  type ExecutionResult,
  execute,
  extendSchema,
  GraphQLError,
  type GraphQLSchema,
  isEnumType,
  isScalarType,
  isSpecifiedScalarType,
  Kind,
  parse,
} from 'graphql';
import type { RequestContext } from '../../adapter/request-context.ts';
import { selectionOf } from '../../adapter/selection.ts';
import { type CallName, upstreamError } from '../../adapter/upstream-error.ts';
import { GatewayError } from '../../base/error.ts';
import { isRecord } from '../../base/json.ts';
import type { OpenMember } from '../catalogue.ts';
import type { Lookup } from '../links/lookup.ts';
import { reservedKey, reservedPrefix } from '../reserved-names.ts';
import { clientMember, type NameTable } from '../schema/name-table.ts';
import { DelegatedFault, originOf } from './delegated-fault.ts';
import { Delivered } from './delivered.ts';
import { lookUp } from './look-up.ts';
import { addRawKeys, type KeyFields, readingRawKeys } from './raw-keys.ts';
import type { Wish } from './wish.ts';

const wishScalar = `${reservedPrefix}_Wish`;
export const wishesArgument = reservedKey('wishes');

/** A source's schema twice: as stitch is shown it, and as delegated operations run on it. */
interface MemberSchema {
  readonly shown: GraphQLSchema;
  readonly executor: (request: ExecutionRequest) => Promise<ExecutionResult> | ExecutionResult;
}

/** The source's own schema, and a hidden root field for each lookup in it. */
export function memberSchema(
  member: OpenMember,
  lookups: readonly Lookup[],
  table: NameTable,
  hiddenValues: ReadonlySet<string>,
  keys: KeyFields,
): MemberSchema {
  const hidden = hiddenFields(lookups);
  const shown = lookups.length === 0 ? member.schema : extendSchema(member.schema, hidden, { assumeValid: true });
  const running = extendSchema(member.schema, hidden, { assumeValid: true });
  seal(running, table, hiddenValues);
  addRawKeys(running, keys);
  const queries = running.getQueryType()?.getFields() ?? {};
  for (const lookup of lookups) {
    const field = queries[lookup.field];
    if (!field) continue;
    field.resolve = (_root, args: Record<string, unknown>, context: RequestContext, info) => {
      const wishes = args[wishesArgument] as readonly Wish[]; // the gateway made them: see `delegate.ts`
      const selection = member.subschema.selective ? selectionOf(info) : undefined;
      return wishes.map(wish => lookUp(lookup, wish, selection, context));
    };
  }
  return { shown, executor: executorOf(member, running, lookups, keys.size > 0) };
}

function hiddenFields(lookups: readonly Lookup[]): DocumentNode {
  const fields = lookups.map(
    ({ field, outcome }) => `${field}(${wishesArgument}: [${wishScalar}!]!): [${String(outcome)}]`,
  );
  const query = fields.length === 0 ? '' : `extend type Query { ${fields.join(' ')} }`;
  return parse(`scalar ${wishScalar} ${query}`, { noLocation: true });
}

/** Custom scalars leave sealed, and enum values under the client's names; what clients must not see does not leave. */
function seal(schema: GraphQLSchema, table: NameTable, hiddenValues: ReadonlySet<string>): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith('__')) continue;
    if (isScalarType(type) && !isSpecifiedScalarType(type)) {
      const { serialize } = type;
      type.serialize = value => new Delivered(serialize(value));
    } else if (isEnumType(type)) {
      const serialize = type.serialize.bind(type);
      type.serialize = value => {
        const own = String(serialize(value));
        if (!hiddenValues.has(`${type.name}.${own}`)) return clientMember(table, type.name, own);
        throw new GatewayError('UPSTREAM_MALFORMED', 'The backend answered with a value of an unknown kind.');
      };
    }
  }
}

function executorOf(
  member: OpenMember,
  schema: GraphQLSchema,
  lookups: readonly Lookup[],
  hasKeys: boolean,
): MemberSchema['executor'] {
  const calls = new Map(lookups.map(({ field, at }) => [field, at.slice('Query.'.length)]));
  const account = (result: ExecutionResult, document: DocumentNode): ExecutionResult => {
    if (!result.errors) return result;
    const fields = rootFieldsOf(document);
    const callOf = ([key = '']: readonly (string | number)[]) => {
      const field = fields.get(String(key)) ?? String(key);
      return { source: member.name, operation: calls.get(field) ?? field };
    };
    return { ...result, errors: result.errors.map(error => carry(error, result.data, callOf)) };
  };
  return ({ document, variables, context }) => {
    const asked = hasKeys ? readingRawKeys(document) : document;
    const result = execute({ schema, document: asked, variableValues: variables, contextValue: context });
    return result instanceof Promise ? result.then(told => account(told, document)) : account(result, document);
  };
}

/** By response key: a delegated operation has the client's names as aliases. */
function rootFieldsOf({ definitions }: DocumentNode): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  for (const definition of definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    for (const node of definition.selectionSet.selections) {
      if (node.kind === Kind.FIELD) fields.set(node.alias?.value ?? node.name.value, node.name.value);
    }
  }
  return fields;
}

/** Notes how far below the null that it left an error arose, and whose error it is. */
function carry(
  error: GraphQLError,
  data: unknown,
  callOf: (path: readonly (string | number)[]) => CallName,
): GraphQLError {
  const { path } = error;
  if (!path) return error;
  const origin = blamed(error, callOf(path));
  const fault = new DelegatedFault(origin, path.slice(Math.max(depthOf(data, path), 1)));
  const extensions = origin instanceof GatewayError ? origin.extensions : error.extensions;
  return new GraphQLError(origin.message, { path, originalError: fault, extensions });
}

/** What graphql-js itself finds wrong with a value, the source did not keep to its description. */
function blamed(error: GraphQLError, call: CallName): Error {
  const origin = originOf(error);
  if (origin instanceof GatewayError || origin instanceof TypeError) return origin;
  return upstreamError('UPSTREAM_MALFORMED', call, { cause: origin });
}

/** How many steps of a path the data goes along. */
function depthOf(data: unknown, path: readonly (string | number)[]): number {
  let at = data;
  let depth = 0;
  for (const step of path) {
    if (!isRecord(at) && !Array.isArray(at)) break;
    at = Array.isArray(at) ? at[Number(step)] : at[step];
    depth += 1;
  }
  return depth;
}
