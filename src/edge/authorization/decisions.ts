import { isAnonymous, type Principal } from '../../base/principal.ts';
import type { Arguments } from '../../base/reference.ts';
import type { AccessRule } from '../../policy/access-rule.ts';
import { argumentsRead, type Condition, holds } from '../../policy/condition.ts';

/** A policy of the configuration, and whether it reads the arguments of the field that it stands on. */
export interface NamedPolicy {
  readonly condition: Condition;
  readonly readsArguments: boolean;
}

export type NamedPolicies = ReadonlyMap<string, NamedPolicy>;

export function namedPolicies(rules: ReadonlyMap<string, Condition>): NamedPolicies {
  const policies = [...rules].map(([name, condition]) => {
    return [name, { condition, readsArguments: argumentsRead(condition).length > 0 }] as const;
  });
  return new Map(policies);
}

/** What one caller may. Each rule and each policy is decided once: they hang on nothing but who asks, and on arguments. */
export class Decisions {
  readonly #principal: Principal;
  readonly #policies: NamedPolicies;
  /** What the decision point said: what is not in it is denied. */
  readonly #answers: ReadonlyMap<string, boolean>;
  readonly #rules = new WeakMap<AccessRule, boolean>(); // a caller may live longer than a revision
  readonly #decided = new Map<string, boolean>();

  constructor(principal: Principal, policies: NamedPolicies, answers: ReadonlyMap<string, boolean>) {
    this.#principal = principal;
    this.#policies = policies;
    this.#answers = answers;
  }

  /** A field with these arguments. */
  may(rule: AccessRule, args?: Arguments): boolean {
    if (args) return this.#satisfies(rule, name => this.#holds(name, args));
    const known = this.#rules.get(rule);
    if (known !== undefined) return known;
    const may = this.#satisfies(rule, name => this.#holds(name));
    this.#rules.set(rule, may);
    return may;
  }

  /** Whatever its arguments are: of policies that read them it is assumed that they hold. */
  mayWithSome(rule: AccessRule): boolean {
    return this.#satisfies(rule, name => this.#policies.get(name)?.readsArguments === true || this.#holds(name));
  }

  #satisfies({ nobody, authenticated, scopes, policies }: AccessRule, holds: (name: string) => boolean): boolean {
    if (nobody) return false;
    if (authenticated && isAnonymous(this.#principal)) return false;
    const held = this.#principal.scopes;
    if (!scopes.every(anyOf => anyOf.some(names => names.every(name => held.has(name))))) return false;
    return policies.every(anyOf => anyOf.some(names => names.every(holds)));
  }

  #holds(name: string, args?: Arguments): boolean {
    const policy = this.#policies.get(name);
    if (!policy) return this.#answers.get(name) === true;
    if (policy.readsArguments) return args !== undefined && holds(policy.condition, this.#principal, args);
    const known = this.#decided.get(name);
    if (known !== undefined) return known;
    const held = holds(policy.condition, this.#principal);
    this.#decided.set(name, held);
    return held;
  }
}
