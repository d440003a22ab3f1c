import * as z from 'zod';
import { type AuthorizationOptions, defaultAuthorization } from '../../edge/authorization/options.ts';
import type { Condition } from '../../policy/condition.ts';
import { type ConditionProblem, readCondition } from '../../policy/read-condition.ts';
import { isConfidential } from '../../source/json-client.ts';
import type { ConfigTree } from '../config-tree.ts';
import { duration, map, mapOf, oneOf, pattern, textLeaf } from '../leaves.ts';
import { Substituted } from '../substitution.ts';

const name = pattern('the name of a policy, without blanks around it', /^\S(.*\S)?$/);
const all = defaultAuthorization;

/** `authorization:` as it is written; the conditions of its rules are read by `readAuthorization`. */
export const authorizationShape = map({
  default: oneOf(['allow', 'deny']).default(all.default),
  // YAML's null is a word here: what stands in the place of what is forbidden.
  onForbidden: z.preprocess(value => value ?? 'null', oneOf(['null', 'reject'])),
  introspection: oneOf(['all', 'caller']).default(all.introspection),
  rules: mapOf(name, z.unknown()).prefault({}),
  decisionPoint: map({
    url: textLeaf('an https URL, or an http URL of this machine', text => (isConfidential(text) ? text : undefined)),
    timeout: duration.default(100),
    policies: z.array(name, 'a list of names of policies').min(1, 'a list that is not empty'),
  }).exactOptional(),
}).prefault({});

/** Told to the tree: a condition that is none, and a policy that is decided in two places. */
export function readAuthorization(
  { rules: written, decisionPoint, ...rest }: z.output<typeof authorizationShape>,
  tree: ConfigTree,
): AuthorizationOptions {
  const rules = new Map<string, Condition>();
  for (const [policy, condition] of Object.entries(written)) {
    const path = ['authorization', 'rules', policy];
    const problems: ConditionProblem[] = [];
    const read = readCondition(plain(condition), problems);
    for (const problem of problems) tree.wrong([...path, ...problem.path], problem.message);
    if (read) rules.set(policy, read);
  }
  for (const [index, policy] of (decisionPoint?.policies ?? []).entries()) {
    if (!Object.hasOwn(written, policy)) continue;
    const message = `The policy "${policy}" is decided by a rule already.`;
    tree.wrong(['authorization', 'decisionPoint', 'policies', index], message, 'remove one of them');
  }
  return { ...rest, rules, ...(decisionPoint ? { decisionPoint } : {}) };
}

/** Texts from the environment are texts. */
function plain(value: unknown): unknown {
  if (value instanceof Substituted) return value.text;
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
}
