/** Alternatives, each of which wants all of its names: `[["a", "b"], ["c"]]` is (a AND b) OR c. */
export type AnyOf = readonly (readonly string[])[];

/** Who may use something: all of it must hold. Plain data in a canonical form, so that equal rules are equal texts. */
export interface AccessRule {
  /** Nobody may: the element says nothing of itself, and what says nothing is denied. */
  readonly nobody: boolean;
  /** The caller has said who he is. */
  readonly authenticated: boolean;
  readonly scopes: readonly AnyOf[];
  /** Names of policies. */
  readonly policies: readonly AnyOf[];
}

export const everyone: AccessRule = { nobody: false, authenticated: false, scopes: [], policies: [] };
export const nobody: AccessRule = { ...everyone, nobody: true };

/** The rule that holds where all of these do. No order of them matters. */
export function allOf(rules: readonly AccessRule[]): AccessRule {
  if (rules.some(rule => rule.nobody)) return nobody;
  return {
    nobody: false,
    authenticated: rules.some(rule => rule.authenticated),
    scopes: conjunction(rules.flatMap(({ scopes }) => scopes)),
    policies: conjunction(rules.flatMap(({ policies }) => policies)),
  };
}

export function isOpen(rule: AccessRule): boolean {
  return !rule.nobody && !rule.authenticated && rule.scopes.length === 0 && rule.policies.length === 0;
}

/** Equal for equal rules. */
export function ruleText({ nobody, authenticated, scopes, policies }: AccessRule): string {
  return JSON.stringify([nobody, authenticated, scopes, policies]);
}

/** The policies that a rule names. */
export function policiesOf({ policies }: AccessRule): readonly string[] {
  return [...new Set(policies.flat(2))];
}

function conjunction(parts: readonly AnyOf[]): readonly AnyOf[] {
  return distinct(parts.map(canonical));
}

/** Names sorted; an alternative that wants more than another is no alternative. */
function canonical(anyOf: AnyOf): AnyOf {
  const alternatives = distinct(anyOf.map(names => [...new Set(names)].sort()));
  return alternatives.filter(
    names => !alternatives.some(other => other.length < names.length && other.every(name => names.includes(name))),
  );
}

function distinct<T>(values: readonly T[]): readonly T[] {
  const byText = new Map(values.map(value => [JSON.stringify(value), value] as const));
  return [...byText].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, value]) => value);
}
