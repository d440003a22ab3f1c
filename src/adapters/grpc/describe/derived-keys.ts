import type { DescMessage, DescOneof } from '@bufbuild/protobuf';
import { fullNameOf, type Member } from './members.ts';

/* What types that derive from declarations are known by until they have names. */

export function caseKey(oneof: DescOneof): string {
  return `case of ${oneof.parent.typeName}.${oneof.name}`;
}

export function unionKey(oneof: DescOneof): string {
  return `union ${oneof.parent.typeName}.${oneof.name}`;
}

export function memberKey(field: Member): string {
  return `member ${fullNameOf(field)}`;
}

export function oneofKey(oneof: DescOneof): string {
  return `oneof ${oneof.parent.typeName}.${oneof.name}`;
}

export function entryKey(field: Member, suffix: '' | 'Input'): string {
  return `entry${suffix} ${fullNameOf(field)}`;
}

export function inputKey(message: DescMessage): string {
  return `input ${message.typeName}`;
}
