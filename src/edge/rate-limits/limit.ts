import type { BucketPart, CountBy, OnStoreError, Quota } from '../../policy/rate-limit.ts';

/** A limit as it is enforced: an annotation, or a rule of the configuration. */
export interface Limit {
  /** In keys, headers and messages. The same for all gateways of one configuration. */
  readonly name: string;
  readonly quota: Quota;
  /** Microseconds until one more unit is there, rounded up: never more than the quota. */
  readonly interval: number;
  /** The name as a header has it, and the quota after it: `"name"` and `;q=100;w=60`. */
  readonly item: string;
  readonly policy: string;
  readonly by: readonly BucketPart[];
  /**
   * `OPERATION`: an operation that selects it at all is one. `SELECTION`: each selection is one, fragments expanded, those that the answer has
   * under one name together. `RESOLVED`: what the answer has of it, an item of a list each; what is beyond the selections is counted after
   * execution.
   */
  readonly countBy: CountBy;
  readonly onStoreError: OnStoreError;
  readonly message?: string;
  /** Only these clients are counted (`clientOf`). Absent: all. */
  readonly clients?: ReadonlySet<string>;
}

export function limitOf(rule: Omit<Limit, 'interval' | 'item' | 'policy'>): Limit {
  const { max, window } = rule.quota;
  return {
    ...rule,
    interval: Math.ceil((window * 1_000) / max),
    item: narrow(`"${rule.name}"`), // RFC 9651, 3.3.3: it is GraphQL's name of something, or one that the configuration's shape let through
    policy: `;q=${max};w=${Math.max(1, Math.ceil(window / 1_000))}`,
  };
}

/**
 * The same text, one byte a character. Names are cut out of documents, and keep those documents' width; a head is encoded in one piece with
 * its body, and would widen that.
 */
function narrow(text: string): string {
  return Buffer.from(text, 'latin1').toString('latin1');
}
