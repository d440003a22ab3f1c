import { anonymous, type Principal } from '../../base/principal.ts';
import { type AccessRule, policiesOf } from '../../policy/access-rule.ts';
import { JsonClient } from '../../source/json-client.ts';
import type { KnownRequest } from '../handler.ts';
import type { GateTools } from '../order.ts';
import { type DecisionPoint, decisionPoint } from './decision-point.ts';
import { Decisions, type NamedPolicies, namedPolicies } from './decisions.ts';
import type { AuthorizationOptions } from './options.ts';

export type DeciderTools = Pick<GateTools, 'log' | 'whenClosed'>;

/** Makes a request's decisions: at once, but where the decision point must be asked. */
export class Decider {
  readonly policies: NamedPolicies;
  /** Of callers whose policies are all decided here: those hang on nothing but who asks. */
  readonly #known = new WeakMap<Principal, Decisions>();
  readonly #point: DecisionPoint | undefined;

  constructor({ rules, decisionPoint: asked }: AuthorizationOptions, { log, whenClosed }: DeciderTools) {
    this.policies = namedPolicies(rules);
    if (!asked) return;
    const client = new JsonClient();
    whenClosed(() => client.close());
    this.#point = decisionPoint(asked, client, log);
  }

  /** Good for these rules; of policies that are in no rule nothing is known, and they are denied. */
  decide({ principal = anonymous }: KnownRequest, rules: () => Iterable<AccessRule>): Decisions | Promise<Decisions> {
    if (!this.#point) return this.#ownDecisions(principal);
    const asked = new Set([...rules()].flatMap(policiesOf).filter(name => !this.policies.has(name)));
    if (asked.size === 0) return this.#ownDecisions(principal);
    return this.#point([...asked].sort(), principal).then(answers => new Decisions(principal, this.policies, answers));
  }

  #ownDecisions(principal: Principal): Decisions {
    const known = this.#known.get(principal);
    if (known) return known;
    const decisions = new Decisions(principal, this.policies, none);
    this.#known.set(principal, decisions);
    return decisions;
  }
}

const none: ReadonlyMap<string, boolean> = new Map();
