import type { Principal } from '../base/principal.ts';
import { type Arguments, type Asked, type Reference, referred } from '../base/reference.ts';

/** A policy of the configuration: data, in a closed language. */
export type Condition =
  | { readonly kind: 'all'; readonly of: readonly Condition[] }
  | { readonly kind: 'any'; readonly of: readonly Condition[] }
  | { readonly kind: 'not'; readonly of: Condition }
  | { readonly kind: 'equals'; readonly left: Operand; readonly right: Operand }
  | { readonly kind: 'in'; readonly item: Operand; readonly list: Operand }
  | { readonly kind: 'present'; readonly value: Operand };

/** A literal, or what a reference reads. */
export type Operand = { readonly kind: 'literal'; readonly value: unknown } | Reference;

/** Does the condition hold for who asks, with these headers, and for the arguments of the field that is asked? */
export function holds(
  condition: Condition,
  principal: Principal,
  args: Arguments = {},
  headers: NonNullable<Asked['headers']> = {},
): boolean {
  return satisfies(condition, { principal, headers }, args);
}

function satisfies(condition: Condition, asked: Asked, args: Arguments): boolean {
  switch (condition.kind) {
    case 'all':
      return condition.of.every(part => satisfies(part, asked, args));
    case 'any':
      return condition.of.some(part => satisfies(part, asked, args));
    case 'not':
      return !satisfies(condition.of, asked, args);
    case 'equals':
      return areEqual(read(condition.left, asked, args), read(condition.right, asked, args));
    case 'in': {
      const list = read(condition.list, asked, args);
      const item = read(condition.item, asked, args);
      return Array.isArray(list) && list.some(each => areEqual(each, item));
    }
    case 'present': {
      const value = read(condition.value, asked, args);
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

function read(operand: Operand, asked: Asked, args: Arguments): unknown {
  return operand.kind === 'literal' ? operand.value : referred(operand, asked, args);
}
