import * as z from 'zod';
import { isRecord, own } from '../../base/json.ts';
import { didYouMean } from '../../base/suggestion.ts';
import type { RateLimitOptions, RateLimitRule } from '../../edge/rate-limits/options.ts';
import {
  type BucketPart,
  bucketParts,
  bucketProblems,
  type OnStoreError,
  type Quota,
  quotaProblems,
  readBucketPart,
} from '../../policy/rate-limit.ts';
import type { ConfigTree, KeyPath } from '../config-tree.ts';
import { duration, integer, map, mapOf, oneOf, pattern, textLeaf } from '../leaves.ts';
import { Substituted } from '../substitution.ts';

const text = pattern('a text that is not empty', /\S/);
const texts = z.array(text, 'a list of texts').min(1, 'a list with something in it');
const units = integer('a whole number from 1', 1, 1_000_000_000);

/** Of an operation as a whole there are no arguments to tell buckets by. */
const bucketPart = textLeaf<BucketPart>(bucketParts.replace('"$args.x", ', ''), written => {
  const part = readBucketPart(written);
  return part?.kind === 'args' ? undefined : part;
});

const quota = {
  max: units,
  window: duration,
  burst: units.exactOptional(),
  onStoreError: oneOf(['open', 'closed', 'local']).default('local'),
  message: text.exactOptional(),
};

/** RFC 9651, 3.3.3: it is told to clients as a quoted text. */
const limitName = pattern('a name of letters, digits, ".", "_" and "-"', /^[A-Za-z0-9._-]{1,60}$/);

/** `rateLimits:` */
export const rateLimitsShape = map({
  store: map({
    redis: textLeaf('the URL of a Redis, redis://… or rediss://…', url =>
      /^rediss?:$/.test(URL.canParse(url) ? new URL(url).protocol : '') ? url : undefined,
    ),
    commandTimeout: duration.default(50),
    prefix: pattern('a text of letters, digits, ".", ":", "_" and "-"', /^[A-Za-z0-9.:_-]{1,60}$/).default('selvage'),
  }).exactOptional(),
  replicas: integer('a whole number from 1 to 10000', 1, 10_000).default(1),
  perAddress: map({ ...quota, unauthenticatedCost: units.default(10) }).exactOptional(),
  limits: mapOf(
    limitName,
    map({
      ...quota,
      by: z.array(bucketPart, 'a list of texts').min(1, 'a list with something in it').exactOptional(),
      cost: units.default(1),
      clients: texts.exactOptional(),
      operations: texts.exactOptional(),
      sources: texts.exactOptional(),
    }),
  ).prefault({}),
}).prefault({});

type WrittenRateLimits = z.output<typeof rateLimitsShape>;
type WrittenQuota = Pick<Quota, 'max' | 'window'> & {
  readonly burst?: number;
  readonly onStoreError: 'open' | 'closed' | 'local';
  readonly message?: string;
};

/** The options of what is written; what does not go together is told to the tree. */
export function readRateLimits(
  { store, replicas, perAddress, limits }: WrittenRateLimits,
  tree: ConfigTree,
): RateLimitOptions {
  const declared = isRecord(tree.value) ? own(tree.value, 'sources') : undefined;
  const sources = isRecord(declared) ? Object.keys(declared) : [];
  const path = ['rateLimits'];
  if (store) warnOfLiteralPassword([...path, 'store', 'redis'], tree);
  const rules = Object.entries(limits).map(([name, written]): RateLimitRule => {
    const { by = [{ kind: 'subject' }], cost, clients, operations, sources: asked, ...rest } = written;
    const at = [...path, 'limits', name];
    const rule = { name, by, ...read(rest, cost, at, tree) };
    for (const { message, hint } of bucketProblems(by)) tree.wrong([...at, 'by'], message, hint);
    for (const [index, source] of (asked ?? []).entries()) {
      if (sources.includes(source)) continue;
      tree.wrong(
        [...at, 'sources', index],
        `There is no source "${source}".${didYouMean(source, sources)}`,
        'write the name of a source',
      );
    }
    return {
      ...rule,
      ...(clients ? { clients } : {}),
      ...(operations ? { operations } : {}),
      ...(asked ? { sources: asked } : {}),
    };
  });
  return {
    replicas,
    rules,
    ...(store ? { redis: redisOptions(store) } : {}),
    ...(perAddress ? { perAddress: addressLimit(perAddress, [...path, 'perAddress'], tree) } : {}),
  };
}

function redisOptions({ redis: url, ...rest }: NonNullable<WrittenRateLimits['store']>) {
  return { url, ...rest };
}

function addressLimit(
  { unauthenticatedCost, ...written }: NonNullable<WrittenRateLimits['perAddress']>,
  path: KeyPath,
  tree: ConfigTree,
) {
  return { unauthenticatedCost, ...read(written, 1, path, tree) };
}

function read(written: WrittenQuota, cost: number, path: KeyPath, tree: ConfigTree) {
  const { max, window, burst = max, onStoreError, message } = written;
  const quota: Quota = { max, window, burst, cost };
  for (const problem of quotaProblems(quota)) tree.wrong(path, problem.message, problem.hint);
  return {
    quota,
    onStoreError: onStoreError.toUpperCase() as OnStoreError, // each is one of them in lower case
    ...(message === undefined ? {} : { message }),
  };
}

function warnOfLiteralPassword(path: KeyPath, tree: ConfigTree): void {
  const value = path.reduce<unknown>(
    (inner, key) => (isRecord(inner) ? own(inner, String(key)) : undefined),
    tree.value,
  );
  const written = value instanceof Substituted ? value.written : String(value);
  if (!/^rediss?:\/\/[^@/:]*:[^@/$]+@/i.test(written)) return;
  const message = 'A secret stands in the file, where all who can read the file can read it.';
  tree.warn(path, 'CONFIG_LITERAL_SECRET', message, `put the password into the environment and write \${NAME}`);
}
