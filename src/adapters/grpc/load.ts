import { createFileRegistry } from '@bufbuild/protobuf';
import type { LoadIo } from '../../adapter/adapter.ts';
import { type Checked, checked, refused } from '../../base/checked.ts';
import { type Diagnostic, isError } from '../../base/diagnostic.ts';
import { isUrl } from '../../source/refusal.ts';
import type { Source } from '../../source/source.ts';
import { commentsOf } from './descriptors/comments.ts';
import type { GrpcDocument } from './descriptors/document.ts';
import { isDescriptorSet } from './descriptors/is-descriptor-set.ts';
import { pinned } from './descriptors/pin.ts';
import { FileCollector } from './proto/collect.ts';
import { joined } from './proto/full-name.ts';
import { link } from './proto/link.ts';

/** A `.proto` file, a folder of them, a compiled set, or a server that describes itself, as one set of descriptors. */
export async function load(source: Source, io: LoadIo): Promise<Checked<GrpcDocument>> {
  if (source.options.reflection)
    return pinned(await (await import('./descriptors/reflection.ts')).reflect(source, io), source);
  const { document } = source;
  if (document !== undefined) return loadFiles(document, source, io);
  return refused({
    severity: 'error',
    code: 'CONFIG_MISSING_KEY',
    message: 'A gRPC source needs a document.',
    at: [source.name],
    hint: 'Give "document" a .proto file or a folder of them, or ask the server with "reflection: true".',
  });
}

async function loadFiles(document: string, source: Source, io: LoadIo): Promise<Checked<GrpcDocument>> {
  if (isDescriptorSet(document))
    return (await import('./descriptors/descriptor-set.ts')).loadDescriptorSet(document, io);
  const isFolder = await io.reader.isFolder(document);
  const listed = isFolder ? await io.reader.list(document, '.proto') : checked([document]);
  if (!listed.ok) return listed;
  const root = source.options.root ?? (isFolder ? document : document.slice(0, Math.max(0, document.lastIndexOf('/'))));
  const { include, absent } = await includeFolders(source, io);
  const collector = new FileCollector(io.reader, { include, root, listed: isFolder ? listed.value : [] });
  const own = [];
  for (const address of listed.value) {
    const file = await collector.add(address);
    if (file) own.push(file);
  }
  if (own.length === 0) {
    if (collector.diagnostics.length > 0) return refused(...collector.diagnostics);
    const message = 'The folder holds no .proto file.';
    return refused({ severity: 'error', code: 'DOCUMENT_INVALID', message, at: [document] });
  }
  const comments = new Map(collector.files.flatMap(({ descriptor }) => [...commentsOf(descriptor)]));
  const { set, diagnostics, lostMethods } = link(collector.files);
  // Of the rest something can be called: what is left out of it refuses nothing.
  const told = [...absent, ...collector.diagnostics, ...diagnostics].map(diagnostic =>
    isError(diagnostic) ? { ...diagnostic, severity: 'warning' as const } : diagnostic,
  );
  try {
    createFileRegistry(set);
  } catch (error) {
    const message = `The files make no valid set: ${error instanceof Error ? error.message : String(error)}.`;
    return refused(...told, { severity: 'error', code: 'DOCUMENT_INVALID', message, at: [document] });
  }
  const declaring = own.some(({ descriptor }) => descriptor.service.length > 0) ? own : collector.files;
  const services = declaring.flatMap(({ descriptor }) =>
    descriptor.service.map(({ name }) => joined(descriptor.package, name)),
  );
  const lost = lostMethods.filter(method => services.includes(method.slice(0, method.indexOf('/'))));
  return checked({ address: document, set, services, comments, lostMethods: lost.length }, told);
}

/** The include folders that are there; each of the others is told of. */
async function includeFolders(source: Source, { reader }: LoadIo) {
  const include: string[] = [];
  const absent: Diagnostic[] = [];
  for (const folder of source.options.include) {
    if (isUrl(folder) || (await reader.isFolder(folder))) include.push(folder);
    else {
      const message = 'The include folder is not there; nothing is imported from it.';
      absent.push({ severity: 'warning', code: 'DOCUMENT_NOT_FOUND', message, at: [folder] });
    }
  }
  return { include, absent };
}
