import { createHash } from 'node:crypto';
import { type FieldNode, type GraphQLField, getArgumentValues } from 'graphql';
import { own } from '../../base/json.ts';
import { anonymous, isAnonymous, type Principal } from '../../base/principal.ts';
import type { BucketPart } from '../../policy/rate-limit.ts';
import type { OperationRequest } from '../handler.ts';
import { addressBucket } from './address-bucket.ts';
import type { Limit } from './limit.ts';

/** A selection of a field: where the arguments of a bucket come from. */
export interface Selection {
  readonly definition: GraphQLField<unknown, unknown>;
  readonly node: FieldNode;
}

type Asking = Pick<OperationRequest, 'principal' | 'headers' | 'peer'>;

/** Longer keys are told by their hash. */
const maxKey = 160;

/**
 * The key of a limit's bucket: JSON, so that no text of a client can look like two. What only a client says is in it only where the limit
 * asks for it by name.
 */
export function bucketOf(
  limit: Pick<Limit, 'name' | 'by'>,
  request: Asking,
  selection?: Selection,
  variables: Readonly<Record<string, unknown>> = {},
): string {
  const { principal } = request;
  if (!principal || isAnonymous(principal) || !limit.by.every(isOfCaller))
    return keyOf(limit, request, selection, variables);
  const keys = ofCallers.get(limit) ?? new WeakMap<Principal, string>();
  ofCallers.set(limit, keys);
  const known = keys.get(principal) ?? keyOf(limit, request, undefined, {});
  keys.set(principal, known);
  return known;
}

/** By limit and caller. One principal is one object as long as its credential is remembered. */
const ofCallers = new WeakMap<Pick<Limit, 'name' | 'by'>, WeakMap<Principal, string>>();

/** Is it told by who asks alone, where anybody has said so? */
function isOfCaller({ kind }: BucketPart): boolean {
  return kind === 'subject' || kind === 'client' || kind === 'claims' || kind === 'global';
}

function keyOf(
  limit: Pick<Limit, 'name' | 'by'>,
  request: Asking,
  selection: Selection | undefined,
  variables: Readonly<Record<string, unknown>>,
): string {
  const parts: unknown[] = [limit.name];
  for (const part of limit.by) parts.push(partOf(part, request, selection, variables));
  const key = textOf(parts);
  if (key.length <= maxKey) return key;
  return JSON.stringify([limit.name, createHash('sha256').update(key).digest('base64url')]);
}

/** Each with its kind: a header's text is never taken for an address, nor a claim for a subject. */
function partOf(
  part: BucketPart,
  request: Asking,
  selection: Selection | undefined,
  variables: Readonly<Record<string, unknown>>,
): readonly unknown[] {
  const { principal = anonymous } = request;
  switch (part.kind) {
    case 'subject':
      return callerOf(principal, request);
    case 'client': {
      const client = clientClaim(principal);
      return client === undefined ? callerOf(principal, request) : ['client', principal.via, client];
    }
    case 'ip':
      return addressOf(request);
    case 'global':
      return [];
    case 'args':
      return ['args', selection ? argumentOf(part.name, selection, variables) : null];
    case 'claims': {
      const claim = own(principal.claims, part.name);
      return claim === undefined ? callerOf(principal, request) : ['claims', principal.via, claim];
    }
    case 'header': {
      const header = own(request.headers, part.name);
      return header === undefined ? callerOf(principal, request) : ['header', header];
    }
  }
}

/** The program that asks, as far as it is vouched for; where nothing tells it from who asks (an API key, a certificate) the subject is it. */
export function clientOf(principal: Principal): string | undefined {
  return clientClaim(principal) ?? principal.subject ?? undefined;
}

/** RFC 9068, 2.2, and OpenID Connect Core, 2. */
function clientClaim({ claims }: Principal): string | undefined {
  const client = own(claims, 'client_id') ?? own(claims, 'azp');
  return typeof client === 'string' ? client : undefined;
}

/** The subject that is vouched for, else the address. */
function callerOf(principal: Principal, request: Asking): readonly unknown[] {
  return isAnonymous(principal) ? addressOf(request) : ['subject', principal.via, principal.subject];
}

function addressOf({ peer }: Asking): readonly unknown[] {
  return ['ip', peer ? addressBucket(peer.address) : ''];
}

function argumentOf(name: string, { definition, node }: Selection, variables: Readonly<Record<string, unknown>>) {
  try {
    return getArgumentValues(definition, node, variables)[name] ?? null;
  } catch {
    return null; // execution tells what is wrong with it, and asks nothing
  }
}

function textOf(parts: readonly unknown[]): string {
  try {
    return JSON.stringify(parts);
  } catch {
    return JSON.stringify(parts, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value)); // JSON has no BigInt
  }
}
