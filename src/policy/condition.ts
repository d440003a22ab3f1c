import { isRecord } from '../base/json.ts';
import type { Principal } from '../base/principal.ts';

/** A policy of the configuration: data, in a closed language. */
export type Condition =
  | { readonly kind: 'all'; readonly of: readonly Condition[] }
  | { readonly kind: 'any'; readonly of: readonly Condition[] }
  | { readonly kind: 'not'; readonly of: Condition }
  | { readonly kind: 'equals'; readonly left: Operand; readonly right: Operand }
  | { readonly kind: 'in'; readonly item: Operand; readonly list: Operand }
  | { readonly kind: 'present'; readonly value: Operand };

/** A literal, or what a string that is a reference as a whole reads. */
export type Operand =
  | { readonly kind: 'literal'; readonly value: unknown }
  | { readonly kind: 'subject' }
  | { readonly kind: 'via' }
  | { readonly kind: 'scopes' }
  | { readonly kind: 'claims'; readonly path: readonly string[] }
  | { readonly kind: 'args'; readonly path: readonly string[] };

export type Arguments = Readonly<Record<string, unknown>>;

/** Does the condition hold for who asks, and for the arguments of the field that is asked? */
export function holds(condition: Condition, principal: Principal, args: Arguments = {}): boolean {
  switch (condition.kind) {
    case 'all':
      return condition.of.every(part => holds(part, principal, args));
    case 'any':
      return condition.of.some(part => holds(part, principal, args));
    case 'not':
      return !holds(condition.of, principal, args);
    case 'equals':
      return areEqual(read(condition.left, principal, args), read(condition.right, principal, args));
    case 'in': {
      const list = read(condition.list, principal, args);
      const item = read(condition.item, principal, args);
      return Array.isArray(list) && list.some(each => areEqual(each, item));
    }
    case 'present': {
      const value = read(condition.value, principal, args);
      return value !== undefined && value !== null;
    }
  }
}

/** The names of the arguments that a condition reads. */
export function argumentsRead(condition: Condition): readonly string[] {
  switch (condition.kind) {
    case 'all':
    case 'any':
      return [...new Set(condition.of.flatMap(argumentsRead))];
    case 'not':
      return argumentsRead(condition.of);
    case 'equals':
      return named(condition.left, condition.right);
    case 'in':
      return named(condition.item, condition.list);
    case 'present':
      return named(condition.value);
  }
}

function named(...operands: readonly Operand[]): readonly string[] {
  return [...new Set(operands.flatMap(operand => (operand.kind === 'args' ? operand.path.slice(0, 1) : [])))];
}

/** What is not there equals nothing, not even what else is not there: two callers without a name are not the same one. */
function areEqual(one: unknown, other: unknown): boolean {
  if (one === undefined || one === null || typeof one === 'object') return false;
  return one === other;
}

function read(operand: Operand, principal: Principal, args: Arguments): unknown {
  switch (operand.kind) {
    case 'literal':
      return operand.value;
    case 'subject':
      return principal.subject;
    case 'via':
      return principal.via;
    case 'scopes':
      return [...principal.scopes];
    case 'claims':
      return walk(principal.claims, operand.path);
    case 'args':
      return walk(args, operand.path);
  }
}

/** Own properties alone. A name with dots in it, as those of claims may be, is tried as a whole first. */
function walk(value: unknown, path: readonly string[]): unknown {
  if (path.length === 0) return value;
  if (!isRecord(value)) return undefined;
  const whole = path.join('.');
  if (Object.hasOwn(value, whole)) return value[whole];
  const [first = '', ...rest] = path;
  return Object.hasOwn(value, first) ? walk(value[first], rest) : undefined;
}
