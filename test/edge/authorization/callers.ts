import { anonymous, type Principal } from '../../../src/base/principal.ts';
import type { Condition } from '../../../src/policy/condition.ts';
import { readCondition } from '../../../src/policy/read-condition.ts';

/** A caller, as authentication would tell him. */
export function caller(
  subject: string | null,
  scopes: readonly string[] = [],
  claims: Readonly<Record<string, unknown>> = {},
): Principal {
  if (subject === null) return anonymous;
  return { subject, scopes: new Set(scopes), claims: Object.assign(Object.create(null), claims), via: 'test' };
}

/** Policies as the configuration writes them. */
export function rules(written: Readonly<Record<string, unknown>>): ReadonlyMap<string, Condition> {
  return new Map(
    Object.entries(written).map(([name, condition]) => {
      const problems: Parameters<typeof readCondition>[1] = [];
      const read = readCondition(condition, problems);
      if (!read) throw new Error(JSON.stringify(problems));
      return [name, read] as const;
    }),
  );
}
