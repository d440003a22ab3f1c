import { isFieldSet } from '@bufbuild/protobuf';
import {
  type DescriptorProto,
  type EnumDescriptorProto,
  type FieldDescriptorProto,
  FieldDescriptorProtoSchema,
  type FileDescriptorProto,
  type OneofDescriptorProto,
} from '@bufbuild/protobuf/wkt';
import { joined } from './full-name.ts';

/** Is told of what was left out: what it is, and its full name. */
type Tell = (what: string, name: string) => void;

const { oneofIndex } = FieldDescriptorProtoSchema.field;

/**
 * Leaves out of a file what protoc would refuse it for, so that the rest works: what stands a second time in its scope, fields of a number that
 * another one has, and services and methods whose names could not stand in a call's path.
 */
export function declareOnce(file: FileDescriptorProto, tell: Tell): void {
  for (const message of file.messageType) ofMessage(message, joined(file.package, message.name), tell);
  file.enumType = withValues(file.enumType, file.package, tell);
  file.service = file.service.filter(service => {
    const name = joined(file.package, service.name);
    if (/^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*$/.test(name)) return true;
    tell('is no name for a service', name);
    return false;
  });
  for (const service of file.service) {
    const scope = joined(file.package, service.name);
    const named = service.method.filter(({ name }) => {
      if (/^[A-Za-z_]\w*$/.test(name)) return true;
      tell('is no name for a method', joined(scope, name));
      return false;
    });
    service.method = firsts(named, new Set(), scope, tell);
  }
}

function ofMessage(message: DescriptorProto, scope: string, tell: Tell): void {
  const types = new Set<string>();
  message.nestedType = firsts(message.nestedType, types, scope, tell);
  message.enumType = firsts(message.enumType, types, scope, tell);
  uniteOneofs(message, scope, tell);
  const numbers = new Set<number>();
  message.field = firsts(message.field, new Set(), scope, tell).filter(field => {
    const isSound = isFieldNumber(field.number) && !numbers.has(field.number);
    numbers.add(field.number);
    if (!isSound) tell(`has the number ${field.number}, which it cannot have`, joined(scope, field.name));
    return isSound;
  });
  for (const nested of message.nestedType) ofMessage(nested, joined(scope, nested.name), tell);
  message.enumType = withValues(message.enumType, scope, tell);
}

/** An enum has at least one value (protobuf.dev/programming-guides/proto3#enum), as GraphQL's have. */
function withValues(enums: readonly EnumDescriptorProto[], scope: string, tell: Tell): EnumDescriptorProto[] {
  return enums.filter(declared => {
    const name = joined(scope, declared.name);
    declared.value = firsts(declared.value, new Set(), name, tell);
    if (declared.value.length === 0) tell('has no values', name);
    return declared.value.length > 0;
  });
}

/** Members of oneofs of one name are members of one. A member of a oneof that is not there is a field like any other. */
function uniteOneofs(message: DescriptorProto, scope: string, tell: Tell): void {
  const places = new Map<string, number>();
  const kept: OneofDescriptorProto[] = [];
  const placeOf = message.oneofDecl.map(oneof => {
    const known = places.get(oneof.name);
    if (known !== undefined) {
      tell('is declared twice; they are taken for one', joined(scope, oneof.name));
      return known;
    }
    places.set(oneof.name, kept.length);
    return kept.push(oneof) - 1;
  });
  message.oneofDecl = kept;
  for (const field of message.field) {
    if (!isFieldSet(field, oneofIndex)) continue;
    const place = placeOf[field.oneofIndex];
    if (place === undefined) detach(field);
    else field.oneofIndex = place;
  }
}

function detach(field: FieldDescriptorProto): void {
  delete (field as { oneofIndex?: number }).oneofIndex; // absent is what its prototype has
  field.proto3Optional = false;
}

/** protobuf.dev/programming-guides/proto3#assigning */
function isFieldNumber(number: number): boolean {
  return number >= 1 && number <= 536_870_911;
}

function firsts<T extends { readonly name: string }>(
  declared: readonly T[],
  names: Set<string>,
  scope: string,
  tell: Tell,
): T[] {
  return declared.filter(({ name }) => {
    if (names.has(name)) {
      tell('is declared twice; the first is taken', joined(scope, name));
      return false;
    }
    names.add(name);
    return true;
  });
}
