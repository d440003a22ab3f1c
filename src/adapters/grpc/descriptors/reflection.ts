import { fromBinary } from '@bufbuild/protobuf';
import { type FileDescriptorProto, FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt';
import type { Client } from '@grpc/grpc-js';
import type { LoadIo } from '../../../adapter/adapter.ts';
import { knownHeaders } from '../../../adapter/own-headers.ts';
import { headersAtLoading } from '../../../adapter/sign-in/at-loading.ts';
import { type Checked, checked, refused } from '../../../base/checked.ts';
import type { Diagnostic, DiagnosticCode } from '../../../base/diagnostic.ts';
import { credentialHeaders } from '../../../source/credential.ts';
import type { Source } from '../../../source/source.ts';
import { openChannel } from '../calls/channel.ts';
import { wellKnownFiles } from '../proto/builtin.ts';
import type { GrpcDocument } from './document.ts';
import { documentOfDescriptors } from './linked-document.ts';
import { addExtensions } from './reflected-extensions.ts';
import { ReflectionClient } from './reflection-client.ts';

/** What a server may make us hold. */
const maxBytes = 64 * 1024 * 1024;
const maxFiles = 10_000;

/** A server's description of itself (grpc/grpc: doc/server-reflection.md), repaired where it is not what protoc would write. */
export async function reflect(source: Source, io: LoadIo): Promise<Checked<GrpcDocument>> {
  const { endpoint } = source;
  if (endpoint === undefined) {
    const message = 'Reflection needs the endpoint of the server.';
    return refused(fault('CONFIG_MISSING_KEY', message, [source.name], 'Give the source an "endpoint".'));
  }
  const { metadataOf } = await import('../calls/metadata.ts');
  const credential = source.options.documentCredential ?? source.options.credential;
  const signIn = source.options.documentCredential ? checked({}) : await headersAtLoading(source, io.signal);
  if (!signIn.ok) return signIn;
  const metadata = metadataOf({
    ...knownHeaders(source.options.headers),
    ...(credential ? credentialHeaders(credential) : {}),
    ...signIn.value,
  });
  let channel: Client | undefined;
  try {
    channel = await openChannel({ ...source, options: { ...source.options, maxResponse: maxBytes } }, endpoint);
    const deadline = Date.now() + source.options.timeout;
    const { client, services } = await ReflectionClient.open(channel, metadata, deadline, io.signal);
    const files = new ReflectedFiles(client);
    const described = services.filter(name => !/^grpc\.reflection\.v1(alpha)?\.ServerReflection$/.test(name));
    if (described.length > maxFiles) throw new TooMuch();
    for (const service of described) await files.addSymbol(service);
    if (source.options.extensions) await files.addExtensions();
    client.close();
    return documentOf(endpoint, described, files);
  } catch (error) {
    if (channel) return refused(refusalOf(error, endpoint));
    const message = `No connection can be made of "endpoint" and "tls": ${error instanceof Error ? error.message : error}.`;
    return refused(fault('CONFIG_INVALID_VALUE', message, [source.name], 'Check both, and the PEM texts of "tls".'));
  } finally {
    channel?.close();
  }
}

class TooMuch extends Error {}

/** The files that describe services, with what they import. */
class ReflectedFiles {
  readonly byName = new Map<string, FileDescriptorProto>();
  readonly missing = new Map<string, string>();
  readonly #client: ReflectionClient;
  #bytes = 0;

  constructor(client: ReflectionClient) {
    this.#client = client;
  }

  async addSymbol(symbol: string): Promise<void> {
    const files = await this.#client.fileOfSymbol(symbol);
    if (files) await this.#add(files);
    else this.missing.set(symbol, symbol);
  }

  addExtensions(): Promise<void> {
    return addExtensions(this.#client, this.byName, found => this.#add(found));
  }

  async #add(files: readonly Uint8Array[]): Promise<void> {
    const queue = files.flatMap(bytes => this.#take(bytes));
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const { name, importer } = next;
      if (this.byName.has(name) || wellKnownFiles.has(name) || this.missing.has(name)) continue;
      const found = await this.#client.fileByName(name);
      if (found) queue.push(...found.flatMap(bytes => this.#take(bytes)));
      if (!this.byName.has(name)) this.missing.set(name, importer);
    }
  }

  /** Keeps a file; gives what it imports. */
  #take(bytes: Uint8Array): { name: string; importer: string }[] {
    this.#bytes += bytes.length;
    if (this.#bytes > maxBytes || this.byName.size >= maxFiles) throw new TooMuch();
    const file = fromBinary(FileDescriptorProtoSchema, bytes);
    if (this.byName.has(file.name) || wellKnownFiles.has(file.name)) return [];
    this.byName.set(file.name, file);
    return file.dependency.map(name => ({ name, importer: file.name }));
  }
}

function documentOf(endpoint: string, services: readonly string[], files: ReflectedFiles): Checked<GrpcDocument> {
  const missing = [...files.missing].map(
    ([name, importer]): Diagnostic => ({
      severity: 'warning',
      code: 'REFERENCE_NOT_FOUND',
      message: `The server does not describe "${name}"; what needs it is left out.`,
      at: [endpoint, importer],
    }),
  );
  const document = documentOfDescriptors({
    address: endpoint,
    addressOf: name => `${endpoint} ${name}`,
    files: files.byName,
    services: services.filter(name => !files.missing.has(name)),
    refusal: {
      message: "The server's description of itself cannot be understood",
      hint: 'Give the source its .proto files instead.',
    },
  });
  return { ...document, diagnostics: [...missing, ...document.diagnostics] };
}

function refusalOf(error: unknown, endpoint: string): Diagnostic {
  if (error instanceof TooMuch) {
    return fault(
      'DOCUMENT_TOO_LARGE',
      `The server describes itself in more than ${maxFiles} services or files, or ${maxBytes} bytes.`,
      [endpoint],
    );
  }
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  switch (code) {
    case 1:
    case 4:
      return fault('DOCUMENT_TIMEOUT', 'The server did not describe itself in time.', [endpoint]);
    case 7:
    case 16:
      return fault(
        'DOCUMENT_REFUSED',
        'The server refuses to describe itself to us.',
        [endpoint],
        'Give the source a "documentCredential".',
      );
    case 12:
      return fault(
        'DOCUMENT_NOT_FOUND',
        'The server has no reflection service.',
        [endpoint],
        'Register it in the server, or give the source its .proto files.',
      );
    case 14:
      return fault('DOCUMENT_UNREACHABLE', 'The server cannot be reached.', [endpoint], 'Check "endpoint" and "tls".');
    default:
      return fault('DOCUMENT_INVALID', 'The server did not describe itself as gRPC reflection asks.', [endpoint]);
  }
}

function fault(code: DiagnosticCode, message: string, at: readonly string[], hint?: string): Diagnostic {
  return { severity: 'error', code, message, at, ...(hint === undefined ? {} : { hint }) };
}
