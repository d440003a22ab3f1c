import type { DescMessage } from '@bufbuild/protobuf';
import { isMessageSet } from '../../src/adapters/grpc/describe/members.ts';
import { isLegacyRequired } from '../../src/adapters/grpc/describe/presence.ts';

/** Whatever is a type with fields in GraphQL. Message sets are written in a form of their own. */
export function isTested(type: DescMessage): boolean {
  const isOfProtoc = type.typeName.startsWith('google.protobuf.');
  return !isOfProtoc && !isMessageSet(type) && type.fields.length > 0 && !requiresItself(type, new Set());
}

/** There is no such message: it would be endless. */
function requiresItself(type: DescMessage, above: ReadonlySet<DescMessage>): boolean {
  if (above.has(type)) return true;
  const within = new Set([...above, type]);
  return type.fields.some(
    field => isLegacyRequired(field) && field.message !== undefined && requiresItself(field.message, within),
  );
}
