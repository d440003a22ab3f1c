import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { print } from 'graphql';
import type { Blueprint } from '../adapter/adapter.ts';
import { noPolicies, type PolicyNames } from '../policy/policy-names.ts';
import type { SourceText } from '../source/reader.ts';
import type { CoordinatePolicy } from './schema/annotate.ts';
import type { Member } from './supergraph.ts';

/**
 * The first 16 hexadecimal digits of a SHA-256 over all that a revision is made of. No order of sources or files
 * matters.
 */
export function revisionOf(
  members: readonly Member[],
  overlay: readonly SourceText[],
  absent: readonly string[],
  policies: readonly CoordinatePolicy[] = [],
  policyNames: PolicyNames = noPolicies,
): string {
  const hash = createHash('sha256');
  const sources = members.map(member => memberText(member)).sort();
  const texts = overlay.map(({ text }) => text).sort();
  const said = policies.map(({ glob, directive, value }) => JSON.stringify([glob, directive, value])).sort();
  const names = isDeepStrictEqual(policyNames, noPolicies)
    ? []
    : [policyNames.default, [...policyNames.policies].sort(), [...(policyNames.conditions ?? [])].sort()];
  hash.update(JSON.stringify([sources, texts, [...absent].sort(), ...said, ...names]));
  return hash.digest('hex').slice(0, 16);
}

/** Credentials count, so that a changed one is a new revision, and go in as digests of their own. */
function memberText({ source, subschema, digest: read }: Member): string {
  const { credential, credentials, documentCredential, headers, tls, ...options } = source.options;
  const secrets = digest(
    canonical([credential ?? null, documentCredential ?? null, headers, tls ?? null, credentials]),
  );
  return canonical({ ...source, options, secrets, description: read ?? described(subschema.blueprint) });
}

/** Printing a large schema takes as long as making it: what was read of documents says as much. */
function described({ typeDefs, calls, annotations = [], links = [], hidden = [] }: Blueprint<unknown, unknown>) {
  return digest(print(typeDefs) + JSON.stringify([calls, annotations, links, hidden]));
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => (isPlainRecord(inner) ? sorted(inner) : inner));
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function isPlainRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function sorted(record: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}
