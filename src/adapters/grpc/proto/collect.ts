import type { FileDescriptorProto } from '@bufbuild/protobuf/wkt';
import type { Diagnostic } from '../../../base/diagnostic.ts';
import type { DocumentReader, SourceText } from '../../../source/reader.ts';
import { bundledFile, wellKnownFiles } from './builtin.ts';
import type { Import, ParsedFile } from './declared-file.ts';
import type { PendingOption } from './option.ts';
import { parseProto } from './parser.ts';
import { SyntaxFault } from './syntax-fault.ts';

/** A file of the tree, with its imports replaced by the files that they are. */
export interface CollectedFile {
  /** Where it was read; the import's path for files that are built in. */
  readonly address: string;
  readonly descriptor: FileDescriptorProto;
  readonly pendingOptions: readonly PendingOption[];
  /** One of protoc's own files: shared, so never changed. */
  readonly isBuiltIn: boolean;
}

/**
 * Gathers `.proto` files and all they import, dependencies first. An import is looked for below the include folders, then below the
 * importing file's folder and the folders above it (what protoc's `-I` would name), always within the reader's bounds. An import with
 * `.` or `..` in it, which protoc refuses and protobufjs takes, is relative to the importing file.
 */
export class FileCollector {
  readonly files: CollectedFile[] = [];
  readonly diagnostics: Diagnostic[] = [];
  readonly #reader: DocumentReader;
  readonly #include: readonly string[];
  readonly #bounds: readonly string[];
  /** Of a folder's files: found without asking the reader. */
  readonly #listed: ReadonlySet<string>;
  readonly #byAddress = new Map<string, CollectedFile | undefined>();
  readonly #names = new Set<string>();
  readonly #underWay = new Set<string>();
  /** Imports that are not there: each is told once. */
  readonly #missing = new Set<string>();

  constructor(
    reader: DocumentReader,
    places: { readonly include: readonly string[]; readonly root: string; readonly listed: readonly string[] },
  ) {
    this.#reader = reader;
    this.#include = places.include.map(withoutSlash);
    this.#bounds = [withoutSlash(places.root), ...this.#include];
    this.#listed = new Set(places.listed);
  }

  /** A file of the document itself; undefined, and a diagnostic, where it cannot be read or parsed. */
  async add(address: string): Promise<CollectedFile | undefined> {
    const wellKnown = wellKnownPath(address);
    if (wellKnown !== undefined) return this.#addBuiltIn(wellKnown);
    if (this.#byAddress.has(address)) return this.#byAddress.get(address);
    const text = await this.#reader.read(address);
    if (text.ok) return this.#parse(text.value, this.#nameOf(address));
    this.diagnostics.push(...text.diagnostics);
    return undefined;
  }

  /** Relative to the innermost bound that holds it, as protoc would name it. */
  #nameOf(address: string): string {
    const bound = this.#bounds.filter(folder => isInside(address, folder)).sort((a, b) => b.length - a.length)[0];
    return bound === undefined ? address.slice(address.lastIndexOf('/') + 1) : address.slice(bound.length + 1);
  }

  async #parse(text: SourceText, name: string): Promise<CollectedFile | undefined> {
    const { address } = text;
    let parsed: ParsedFile;
    try {
      parsed = parseProto(text.text, this.#names.has(name) ? address : name);
    } catch (error) {
      if (!(error instanceof SyntaxFault)) throw error;
      const at = [`${address}:${error.line}:${error.column}`];
      this.diagnostics.push({ severity: 'error', code: 'DOCUMENT_SYNTAX', message: `${error.message}.`, at });
      this.#byAddress.set(address, undefined);
      return undefined;
    }
    return this.#settle(address, parsed);
  }

  /** Imports first, then the file itself. */
  async #settle(address: string, parsed: ParsedFile): Promise<CollectedFile> {
    const { descriptor, pendingOptions } = parsed;
    this.#names.add(descriptor.name);
    this.#underWay.add(address);
    for (const { line, message } of parsed.oddOptions) {
      this.diagnostics.push({
        severity: 'note',
        code: 'CONSTRUCT_NOT_SUPPORTED',
        message,
        at: [`${address}:${line}`],
      });
    }
    const found = new Map<string, string>();
    for (const imported of parsed.imports) {
      const file = await this.#import(imported, address);
      if (file) found.set(imported.path, file.descriptor.name);
    }
    this.#underWay.delete(address);
    retarget(descriptor, found);
    const collected = { address, descriptor, pendingOptions, isBuiltIn: false };
    this.files.push(collected);
    this.#byAddress.set(address, collected);
    return collected;
  }

  async #import(imported: Import, importer: string): Promise<CollectedFile | undefined> {
    const at = [`${importer}:${imported.line}`];
    if (wellKnownFiles.has(imported.path)) return this.#addBuiltIn(imported.path);
    const candidates = this.#candidates(imported.path, importer);
    if (candidates === undefined) {
      const message = `The import ${JSON.stringify(imported.path)} leads out of the import folders.`;
      this.diagnostics.push({ severity: 'error', code: 'DOCUMENT_OUTSIDE_ROOT', message, at });
      return undefined;
    }
    const refusals: Diagnostic[] = [];
    for (const candidate of candidates) {
      if (this.#underWay.has(candidate)) {
        const message = `"${imported.path}" is imported by a file that it imports itself, which protoc refuses.`;
        this.diagnostics.push({ severity: 'warning', code: 'REFERENCE_CYCLE', message, at });
        return undefined;
      }
      if (this.#byAddress.has(candidate)) return this.#byAddress.get(candidate);
      const text = await this.#reader.read(candidate);
      if (text.ok) return this.#parse(text.value, isDotted(imported.path) ? this.#nameOf(candidate) : imported.path);
      refusals.push(...text.diagnostics.filter(({ code }) => code !== 'DOCUMENT_NOT_FOUND'));
    }
    const bundled = bundledFile(imported.path);
    if (bundled) return this.#byAddress.get(imported.path) ?? this.#settle(imported.path, bundled);
    if (this.#missing.has(imported.path)) return undefined;
    this.#missing.add(imported.path);
    if (refusals.length === 0) refusals.push(await this.#notFound(imported.path, importer, at));
    this.diagnostics.push(...refusals);
    return undefined;
  }

  async #notFound(path: string, importer: string, at: readonly string[]): Promise<Diagnostic> {
    const folder = await this.#startOf(path, importer);
    const where =
      folder === undefined ? '' : ` Its folder lies below "${folder}", which is outside the import folders.`;
    const start = folder === undefined ? 'the folder that the import starts from' : `"${folder}"`;
    return {
      severity: 'warning',
      code: 'REFERENCE_NOT_FOUND',
      message: `The import "${path}" is not there; what needs it is left out.${where}`,
      at,
      hint: `Make ${start} the root ("root:", --root), or name it under "include:" (--include).`,
    };
  }

  /** The nearest folder above the bounds that holds the import's own folder. Nothing there is read. */
  async #startOf(path: string, importer: string): Promise<string | undefined> {
    if (!path.includes('/') || isDotted(path)) return undefined;
    for (const folder of foldersAbove(importer)) {
      if (this.#bounds.some(bound => `${folder}/`.startsWith(`${bound}/`))) continue;
      if (await this.#reader.isFolder(`${folder}/${path.slice(0, path.lastIndexOf('/'))}`)) return folder;
    }
    return undefined;
  }

  /** Where an import may be; undefined where it leads out of the bounds. */
  #candidates(path: string, importer: string): string[] | undefined {
    if (/^\/|\/\/|[\\:]/.test(path)) return undefined;
    const folders = foldersAbove(importer);
    if (isDotted(path)) {
      const candidate = withoutDots(`${folders[0]}/${path}`);
      return this.#isWithin(candidate) ? [candidate] : undefined;
    }
    const candidates = [...this.#include, ...folders].map(folder => `${folder}/${path}`);
    const listed = candidates.find(candidate => this.#listed.has(candidate));
    if (listed !== undefined) return [listed];
    return [...new Set(candidates)].filter(candidate => this.#isWithin(candidate));
  }

  #isWithin(address: string): boolean {
    return this.#bounds.some(bound => isInside(address, bound));
  }

  #addBuiltIn(path: string): CollectedFile | undefined {
    const descriptor = wellKnownFiles.get(path);
    const existing = this.#byAddress.get(path);
    if (existing || !descriptor) return existing;
    for (const dependency of descriptor.dependency) this.#addBuiltIn(dependency);
    const collected = { address: path, descriptor, pendingOptions: [], isBuiltIn: true };
    this.#names.add(path);
    this.files.push(collected);
    this.#byAddress.set(path, collected);
    return collected;
  }
}

/** Imports by the names of the files that were found; those that were not are left out. */
function retarget(descriptor: FileDescriptorProto, found: ReadonlyMap<string, string>): void {
  const publicPaths = new Set(descriptor.publicDependency.map(index => descriptor.dependency[index]));
  const weakPaths = new Set(descriptor.weakDependency.map(index => descriptor.dependency[index]));
  const kept = [...new Set(descriptor.dependency)].filter(path => found.has(path));
  descriptor.dependency = kept.map(path => found.get(path)!);
  descriptor.publicDependency = kept.flatMap((path, index) => (publicPaths.has(path) ? [index] : []));
  descriptor.weakDependency = kept.flatMap((path, index) => (weakPaths.has(path) ? [index] : []));
  descriptor.optionDependency = descriptor.optionDependency.flatMap(path => found.get(path) ?? []);
}

function isDotted(path: string): boolean {
  return path.split('/').some(step => step === '.' || step === '..');
}

function withoutDots(address: string): string {
  const steps: string[] = [];
  for (const step of address.split('/')) {
    if (step === '..') steps.pop();
    else if (step !== '.') steps.push(step);
  }
  return steps.join('/');
}

function wellKnownPath(address: string): string | undefined {
  return [...wellKnownFiles.keys()].find(path => address.endsWith(`/${path}`));
}

/** From the nearest. */
function foldersAbove(address: string): string[] {
  const folders: string[] = [];
  for (let end = address.lastIndexOf('/'); end > 0; end = address.lastIndexOf('/', end - 1)) {
    folders.push(address.slice(0, end));
  }
  return folders;
}

function isInside(address: string, folder: string): boolean {
  return address.startsWith(`${folder}/`);
}

function withoutSlash(folder: string): string {
  return folder.replace(/\/+$/, '');
}
