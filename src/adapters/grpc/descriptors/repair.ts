import { isFieldSet } from '@bufbuild/protobuf';
import type { DescriptorProto, FieldDescriptorProto, FileDescriptorProto } from '@bufbuild/protobuf/wkt';
import { FieldDescriptorProtoSchema, FieldDescriptorProto_Label as Label } from '@bufbuild/protobuf/wkt';
import { upperFirst } from '../../../base/names.ts';
import { jsonNameOf, mapEntryName } from '../proto/implied-names.ts';

const { oneofIndex } = FieldDescriptorProtoSchema.field;

/**
 * Makes a descriptor that a server reflects what protoc would have written. Servers whose descriptors protobufjs made (proto-loader with
 * `@grpc/reflection`) leave out JSON names and imports, call map entries after their field, and lose `proto3_optional`. Relative names
 * of types are left to the linker.
 */
export function repair(file: FileDescriptorProto): void {
  for (const message of file.messageType) repairMessage(message, file.syntax === 'proto3');
  for (const field of file.extension) repairJsonName(field);
}

function repairMessage(message: DescriptorProto, isProto3: boolean): void {
  renameMapEntries(message);
  if (isProto3) markOptional(message);
  for (const field of [...message.field, ...message.extension]) repairJsonName(field);
  for (const nested of message.nestedType) repairMessage(nested, isProto3);
}

function repairJsonName(field: FieldDescriptorProto): void {
  if (field.jsonName === '') field.jsonName = jsonNameOf(field.name);
}

/** A field `inner` whose entry is called `Inner` would else be taken for a list of a message `Inner`. */
function renameMapEntries(message: DescriptorProto): void {
  for (const field of message.field) {
    const given = upperFirst(field.name);
    if (field.label !== Label.REPEATED || field.typeName !== given) continue;
    const entry = message.nestedType.find(({ name, options }) => name === given && options?.mapEntry === true);
    if (!entry) continue;
    entry.name = mapEntryName(field.name);
    field.typeName = entry.name;
  }
}

/** The oneof `_n` whose only member is `n` is the mark of `optional` (docs/implementing_proto3_presence.md of protobuf). */
function markOptional(message: DescriptorProto): void {
  for (const [index, oneof] of message.oneofDecl.entries()) {
    const members = message.field.filter(field => isFieldSet(field, oneofIndex) && field.oneofIndex === index);
    const [only] = members;
    if (members.length === 1 && only && oneof.name === `_${only.name}`) only.proto3Optional = true;
  }
}
