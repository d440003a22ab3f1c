import type { DescriptorProto, FieldDescriptorProto } from '@bufbuild/protobuf/wkt';

/** A message that is being read. */
export interface MessagePlace {
  readonly message: DescriptorProto;
  readonly path: readonly number[];
  /** The message's full name. */
  readonly scope: string;
}

/** Where a field is put: into a message or an `extend` block, and where its group goes. */
export interface FieldHome {
  readonly fields: FieldDescriptorProto[];
  readonly groups: DescriptorProto[];
  readonly fieldPath: readonly number[];
  readonly groupPath: readonly number[];
  readonly scope: string;
  readonly extendee?: string;
  readonly oneofIndex?: number;
}

/** Numbers in paths are those of descriptor.proto's fields (SourceCodeInfo.Location). */
export function homeOf({ message, path, scope }: MessagePlace): FieldHome {
  return { fields: message.field, groups: message.nestedType, fieldPath: [...path, 2], groupPath: [...path, 3], scope };
}
