import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, extname, join, resolve } from 'node:path';
import { GraphQLError, parse } from 'graphql';
import type { z } from 'zod';
import { isRecord } from '../../base/json.ts';
import {
  defaultTrustedDocuments,
  type TrustedDocument,
  type TrustedDocumentsOptions,
} from '../../edge/documents/trusted-documents.ts';
import type { ConfigTree, KeyPath } from '../config-tree.ts';
import type { trustedDocumentsShape } from './trusted-documents-shape.ts';

/** Reads the manifests and documents that `trustedDocuments:` names. What cannot be read, or is no document, is told to the tree. */
export async function readTrustedDocuments(
  { mode, documents, clients, client }: z.output<typeof trustedDocumentsShape>,
  folder: string,
  tree: ConfigTree,
): Promise<TrustedDocumentsOptions> {
  const reading = new Reading(tree);
  const at = ['trustedDocuments'];
  for (const path of [documents].flat()) await reading.path(resolve(folder, path), null, [...at, 'documents']);
  for (const [name, own] of Object.entries(clients)) {
    for (const path of [own].flat()) await reading.path(resolve(folder, path), name, [...at, 'clients', name]);
  }
  if (mode === 'only' && reading.found.size === 0 && !tree.isUnusable([...at, 'documents'])) {
    tree.wrong(
      [...at, 'mode'],
      'In the mode "only", nothing could be executed: no documents are registered.',
      'name them in "documents"',
    );
  }
  return { mode, client: client ?? defaultTrustedDocuments.client, documents: [...reading.found.values()] };
}

class Reading {
  /** By client and id. */
  readonly found = new Map<string, TrustedDocument>();
  readonly #tree: ConfigTree;

  constructor(tree: ConfigTree) {
    this.#tree = tree;
  }

  async path(path: string, client: string | null, at: KeyPath): Promise<void> {
    try {
      if (!(await stat(path)).isDirectory()) {
        await this.#file(path, client, at);
        return;
      }
      const names = (await readdir(path)).sort().filter(name => ['.json', '.graphql', '.gql'].includes(extname(name)));
      for (const name of names) await this.#file(join(path, name), client, at);
      if (names.length === 0) this.#wrong(at, path, 'holds no .graphql, .gql or .json files');
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
      this.#wrong(at, path, `cannot be read (${code})`);
    }
  }

  async #file(file: string, client: string | null, at: KeyPath): Promise<void> {
    const text = await readFile(file, 'utf8');
    const manifest = extname(file) === '.json' ? jsonOf(text) : undefined;
    if (extname(file) !== '.json') this.#add({ client, id: basename(file, extname(file)), text }, file, at);
    else if (!isRecord(manifest)) this.#wrong(at, file, 'is no JSON object');
    else if (manifest['format'] === 'apollo-persisted-query-manifest') this.#apollo(manifest, client, file, at);
    else this.#plain(manifest, client, file, at);
  }

  /** A text by id; or by client, and then by id. */
  #plain(manifest: Readonly<Record<string, unknown>>, client: string | null, file: string, at: KeyPath): void {
    for (const [id, value] of Object.entries(manifest)) {
      if (typeof value === 'string') this.#add({ client, id, text: value }, file, at);
      else if (isRecord(value) && client === null) this.#ofClient(id, value, file, at);
      else this.#wrong(at, file, `has something else than a document under "${id}"`);
    }
  }

  #ofClient(client: string, documents: Readonly<Record<string, unknown>>, file: string, at: KeyPath): void {
    for (const [id, text] of Object.entries(documents)) {
      if (typeof text === 'string') this.#add({ client, id, text }, file, at);
      else this.#wrong(at, file, `has something else than a document under "${client}", "${id}"`);
    }
  }

  /** Apollo's "persisted query manifest", version 1; `clientName` is null where all may use it. */
  #apollo(manifest: Readonly<Record<string, unknown>>, client: string | null, file: string, at: KeyPath): void {
    const { operations } = manifest;
    if (!Array.isArray(operations)) {
      this.#wrong(at, file, 'has no list of "operations"');
      return;
    }
    for (const operation of operations) {
      const { id, body, clientName } = isRecord(operation) ? operation : {};
      if (typeof id === 'string' && typeof body === 'string') {
        this.#add({ client: typeof clientName === 'string' ? clientName : client, id, text: body }, file, at);
      } else this.#wrong(at, file, 'has an operation without a text for "id" and for "body"');
    }
  }

  #add(document: TrustedDocument, file: string, at: KeyPath): void {
    const key = JSON.stringify([document.client, document.id]);
    const before = this.found.get(key);
    if (before && before.text !== document.text) {
      this.#wrong(at, file, `has another document under the id "${document.id}"`);
      return;
    }
    this.found.set(key, document);
    try {
      parse(document.text, { noLocation: true });
    } catch (error) {
      const what = error instanceof GraphQLError ? error.message : String(error);
      this.#wrong(at, file, `has no GraphQL document under the id "${document.id}" (${what})`);
    }
  }

  #wrong(at: KeyPath, file: string, what: string): void {
    this.#tree.wrong(at, `The trusted documents of ${file}: it ${what}.`, 'the path is relative to the configuration');
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
