import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { adapters } from '../adapters/index.ts';
import type { Checked } from '../base/checked.ts';
import { detectProtocol } from '../registry/detect-protocol.ts';
import { type LoadedSource, loadSource, readerOf } from '../registry/load-source.ts';
import type { DeclaredSource } from '../source/declared-source.ts';
import { defaultSourceOptions } from '../source/source.ts';

/** What a command line points at. */
export interface Pointer {
  /** A file, a folder or a URL; a gRPC server as host:port; a GraphQL server as its URL. */
  readonly document: string;
  readonly protocol?: string;
  readonly endpoint?: string;
  readonly root?: string;
  readonly include?: readonly string[];
}

export interface Pointed {
  readonly source: DeclaredSource;
  readonly loaded: Checked<LoadedSource>;
}

/** Finds out what it is that a command line points at, and reads it. */
export async function readPointed(pointer: Pointer, name: string): Promise<Pointed> {
  const { document, protocol } = pointer;
  if ((protocol ?? 'grpc') === 'grpc' && isHostAndPort(document, protocol)) return read(reflected(pointer, name));
  const described = await readDocument(declare(pointer, name));
  const mayBeServer = isHttpUrl(document) && (protocol ?? 'graphql') === 'graphql' && !isSilent(described.loaded);
  if (described.loaded.ok || !mayBeServer) return described;
  const asked = await read(graphqlServer(pointer, name));
  return asked.loaded.ok || protocol === 'graphql' ? asked : described;
}

async function read(source: DeclaredSource): Promise<Pointed> {
  return { source, loaded: await loadSource(source, adapters, { lint: true }) };
}

/** With the protocol that its document tells, unless it is given. */
async function readDocument(source: DeclaredSource): Promise<Pointed> {
  if (source.protocol !== undefined || source.document === undefined) return read(source);
  const protocol = await detectProtocol(source.document, readerOf(source), adapters);
  return protocol.ok ? read({ ...source, protocol: protocol.value }) : { source, loaded: protocol };
}

/** Nobody answers there: nobody need be asked anything else. */
function isSilent({ diagnostics }: Checked<unknown>): boolean {
  return diagnostics.some(({ code }) => code === 'DOCUMENT_TIMEOUT' || code === 'DOCUMENT_UNREACHABLE');
}

function declare(pointer: Pointer, name: string): DeclaredSource {
  const { document, protocol, endpoint, root, include = [] } = pointer;
  return {
    name,
    ...(protocol === undefined ? {} : { protocol }),
    document: isHttpUrl(document) ? document : resolve(document),
    ...(endpoint === undefined ? {} : { endpoint }),
    options: {
      ...defaultSourceOptions,
      ...(root === undefined ? {} : { root: resolve(root) }),
      include: include.map(folder => resolve(folder)),
    },
  };
}

function graphqlServer(pointer: Pointer, name: string): DeclaredSource {
  const { document: _, ...source } = declare(pointer, name);
  return { ...source, protocol: 'graphql', endpoint: pointer.endpoint ?? pointer.document };
}

function reflected(pointer: Pointer, name: string): DeclaredSource {
  const { document: _, ...source } = declare(pointer, name);
  return { ...source, protocol: 'grpc', endpoint: pointer.document, options: { ...source.options, reflection: true } };
}

function isHttpUrl(text: string): boolean {
  return /^https?:\/\//i.test(text);
}

/** With a scheme it is a gRPC server only where the protocol says so. */
function isHostAndPort(text: string, protocol: string | undefined): boolean {
  const hostAndPort = /^(https?:\/\/)?(\[[0-9a-fA-F:.]+\]|[\w.-]+):\d{1,5}$/.test(text);
  return hostAndPort && (protocol !== undefined || !isHttpUrl(text)) && !existsSync(resolve(text));
}
