import type { DescMethod } from '@bufbuild/protobuf';
import type { Diagnostic } from '../../../base/diagnostic.ts';
import { matchesAny } from '../../../base/glob.ts';
import { overlaidKind } from '../../../source/operation-kind.ts';
import type { Source } from '../../../source/source.ts';
import { isIdempotent, saysItReads, soundsLikeReading } from './annotations.ts';
import { rootFieldNames } from './type-names.ts';

/** A root field that a method becomes. */
export interface Operation {
  readonly method: DescMethod;
  readonly name: string;
  readonly root: 'Query' | 'Mutation' | 'Subscription';
  /** May it be sent twice? */
  readonly idempotent: boolean;
  /** Most replies that are gathered to a list. */
  readonly collects?: number;
}

/**
 * The root fields of the methods that the source takes: a stream of replies is a subscription, and a list, too, where the source collects it.
 * Everything left out, and every guess, has a diagnostic.
 */
export function operationsOf(
  methods: readonly DescMethod[],
  address: string,
  source: Source,
  diagnostics: Diagnostic[],
): Operation[] {
  const { operations, collect } = source.options;
  const names = rootFieldNames(
    methods.map(method => ({ key: addressOf(method), service: method.parent.typeName, method: method.name })),
  );
  const all = methods.flatMap((method): Operation[] => {
    const at = [address, addressOf(method)];
    const name = names.get(addressOf(method))!;
    if (!matchesAny(name, operations.include) || matchesAny(name, operations.exclude)) {
      const message = `"${name}" is left out by the source's options.`;
      diagnostics.push({ severity: 'note', code: 'OPERATION_EXCLUDED', message, at });
      return [];
    }
    return fieldsOf(method, name, source, at, diagnostics);
  });
  diagnostics.push(...uncollected(all, collect.operations, address));
  return all;
}

function fieldsOf(
  method: DescMethod,
  name: string,
  source: Source,
  at: readonly string[],
  diagnostics: Diagnostic[],
): Operation[] {
  const { queries, collect } = source.options;
  const overlaid = overlaidKind(source, name);
  const told = overlaid ? overlaid === 'Query' : matchesAny(name, queries) || saysItReads(method);
  switch (method.methodKind) {
    case 'unary':
      return told || (!overlaid && readsByName(method, name, at, diagnostics))
        ? [{ method, name, root: 'Query', idempotent: true }]
        : [{ method, name, root: 'Mutation', idempotent: isIdempotent(method) }];
    case 'client_streaming':
      return [{ method, name, root: told ? 'Query' : 'Mutation', idempotent: told || isIdempotent(method) }];
    case 'server_streaming': {
      const stream: Operation = { method, name, root: 'Subscription', idempotent: told };
      const list: Operation = { method, name, root: 'Query', idempotent: true, collects: collect.max };
      return matchesAny(name, collect.operations) ? [stream, list] : [stream];
    }
    case 'bidi_streaming':
      return [{ method, name, root: 'Subscription', idempotent: false }];
  }
}

/** `pkg.Service/Method` */
export function addressOf(method: DescMethod): string {
  return `${method.parent.typeName}/${method.name}`;
}

function readsByName(method: DescMethod, name: string, at: readonly string[], diagnostics: Diagnostic[]): boolean {
  if (!soundsLikeReading(method)) return false;
  diagnostics.push({
    severity: 'note',
    code: 'OPERATION_KIND_GUESSED',
    message: `"${name}" is taken for a query, by its name.`,
    at,
    hint: 'Set "idempotency_level = NO_SIDE_EFFECTS" in the .proto file, or list it under "queries".',
  });
  return true;
}

/** What the operator wants as lists, and is none: a name without a star that is no stream of replies. */
function uncollected(operations: readonly Operation[], wanted: readonly string[], address: string): Diagnostic[] {
  const streams = new Set(operations.flatMap(({ name, collects }) => (collects === undefined ? [] : [name])));
  return wanted
    .filter(glob => !glob.includes('*') && !streams.has(glob))
    .map(name => ({
      severity: 'warning',
      code: 'CONFIG_INVALID_VALUE',
      message: `"collect" names "${name}", which is no method with a stream of replies: there is nothing to collect.`,
      at: [address],
    }));
}
