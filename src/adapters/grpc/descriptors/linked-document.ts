import { createFileRegistry } from '@bufbuild/protobuf';
import type { FileDescriptorProto } from '@bufbuild/protobuf/wkt';
import { type Checked, checked, refused } from '../../../base/checked.ts';
import type { Diagnostic } from '../../../base/diagnostic.ts';
import { wellKnownFiles } from '../proto/builtin.ts';
import type { CollectedFile } from '../proto/collect.ts';
import { joined } from '../proto/full-name.ts';
import { link } from '../proto/link.ts';
import { commentsOf } from './comments.ts';
import type { GrpcDocument } from './document.ts';
import { repair } from './repair.ts';

/** Descriptors that were made elsewhere: a compiler's output, or a server's account of itself. */
interface Descriptors {
  /** Where they are from. */
  readonly address: string;
  /** Where a file of theirs is. */
  addressOf(name: string): string;
  /** By name. Files of protoc's own are replaced by ours. */
  readonly files: ReadonlyMap<string, FileDescriptorProto>;
  /** Full names; those that the files do not declare are told of. Absent: all that the files declare. */
  readonly services?: readonly string[];
  /** What the refusal of descriptors that make no set begins with. */
  readonly refusal: { readonly message: string; readonly hint: string };
}

/** Repaired where they are not what protoc would write, and linked; what does not resolve is left out with a diagnostic. */
export function documentOfDescriptors(descriptors: Descriptors): Checked<GrpcDocument> {
  const { address, files, refusal } = descriptors;
  const own = [...files].filter(([name]) => !wellKnownFiles.has(name));
  const builtIn = [...wellKnownFiles].map(
    ([name, descriptor]): CollectedFile => ({ address: name, descriptor, pendingOptions: [], isBuiltIn: true }),
  );
  const diagnostics: Diagnostic[] = [];
  try {
    for (const [, file] of own) repair(file);
    const linked = link(
      [...builtIn, ...own.map(([name, descriptor]) => collected(descriptors, name, descriptor))],
      'vague',
    );
    diagnostics.push(...linked.diagnostics);
    createFileRegistry(linked.set);
    const declared = new Set(
      own.flatMap(([, file]) => file.service.map(service => joined(file.package, service.name))),
    );
    const services = descriptors.services ?? [...declared];
    for (const service of services.filter(name => !declared.has(name))) {
      const message = `The service "${service}" is named, but no file declares it.`;
      diagnostics.push({ severity: 'warning', code: 'REFERENCE_NOT_FOUND', message, at: [address, service] });
    }
    const comments = new Map(own.flatMap(([, file]) => [...commentsOf(file)]));
    const lostMethods = linked.lostMethods.filter(method => services.includes(method.slice(0, method.indexOf('/'))));
    return checked({ address, set: linked.set, services, comments, lostMethods: lostMethods.length }, diagnostics);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const message = `${refusal.message}: ${reason}.`;
    return refused(...diagnostics, {
      severity: 'error',
      code: 'DOCUMENT_INVALID',
      message,
      at: [address],
      hint: refusal.hint,
    });
  }
}

function collected(descriptors: Descriptors, name: string, descriptor: FileDescriptorProto): CollectedFile {
  return { address: descriptors.addressOf(name), descriptor, pendingOptions: [], isBuiltIn: false };
}
