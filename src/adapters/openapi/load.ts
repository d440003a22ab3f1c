import type { LoadIo } from '../../adapter/adapter.ts';
import { type Checked, checked, refused } from '../../base/checked.ts';
import type { Diagnostic } from '../../base/diagnostic.ts';
import { isRecord, own } from '../../base/json.ts';
import type { DocumentReader, SourceText } from '../../source/reader.ts';
import type { Source } from '../../source/source.ts';
import { anchorKey, type Located, type OpenApiDocument, referenceKey } from './document.ts';
import { parseText } from './parse.ts';
import { speaksToUs } from './said.ts';
import { isReference } from './security-schemes.ts';
import { walk } from './walk.ts';

/** Told by the version key, which may stand anywhere in the document. */
export function recognises(text: string): boolean {
  return /^\uFEFF?\s*[{[]/.test(text)
    ? /"(openapi|swagger)"\s*:\s*"?[23][."\s,}]/.test(text)
    : /^["']?(openapi|swagger)["']?\s*:\s*["']?[23]/m.test(text);
}

/**
 * Reads the document and every file that its references name, through the source's reader alone. A reference that the reader refuses is
 * a warning, and only what needs it suffers.
 */
export async function load(source: Source, io: LoadIo): Promise<Checked<OpenApiDocument>> {
  if (source.document === undefined) {
    return refused({
      severity: 'error',
      code: 'CONFIG_MISSING_KEY',
      message: 'An OpenAPI source needs a document.',
      at: [source.name],
      hint: 'Give `document:` the path or URL of the OpenAPI or Swagger document.',
    });
  }
  const text = await io.reader.read(source.document);
  if (!text.ok) return text;
  const parsed = parseText(text.value);
  if (!parsed.ok) return parsed;
  const address = text.value.address;
  const version = versionOf(parsed.value, address);
  if (!version.ok) return version;
  const gathering = await new Gathering(io.reader).gather(text.value, parsed.value);
  const root = parsed.value as Readonly<Record<string, unknown>>; // it has a version
  const { files, targets, unreadable, anchors, said, diagnostics } = gathering;
  return checked({ address, version: version.value, root, files, targets, unreadable, anchors, said }, diagnostics);
}

function versionOf(root: unknown, address: string): Checked<OpenApiDocument['version']> {
  const written = isRecord(root) ? (own(root, 'openapi') ?? own(root, 'swagger')) : undefined;
  const version = String(written ?? '');
  if (/^2(\.0)?$/.test(version)) return checked('2.0' as const);
  if (/^3(\.0|$)/.test(version)) return checked('3.0' as const); // 3.0 without quotes is a number
  if (/^3\.1(\.|$)/.test(version)) return checked('3.1' as const);
  if (/^3\.2(\.|$)/.test(version)) return checked('3.2' as const);
  return refused({
    severity: 'error',
    code: 'DOCUMENT_INVALID',
    message:
      written === undefined
        ? 'This is no OpenAPI document: it has neither `openapi` nor `swagger` at its top.'
        : `OpenAPI ${version.slice(0, 20)} is not supported.`,
    at: [address],
    hint: 'OpenAPI 3.0, 3.1 and 3.2 and Swagger 2.0 are supported.',
  });
}

/** Follows the references from file to file until no file is new. */
class Gathering {
  readonly files = new Map<string, unknown>();
  readonly targets = new Map<string, string>();
  readonly unreadable = new Set<string>();
  readonly anchors = new Map<string, Located>();
  readonly said: Located[] = [];
  readonly diagnostics: Diagnostic[] = [];
  readonly #reader: DocumentReader;

  constructor(reader: DocumentReader) {
    this.#reader = reader;
  }

  async gather(first: SourceText, parsed: unknown): Promise<this> {
    this.files.set(first.address, parsed);
    let fresh = [first.address];
    while (fresh.length > 0) {
      const wanted = fresh.flatMap(address => this.#survey(address));
      const found: string[] = [];
      for (const batch of chunks(wanted, filesAtOnce)) {
        const texts = await Promise.all(batch.map(({ file, from }) => this.#reader.read(file, from.address)));
        for (const [index, text] of texts.entries()) {
          const address = this.#take(text, batch[index]!);
          if (address !== undefined) found.push(address);
        }
      }
      fresh = found;
    }
    return this;
  }

  /** The files that one file refers to and that were not asked for yet. */
  #survey(address: string): Wanted[] {
    const wanted = new Map<string, Wanted>();
    walk({ value: this.files.get(address), address, pointer: '' }, (node, at) => {
      this.#noteAnchors(node, at);
      if (speaksToUs(node)) this.said.push(at);
      for (const reference of [own(node, '$ref'), ...schemesByUri(node)]) {
        if (typeof reference !== 'string') continue;
        const file = reference.split('#', 1)[0]!;
        const key = referenceKey(address, file);
        if (file !== '' && !this.targets.has(key)) wanted.set(key, { file, from: at });
      }
    });
    return [...wanted.values()].filter(({ file }) => !this.anchors.has(anchorKey('', file)));
  }

  /** The address of a file that is new; undefined where it is known, refused or broken. */
  #take(text: Checked<SourceText>, { file, from }: Wanted): string | undefined {
    const parsed = text.ok && !this.files.has(text.value.address) ? parseText(text.value) : undefined;
    const failure = text.ok ? parsed : text;
    if (failure && !failure.ok) {
      this.unreadable.add(referenceKey(from.address, file));
      const at = [from.address, from.pointer];
      for (const diagnostic of failure.diagnostics) {
        this.diagnostics.push({ ...diagnostic, severity: 'warning', at: [...at, ...diagnostic.at] });
      }
      return undefined;
    }
    if (!text.ok) return undefined;
    this.targets.set(referenceKey(from.address, file), text.value.address);
    if (!parsed?.ok) return undefined;
    this.files.set(text.value.address, parsed.value);
    return text.value.address;
  }

  /** JSON Schema 2020-12, 8.2. */
  #noteAnchors(node: Readonly<Record<string, unknown>>, at: Located): void {
    for (const keyword of ['$anchor', '$dynamicAnchor']) {
      const anchor = own(node, keyword);
      if (typeof anchor === 'string') this.anchors.set(anchorKey(at.address, anchor), at);
    }
    for (const keyword of ['$id', '$self']) {
      const id = own(node, keyword);
      if (typeof id === 'string') this.anchors.set(anchorKey('', id.replace(/#$/, '')), at);
    }
  }
}

/** Security requirements may name a scheme by its URI (OpenAPI 3.2, 4.30). */
function schemesByUri(node: Readonly<Record<string, unknown>>): readonly string[] {
  const requirements = own(node, 'security');
  if (!Array.isArray(requirements)) return [];
  return requirements.flatMap(each => (isRecord(each) ? Object.keys(each).filter(isReference) : []));
}

interface Wanted {
  readonly file: string;
  readonly from: Located;
}

const filesAtOnce = 16;

function chunks<T>(items: readonly T[], size: number): T[][] {
  const result: T[][] = [];
  for (let index = 0; index < items.length; index += size) result.push(items.slice(index, index + size));
  return result;
}
