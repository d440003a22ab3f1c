import type { DescEnum, DescMessage } from '@bufbuild/protobuf';
import { isRequiredInput } from './annotations.ts';
import type { Members } from './members.ts';
import { nullValue, scalarOfMessage } from './scalar-of.ts';

/** Has GraphQL a type with fields for the message? */
export function isComposite(message: DescMessage, members: Members): boolean {
  return scalarOfMessage(message, members) === undefined;
}

/** Messages with fields that can be reached, themselves included; a work-list, as types may be chained deeply. */
export function reachable(from: ReadonlySet<DescMessage>, members: Members): Set<DescMessage> {
  const found = new Set<DescMessage>();
  const queue = [...from].reverse();
  for (let message = queue.pop(); message !== undefined; message = queue.pop()) {
    if (found.has(message) || !isComposite(message, members)) continue;
    found.add(message);
    for (const field of [...members.of(message)].reverse()) if (field.message) queue.push(field.message);
  }
  return found;
}

export function enumsOf(messages: readonly DescMessage[], members: Members): Set<DescEnum> {
  const found = new Set<DescEnum>();
  for (const message of messages.filter(each => isComposite(each, members))) {
    for (const field of members.of(message)) {
      if (field.enum && field.enum.typeName !== nullValue) found.add(field.enum);
    }
  }
  return found;
}

/** A message that cannot be given because it requires itself: GraphQL forbids such inputs (3.10, Circular References). */
export function requiresItself(message: DescMessage, members: Members): boolean {
  const seen = new Set<DescMessage>();
  const queue = [message];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    for (const field of members.of(next)) {
      if (field.fieldKind !== 'message' || !isRequiredInput(field) || !isComposite(field.message, members)) continue;
      if (field.message === message) return true;
      if (!seen.has(field.message)) queue.push(field.message);
      seen.add(field.message);
    }
  }
  return false;
}
