import { parseDuration } from '../base/duration.ts';

/** What of an operation counts: see `Limit.countBy`. */
export type CountBy = 'OPERATION' | 'SELECTION' | 'RESOLVED';

/** What holds while the shared store cannot be asked: nothing, no request at all, or the limit in this process alone. */
export type OnStoreError = 'OPEN' | 'CLOSED' | 'LOCAL';

/** What shares a bucket. */
export type BucketPart =
  | { readonly kind: 'subject' | 'client' | 'ip' | 'global' }
  | { readonly kind: 'args' | 'claims' | 'header'; readonly name: string };

/** How much may be done in which time. */
export interface Quota {
  /** Units in each window. */
  readonly max: number;
  /** Milliseconds. */
  readonly window: number;
  /** Units that may be taken at once by who has taken none for a while. */
  readonly burst: number;
  /** Units that one of what is counted takes. */
  readonly cost: number;
}

/** A use of `@rateLimit`, read. */
export interface DeclaredQuota extends Quota {
  readonly by: readonly BucketPart[];
  readonly countBy: CountBy;
  readonly onStoreError: OnStoreError;
  readonly message?: string;
}

/** A sentence for the operator, and what to do next. */
export interface Problem {
  readonly message: string;
  readonly hint?: string;
}

/** What may be written in `by`, for messages. */
export const bucketParts = '"subject", "client", "ip", "global", "$args.x", "$claims.x" or "$header.x"';

/** Undefined: it is none of `bucketParts`. */
export function readBucketPart(written: string): BucketPart | undefined {
  if (written === 'subject' || written === 'client' || written === 'ip' || written === 'global')
    return { kind: written };
  const args = /^\$args\.([_A-Za-z][_0-9A-Za-z]*)$/.exec(written)?.[1];
  if (args !== undefined) return { kind: 'args', name: args };
  const claims = /^\$claims\.([^\p{Cc}\s]+)$/u.exec(written)?.[1]; // a claim may be named by a URI (RFC 7519, 4.2)
  if (claims !== undefined) return { kind: 'claims', name: claims };
  const header = /^\$header\.([!#$%&'*+\-.^_`|~0-9A-Za-z]+)$/.exec(written)?.[1]; // RFC 9110, 5.6.2
  return header === undefined ? undefined : { kind: 'header', name: header.toLowerCase() };
}

/** A client that chooses its bucket has as many as it likes. */
export function bucketProblems(parts: readonly BucketPart[]): readonly Problem[] {
  if (parts.length === 0 || parts.some(({ kind }) => kind !== 'header')) return [];
  const message = 'A bucket by a header alone is chosen by the client, who then has as many as it likes.';
  return [{ message, hint: 'add "subject", "client" or "ip"; or "global", where a proxy of yours sets the header' }];
}

const longestWindow = 24 * 60 * 60 * 1_000;
const longestRefill = 366 * longestWindow;
/** Time is counted in whole microseconds: of what is this slow or slower, rounding takes a tenth at most. */
const mostPerMillisecond = 100;

/** What of a quota makes no sense. */
export function quotaProblems({ max, window, burst, cost }: Quota): readonly Problem[] {
  const problems: Problem[] = [];
  for (const [name, value] of Object.entries({ max, burst, cost })) {
    if (!Number.isInteger(value) || value < 1)
      problems.push({ message: `"${name}" must be a whole number from 1, but is ${value}.` });
  }
  if (window < 1 || window > longestWindow) problems.push({ message: '"window" must be from 1ms to 24h.' });
  if (problems.length > 0) return problems;
  if (max > window * mostPerMillisecond)
    problems.push({ message: `"max" can be ${mostPerMillisecond} for each millisecond of the window at most.` });
  if (burst * (window / max) > longestRefill)
    problems.push({ message: 'At this rate it takes more than a year until "burst" units are there again.' });
  if (cost > burst) {
    const message = `One alone takes ${cost} units, and there are never more than ${burst}: nothing would pass.`;
    problems.push({ message, hint: 'lower "cost", or raise "burst" (or "max", which it is by default)' });
  }
  return problems;
}

type Arguments = Readonly<Record<string, unknown>>;

/** The quota of a use of `@rateLimit`, whose arguments fit its definition; or what is wrong with it. */
export function readRateLimit(args: Arguments): DeclaredQuota | readonly Problem[] {
  const problems: Problem[] = [];
  const max = exactlyOne(args, 'max', 'limit', problems);
  const window = exactlyOne(args, 'window', 'duration', problems);
  const milliseconds = typeof window === 'string' ? parseDuration(window) : undefined;
  if (window !== undefined && milliseconds === undefined) {
    problems.push({
      message: `The window ${JSON.stringify(window)} is no duration.`,
      hint: 'write such as "500ms", "30s", "5m" or "1h"',
    });
  }
  const written = args['by'] as readonly string[] | null | undefined; // this and the rest: as the definition says
  if (written?.length === 0) problems.push({ message: '"by" is empty.', hint: 'leave it out: then it is ["subject"]' });
  const by = (written ?? ['subject']).flatMap(part => {
    const read = readBucketPart(part);
    if (!read) problems.push({ message: `"by" has ${JSON.stringify(part)}, which must be ${bucketParts}.` });
    return read ?? [];
  });
  if (typeof max !== 'number' || milliseconds === undefined) return problems;
  const quota: Quota = {
    max,
    window: milliseconds,
    burst: (args['burst'] as number | null | undefined) ?? max,
    cost: (args['cost'] as number | null | undefined) ?? 1,
  };
  problems.push(...quotaProblems(quota), ...bucketProblems(by));
  if (problems.length > 0) return problems;
  const message = args['message'];
  return {
    ...quota,
    by,
    countBy: (args['countBy'] as CountBy | null | undefined) ?? 'SELECTION',
    onStoreError: (args['onStoreError'] as OnStoreError | null | undefined) ?? 'LOCAL',
    ...(typeof message === 'string' ? { message } : {}),
  };
}

function exactlyOne(args: Arguments, name: string, alias: string, problems: Problem[]): unknown {
  const given = [args[name], args[alias]].filter(value => value !== undefined && value !== null);
  if (given.length === 1) return given[0];
  const message =
    given.length === 0 ? `@rateLimit needs "${name}".` : `"${name}" and "${alias}" are the same: write one of them.`;
  problems.push({ message });
  return undefined;
}
