import type { Condition } from './condition.ts';

/** What the configuration says of authorization, as far as registration must know it. Plain data. */
export interface PolicyNames {
  /** Of an element that says nothing of who may use it. */
  readonly default: 'allow' | 'deny';
  /** By name: the arguments of its field that the policy reads. */
  readonly policies: ReadonlyMap<string, readonly string[]>;
  /** Those of them that the gateway decides itself. Absent: none. */
  readonly conditions?: ReadonlyMap<string, Condition>;
}

/** Where nothing is configured. */
export const noPolicies: PolicyNames = { default: 'allow', policies: new Map() };
