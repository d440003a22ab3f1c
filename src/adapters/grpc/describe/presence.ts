import { FeatureSet_FieldPresence as Presence } from '@bufbuild/protobuf/wkt';
import type { Member } from './members.ts';

/* protobuf.dev/programming-guides/field_presence */

/** Has the field its zero where it is absent? A member of a oneof never has. */
export function isImplicit(field: Member): boolean {
  return field.presence === Presence.IMPLICIT && !field.oneof;
}

/** Must a message hold the field: as proto2's `required`, or an edition's LEGACY_REQUIRED? */
export function isLegacyRequired(field: Member): boolean {
  return field.presence === Presence.LEGACY_REQUIRED;
}
