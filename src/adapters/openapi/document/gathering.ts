import { pathToFileURL } from 'node:url';
import { type Checked, checked, refused } from '../../../base/checked.ts';
import type { Diagnostic } from '../../../base/diagnostic.ts';
import { isRecord, own } from '../../../base/json.ts';
import type { DocumentReader, SourceText } from '../../../source/reader.ts';
import { type Located, pointerTo, type Resource, referenceKey, resourceAround } from './document.ts';
import { parseText } from './parse.ts';
import { referenceOf } from './resolver.ts';
import { isOurs, speaksToUs } from './said.ts';
import { isReference } from './security-schemes.ts';
import { mostLevels, walk } from './walk.ts';

/** A file that is named and not known yet. */
interface Wanted {
  /** As it is written. */
  readonly file: string;
  readonly from: Located;
  readonly resource: Resource;
  /** Undefined where its resource's URI is none that anything is relative to (`urn:`). */
  readonly uri: string | undefined;
  /** Is it named by where it stands, and not by a URI? */
  readonly isBeside: boolean;
}

const filesAtOnce = 16;

/** Follows the references from file to file until no file is new. */
export class Gathering {
  readonly files = new Map<string, unknown>();
  readonly resources = new Map<string, Map<string, Resource>>();
  readonly targets = new Map<string, Located>();
  readonly unreadable = new Set<string>();
  readonly anchors = new Map<string, Located>();
  readonly said: Located[] = [];
  readonly dynamic: Located[] = [];
  readonly diagnostics: Diagnostic[] = [];
  readonly #reader: DocumentReader;
  readonly #byUri = new Map<string, Located>();
  readonly #wanted = new Map<string, Wanted>();

  constructor(reader: DocumentReader) {
    this.#reader = reader;
  }

  /** Refused where the first file cannot be gone through; another one that cannot is a warning. */
  async gather({ address }: SourceText, parsed: unknown): Promise<Checked<this>> {
    const opened = this.#open(address, parsed);
    if (!opened.ok) return opened;
    for (let batch = this.#next(); batch.length > 0; batch = this.#next()) {
      const texts = await Promise.all(batch.map(wanted => this.#read(wanted)));
      for (const [index, text] of texts.entries()) this.#take(text, batch[index]!);
    }
    return checked(this, this.diagnostics);
  }

  /** Notes what a file says of itself, and what it wants. */
  #open(address: string, value: unknown): Checked<unknown> {
    const file = { value, address, pointer: '' };
    this.files.set(address, value);
    this.#byUri.set(uriOf(address), file);
    const beyond = walk(file, (node, place) => {
      if (!isTelling(node)) return;
      const at = place();
      this.#noteIdentity(node, at);
      if (speaksToUs(node)) this.said.push(at);
      if (Object.hasOwn(node, '$dynamicAnchor') || Object.hasOwn(node, '$dynamicRef')) this.dynamic.push(at);
      for (const reference of [referenceOf(node), ...schemesByUri(node)])
        if (reference !== undefined) this.#want(reference, at);
      for (const [key, mapped] of mappedFiles(node))
        this.#want(mapped, { ...at, pointer: pointerTo(`${at.pointer}/mapping`, key) });
    });
    return beyond ? refused(tooDeep(beyond)) : checked(value);
  }

  /** JSON Schema 2020-12, 8.2; OpenAPI 3.2, 4.1.1. An `$id` that is a fragment is the anchor of older drafts. */
  #noteIdentity(node: Readonly<Record<string, unknown>>, at: Located): void {
    const id = own(node, at.pointer === '' && Object.hasOwn(node, '$self') ? '$self' : '$id');
    if (typeof id === 'string' && !id.startsWith('#')) {
      const uri = resolved(id, this.#resourceOf(at).uri);
      const inFile = this.resources.get(at.address) ?? new Map<string, Resource>();
      this.resources.set(at.address, inFile.set(at.pointer, { ...at, uri: uri ?? id }));
      if (uri !== undefined && !this.#byUri.has(uri)) this.#byUri.set(uri, at);
    }
    const anchors = [
      own(node, '$anchor'),
      own(node, '$dynamicAnchor'),
      typeof id === 'string' && /^#./.test(id) && id.slice(1),
    ];
    for (const anchor of anchors) {
      if (typeof anchor !== 'string') continue;
      this.anchors.set(referenceKey(this.#resourceOf(at), anchor), at);
      const ofFile = referenceKey({ ...at, pointer: '' }, anchor);
      if (!this.anchors.has(ofFile)) this.anchors.set(ofFile, at);
    }
  }

  #want(reference: string, from: Located): void {
    const file = reference.split('#', 1)[0]!;
    if (file === '') return;
    const resource = this.#resourceOf(from);
    const key = referenceKey(resource, file);
    if (this.targets.has(key) || this.unreadable.has(key) || this.#wanted.has(key)) return;
    const isBeside = resource.uri === uriOf(from.address) && !/^[a-z][a-z0-9+.-]+:/i.test(file);
    this.#wanted.set(key, { file, from, resource, uri: resolved(file, resource.uri), isBeside });
  }

  /** What is to be read next. Files beside a file go first: what they call themselves may be what others want by URI. */
  #next(): Wanted[] {
    for (const [key, { uri }] of this.#wanted) {
      const known = this.#byUri.get(uri ?? '');
      if (!known) continue;
      this.targets.set(key, known);
      this.#wanted.delete(key);
    }
    const all = [...this.#wanted.values()];
    const beside = all.filter(({ isBeside }) => isBeside);
    const batch = (beside.length > 0 ? beside : all).slice(0, filesAtOnce);
    for (const { resource, file } of batch) this.#wanted.delete(referenceKey(resource, file));
    return batch;
  }

  /** By its URI; and where that cannot be had, as if the file were what it is relative to, since documents are moved and their URIs stay. */
  async #read({ file, from, resource, uri }: Wanted): Promise<Checked<SourceText>> {
    const relative = () => this.#reader.read(file, from.address);
    if (resource.uri === uriOf(from.address)) return relative();
    const text = uri === undefined ? refused() : await this.#reader.read(uri, from.address);
    if (text.ok) return text;
    const other = await relative();
    return other.ok || uri === undefined ? other : text;
  }

  /** A file that is refused or broken spoils only what needs it. */
  #take(text: Checked<SourceText>, { file, from, resource }: Wanted): void {
    const key = referenceKey(resource, file);
    const isNew = text.ok && !this.files.has(text.value.address);
    const parsed = isNew ? parseText(text.value) : text;
    const opened = isNew && parsed.ok ? this.#open(text.value.address, parsed.value) : parsed;
    if (!text.ok || !opened.ok) {
      this.unreadable.add(key);
      const at = [from.address, from.pointer];
      for (const diagnostic of opened.diagnostics)
        this.diagnostics.push({ ...diagnostic, severity: 'warning', at: [...at, ...diagnostic.at] });
      return;
    }
    const { address } = text.value;
    this.targets.set(key, { value: this.files.get(address), address, pointer: '' });
  }

  #resourceOf(at: Located): Resource {
    const around = resourceAround(this.resources, at);
    return around ?? { value: this.files.get(at.address), address: at.address, pointer: '', uri: uriOf(at.address) };
  }
}

const tellingKeys: ReadonlySet<string> = new Set([
  ...['$self', '$id', '$anchor', '$dynamicAnchor', '$dynamicRef', '$recursiveRef', 'mapping', 'security'],
]);

/** May the object say anything of itself, or want a file? Most have at the most a reference within their own. */
function isTelling(node: Readonly<Record<string, unknown>>): boolean {
  for (const key in node) {
    if (key === '$ref' ? !String(node[key]).startsWith('#') : tellingKeys.has(key) || isOurs(key)) return true;
  }
  return false;
}

/** Security requirements may name a scheme by its URI (OpenAPI 3.2, 4.30). */
function schemesByUri(node: Readonly<Record<string, unknown>>): readonly string[] {
  const requirements = own(node, 'security');
  if (!Array.isArray(requirements)) return [];
  return requirements.flatMap(each => (isRecord(each) ? Object.keys(each).filter(isReference) : []));
}

/** The files that a discriminator's mapping names (OpenAPI 3.2, 4.25.4): other values are names of schemas. */
function mappedFiles(node: Readonly<Record<string, unknown>>): (readonly [key: string, reference: string])[] {
  const mapping = own(node, 'mapping');
  if (!isRecord(mapping) || typeof own(node, 'propertyName') !== 'string') return [];
  return Object.entries(mapping).flatMap(([key, value]) =>
    typeof value === 'string' && /^[^#]+(\.(json|ya?ml)$|[#/])/i.test(value) ? [[key, value] as const] : [],
  );
}

function tooDeep({ address, pointer }: Located): Diagnostic {
  return {
    severity: 'error',
    code: 'DOCUMENT_INVALID',
    message: `The document is nested more than ${mostLevels} levels deep.`,
    at: [address, `${pointer.slice(0, 60)}…`],
    hint: 'Give the parts names, and refer to them.',
  };
}

function uriOf(address: string): string {
  return /^[a-z][a-z0-9+.-]+:/i.test(address) ? address.split('#', 1)[0]! : pathToFileURL(address).href;
}

/** RFC 3986, 5; without a fragment. */
function resolved(reference: string, base: string): string | undefined {
  const written = reference.split('#', 1)[0]!;
  return URL.canParse(written, base) ? new URL(written, base).href : undefined;
}
