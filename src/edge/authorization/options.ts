import { argumentsRead, type Condition } from '../../policy/condition.ts';
import type { PolicyNames } from '../../policy/policy-names.ts';

/** Who may have what. */
export interface AuthorizationOptions {
  /** Of what says nothing of who may use it. Default `allow`. */
  readonly default: 'allow' | 'deny';
  /**
   * What becomes of a query that asks for something forbidden: null and an error there, or none of it. A mutation is always refused as a
   * whole. Default `null`.
   */
  readonly onForbidden: 'null' | 'reject';
  /** What of the schema a caller is told: all, or what he may use. Default `all`. */
  readonly introspection: 'all' | 'caller';
  /** Policies, by name. */
  readonly rules: ReadonlyMap<string, Condition>;
  readonly decisionPoint?: DecisionPointOptions;
}

/** A service that decides policies over HTTP, as OPA does. */
export interface DecisionPointOptions {
  readonly url: string;
  /** Milliseconds; then all that it was asked is denied. Default 100. */
  readonly timeout: number;
  /** The policies that it decides. */
  readonly policies: readonly string[];
}

export const defaultAuthorization: AuthorizationOptions = {
  default: 'allow',
  onForbidden: 'null',
  introspection: 'all',
  rules: new Map(),
};

/** What registration must know of them. */
export function policyNamesOf({ default: fallback, rules, decisionPoint }: AuthorizationOptions): PolicyNames {
  const ours = [...rules].map(([name, condition]) => [name, argumentsRead(condition)] as const);
  const theirs = (decisionPoint?.policies ?? []).map(name => [name, []] as const);
  const policies = new Map<string, readonly string[]>([...ours, ...theirs]);
  return { default: fallback, policies, ...(rules.size > 0 ? { conditions: rules } : {}) };
}
