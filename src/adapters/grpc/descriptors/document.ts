import type { FileDescriptorSet } from '@bufbuild/protobuf/wkt';

/** What a source's `.proto` files or its reflection service come to. */
export interface GrpcDocument {
  /** The document's address, or the endpoint that was asked. */
  readonly address: string;
  /** Dependencies first; every type named in full; nothing in it that does not resolve. */
  readonly set: FileDescriptorSet;
  /** Full names of the services that are imported, in the document's order. */
  readonly services: readonly string[];
  /** What is said of a declaration, by its full name (`pkg.Service.Method`, `pkg.Message.field`). */
  readonly comments: ReadonlyMap<string, string>;
  /** Methods that stand in the document but not in the set: each has a diagnostic. */
  readonly lostMethods: number;
  /** What a server's own description is recognised by. Absent: it is no such. */
  readonly fingerprint?: string;
}
