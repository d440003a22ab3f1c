import { type AccessRule, type AnyOf, allOf, everyone } from './access-rule.ts';
import type { Annotation } from './annotation.ts';
import type { AnnotationCheck } from './annotation-checks.ts';

/** What the annotations of one element say of who may use it. */
export interface StatedAccess {
  readonly rule: AccessRule;
  /** Open to all, where what says nothing is denied. */
  readonly isPublic: boolean;
  /** Do they say anything of it? */
  readonly isStated: boolean;
}

const nothing: StatedAccess = { rule: everyone, isPublic: false, isStated: false };

/** All that several places say of an element holds. */
export function statedAccess(annotations: readonly Annotation[] = []): StatedAccess {
  const rules = annotations.flatMap(annotation => ruleOf(annotation) ?? []);
  const isPublic = annotations.some(({ directive }) => directive === 'public');
  if (rules.length === 0) return isPublic ? { rule: everyone, isPublic, isStated: true } : nothing;
  return { rule: allOf(rules), isPublic, isStated: true };
}

/** Undefined: it says nothing of who may, or `@public`. */
export function ruleOf({ directive, args }: Annotation): AccessRule | undefined {
  switch (directive) {
    case 'authenticated':
      return { ...everyone, authenticated: true };
    case 'requiresScopes':
      return { ...everyone, scopes: [args['scopes'] as AnyOf] }; // coerced by the directive's definition
    case 'policy':
      return { ...everyone, policies: [args['policies'] as AnyOf] }; // as above
    default:
      return undefined;
  }
}

/** A list without alternatives lets nobody in, and one without names everybody: neither is what anyone means. */
export const namesCheck: AnnotationCheck = ({ annotation: { directive, args } }) => {
  const anyOf = args[directive === 'policy' ? 'policies' : 'scopes'] as AnyOf; // as above
  const hint = 'Write [["a", "b"], ["c"]] for (a AND b) OR c.';
  if (anyOf.length === 0) return [{ message: `@${directive} has no alternative: nobody could satisfy it.`, hint }];
  if (anyOf.some(names => names.length === 0))
    return [{ message: `@${directive} has an alternative without names: everybody would satisfy it.`, hint }];
  if (anyOf.flat().some(name => name.trim() !== name || name === ''))
    return [{ message: `@${directive} has a name that is empty, or has blanks around it.`, hint }];
  return [];
};
