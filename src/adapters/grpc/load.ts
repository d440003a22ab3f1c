import { createFileRegistry } from '@bufbuild/protobuf';
import type { LoadIo } from '../../adapter/adapter.ts';
import { type Checked, checked, refused } from '../../base/checked.ts';
import type { Source } from '../../source/source.ts';
import { commentsOf } from './comments.ts';
import type { GrpcDocument } from './document.ts';
import { FileCollector } from './proto/collect.ts';
import { joined } from './proto/full-name.ts';
import { link } from './proto/link.ts';

/** A `.proto` file, a folder of them, or a server that describes itself, as one set of descriptors. */
export async function load(source: Source, io: LoadIo): Promise<Checked<GrpcDocument>> {
  if (source.options.reflection) return (await import('./reflection.ts')).reflect(source, io);
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
  if (/\.(pb|binpb|protoset|desc)$/.test(document)) {
    return refused({
      severity: 'error',
      code: 'CONSTRUCT_NOT_SUPPORTED',
      message: 'Binary descriptor sets cannot be read yet.',
      at: [document],
      hint: 'Name the .proto files they were compiled from, or ask the server with "reflection: true".',
    });
  }
  const isFolder = await io.reader.isFolder(document);
  const listed = isFolder ? await io.reader.list(document, '.proto') : checked([document]);
  if (!listed.ok) return listed;
  const root = source.options.root ?? (isFolder ? document : document.slice(0, Math.max(0, document.lastIndexOf('/'))));
  const collector = new FileCollector(io.reader, {
    include: source.options.include,
    root,
    listed: isFolder ? listed.value : [],
  });
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
  const told = [...collector.diagnostics, ...diagnostics];
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
