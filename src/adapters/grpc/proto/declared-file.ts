import { create, type DescMessage, type Message } from '@bufbuild/protobuf';
import {
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
  SourceCodeInfo_LocationSchema,
  SourceCodeInfoSchema,
} from '@bufbuild/protobuf/wkt';
import { applyOption, type PendingOption, type WrittenOption } from './option.ts';
import type { Token } from './tokens.ts';

/** A `.proto` text as its parser leaves it: type names are as written, and options of extensions wait. */
export interface ParsedFile {
  readonly descriptor: FileDescriptorProto;
  readonly imports: readonly Import[];
  readonly pendingOptions: readonly PendingOption[];
  /** Options that descriptor.proto does not have, or has otherwise: of an older or a newer compiler, mostly. */
  readonly oddOptions: readonly { readonly line: number; readonly message: string }[];
}

export interface Import {
  readonly path: string;
  readonly kind: 'plain' | 'public' | 'weak' | 'option';
  readonly line: number;
}

/** What a parser gathers beside the descriptor's own fields: comments by path, imports, options that wait. */
export class DeclaredFile implements ParsedFile {
  readonly descriptor: FileDescriptorProto = create(FileDescriptorProtoSchema);
  readonly imports: Import[] = [];
  readonly pendingOptions: PendingOption[] = [];
  readonly oddOptions: { line: number; message: string }[] = [];

  /** Options of descriptor.proto are written at once, those of extensions are kept for later. */
  option(written: WrittenOption, schema: DescMessage, target: Message, scope: string): void {
    if (written.path.some(part => part.isExtension)) {
      this.pendingOptions.push({ ...written, schema, target, scope });
      return;
    }
    try {
      applyOption(written, schema, target);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const name = written.path.map(part => part.name).join('.');
      this.oddOptions.push({ line: written.line, message: `Option "${name}" is passed over: ${reason}.` });
    }
  }

  /** The comment at a declaration (descriptor.proto, SourceCodeInfo.Location), taken from its first and its last token. */
  comment(path: readonly number[], first: Token, last: Token): void {
    const leadingComments = first.leading;
    const trailingComments = last.trailing;
    if (leadingComments === undefined && trailingComments === undefined) return;
    this.descriptor.sourceCodeInfo ??= create(SourceCodeInfoSchema);
    this.descriptor.sourceCodeInfo.location.push(
      create(SourceCodeInfo_LocationSchema, {
        path: [...path],
        ...(leadingComments === undefined ? {} : { leadingComments }),
        ...(trailingComments === undefined ? {} : { trailingComments }),
      }),
    );
  }
}
