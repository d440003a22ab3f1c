import { randomUUID } from 'node:crypto';
import type { BodyPieces } from '../../adapter/piecewise-body.ts';
import { isRecord } from '../../base/json.ts';
import { Upload, type UploadedFile } from '../../base/upload.ts';
import type { MultipartBody, PartEncoding } from './call.ts';
import { ComingPart } from './coming-part.ts';
import { inputFault } from './fault.ts';
import { NumberText, writeJson } from './json-text.ts';
import { isInRange, isJson, isRange, isXml } from './media-types.ts';
import { queryPairs } from './parameters.ts';
import type { Shape, TypeShape } from './shape.ts';
import { XmlWriter } from './xml-body.ts';

interface Multipart {
  /** With the boundary. */
  readonly contentType: string;
  readonly body: BodyPieces;
}

/**
 * A body of parts (RFC 2046, 5.1; RFC 7578): one for each property, or each item of a property that is a list, in the order of the
 * document. Files go as they came; text as it is; objects, and lists in lists, as JSON, unless the document says otherwise. What is null or
 * absent is no part. Files that are still coming stand after all other parts, in the order in which they come, where parts have names.
 */
export function multipartBody(body: MultipartBody, value: unknown, types: ReadonlyMap<string, TypeShape>): Multipart {
  const boundary = `selvage-${randomUUID()}`;
  const all = new PartWriter(body, types).parts(value);
  const isComing = all.some(({ file }) => file && file.size === undefined);
  const parts = isComing && !body.unnamed ? asTheyCome(all) : all;
  const reader = {};
  const pieces: BodyPieces['pieces'][number][] = [];
  for (const { headers, content, file } of parts) {
    const head = () => headOf(boundary, headers());
    if (file && isComing) pieces.push(comingPart(file, head, reader, pieces), lineEnd);
    else pieces.push(head(), ...(file?.whole() ?? content), lineEnd);
  }
  pieces.push(Buffer.from(`--${boundary}--\r\n`));
  const size = pieces.reduce<number | undefined>(
    (sum, piece) => (sum !== undefined && piece instanceof Uint8Array ? sum + piece.length : undefined),
    0,
  );
  return { contentType: `${withoutBoundary(body.mediaType)}; boundary=${boundary}`, body: { size, pieces } };
}

/** One file that stands twice in a body can only be sent twice where it is held: nothing is sent then. */
function comingPart(
  file: UploadedFile,
  head: () => Uint8Array,
  reader: object,
  before: readonly BodyPieces['pieces'][number][],
): ComingPart {
  try {
    return new ComingPart(file, head, reader);
  } catch (error) {
    for (const piece of before) if (piece instanceof ComingPart) void piece.return();
    throw error;
  }
}

const lineEnd: Uint8Array = Buffer.from('\r\n');

function headOf(boundary: string, headers: readonly Header[]): Uint8Array {
  const lines = headers.map(([name, text]) => `${name}: ${text}\r\n`);
  return Buffer.from(`--${boundary}\r\n${lines.join('')}\r\n`);
}

/** The order of parts with different names says nothing (RFC 7578, 5.2); those of one name stay together, as they are. */
function asTheyCome(parts: readonly Part[]): readonly Part[] {
  const first = new Map<string, number>();
  for (const { name, file } of parts)
    if (file) first.set(name, Math.min(first.get(name) ?? Number.POSITIVE_INFINITY, file.order));
  const place = ({ name, file }: Part) => (file ? first.get(name)! : Number.NEGATIVE_INFINITY); // each file's is there
  return parts.toSorted((one, other) => (place(one) === place(other) ? 0 : place(one) < place(other) ? -1 : 1));
}

/** Other parameters (`type` of multipart/related) stay. */
function withoutBoundary(mediaType: string): string {
  return mediaType.replace(/;\s*boundary\s*=\s*("[^"]*"|[^;]*)/gi, '').trim();
}

type Header = readonly [name: string, value: string];

interface Part {
  readonly name: string;
  /** Of a file, they are known when it has begun. */
  headers(): readonly Header[];
  readonly content: readonly Uint8Array[];
  /** Instead of the content. */
  readonly file?: UploadedFile;
}

class PartWriter {
  readonly #body: MultipartBody;
  readonly #types: ReadonlyMap<string, TypeShape>;

  constructor(body: MultipartBody, types: ReadonlyMap<string, TypeShape>) {
    this.#body = body;
    this.#types = types;
  }

  parts(value: unknown): Part[] {
    const members = Object.entries(isRecord(value) ? value : {}).filter(([, member]) => isThere(member));
    if (this.#body.unnamed) this.#checkPlaces(members.map(([name]) => name));
    return members.flatMap(([name, member]) => this.#partsOf(name, member));
  }

  /** Without one of the parts, those behind it would be taken for others. */
  #checkPlaces(given: readonly string[]): void {
    const places = given.filter(name => name !== 'parts').map(name => Number(name.slice('part'.length)));
    const missing = places.findIndex((place, index) => place !== index + 1);
    const type = this.#typeOf(this.#body.shape);
    const all = type?.kind === 'object' ? type.fields.length - (type.fields.at(-1)?.wire === 'parts' ? 1 : 0) : 0;
    const isShort = given.includes('parts') && places.length < all;
    const first = missing >= 0 ? missing + 1 : isShort ? places.length + 1 : undefined;
    if (first !== undefined)
      throw inputFault(`${this.#body.argument}.part${first}`, 'must be given where a part after it is');
  }

  #partsOf(name: string, member: unknown): Part[] {
    const how = this.#body.encoding?.find(({ property }) => property === name);
    const isList = Array.isArray(member);
    if (how?.serialisation && !holdsUpload(member)) {
      const { style, explode } = how.serialisation;
      return queryPairs(name, member, { style, explode }).map(([key, text]) => ({
        name,
        headers: () => this.#named(decodeURIComponent(key), []),
        content: bytes(decodeURIComponent(text)), // nothing is percent-encoded in parts (OpenAPI 3.2, 4.15.1.2)
      }));
    }
    const items = isList && (!this.#body.unnamed || name === 'parts') ? member.filter(isThere) : [member];
    return items.map((item, index) => this.#part(name, item, how, isList ? `${name}.${index}` : name));
  }

  #part(name: string, item: unknown, how: PartEncoding | undefined, path: string): Part {
    const { contentTypes = [], headers = [] } = how ?? {};
    if (item instanceof Upload) {
      const { file } = item;
      const head = (): Header[] => [
        ...this.#named(name, [['filename', file.filename || 'blob']]),
        ['Content-Type', fileType(contentTypes, file.contentType)],
        ...headers,
      ];
      return { name, headers: head, content: [], file };
    }
    const isText = typeof item !== 'object' || item === null || item instanceof NumberText;
    const wanted = contentTypes.find(type => !isRange(type));
    const argument = `${this.#body.argument}.${path}`;
    const text =
      wanted !== undefined && isXml(wanted) && !isText
        ? this.#xml(name, item, how, argument)
        : isText && !(wanted !== undefined && isJson(wanted))
          ? textOf(item)
          : writeJson(item);
    const type = wanted ?? (isText ? undefined : 'application/json');
    const typed: Header[] = type === undefined ? [] : [['Content-Type', type]]; // text/plain by default (RFC 7578, 4.4)
    return { name, headers: () => [...this.#named(name, []), ...typed, ...headers], content: bytes(text) };
  }

  #xml(name: string, item: unknown, how: PartEncoding | undefined, argument: string): string {
    const type = this.#typeOf(this.#body.shape);
    const field = type?.kind === 'object' ? type.fields.find(({ wire }) => wire === name) : undefined;
    const shape = field?.shape.kind === 'list' && !Array.isArray(item) ? field.shape.of : field?.shape;
    const node = field?.shape.kind === 'list' ? how?.xml?.item : how?.xml;
    return new XmlWriter(this.#types).document(
      { ...node, name: node?.name ?? name },
      shape ?? anyShape,
      item,
      argument,
    );
  }

  #typeOf(shape: Shape): TypeShape | undefined {
    return shape.kind === 'type' ? this.#types.get(shape.name) : undefined;
  }

  /** RFC 7578, 4.2. Parts without names say of themselves only what a file is called. */
  #named(name: string, more: readonly (readonly [string, string])[]): Header[] {
    const parameters = this.#body.unnamed ? more : [['name', name] as const, ...more];
    if (parameters.length === 0) return [];
    const kind = this.#body.unnamed ? 'attachment' : 'form-data';
    const written = parameters.map(([key, value]) => `; ${key}="${quoted(value)}"`);
    return [['Content-Disposition', `${kind}${written.join('')}`]];
  }
}

const anyShape: Shape = { kind: 'scalar', scalar: 'JSON', open: true };

function isThere(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function holdsUpload(member: unknown): boolean {
  return Array.isArray(member) ? member.some(item => item instanceof Upload) : member instanceof Upload;
}

function textOf(value: unknown): string {
  return value instanceof NumberText ? value.text : String(value);
}

function bytes(text: string): readonly Uint8Array[] {
  return [Buffer.from(text)];
}

/**
 * Between the quotes of a name or a file name, as browsers write it (HTML, 4.10.21.8): in UTF-8, what would end the text percent-encoded. Of
 * the characters that no name needs, none is left.
 */
function quoted(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\uFFFD').replace(/["\p{Cc}]/gu, character => encodeURIComponent(character));
}

/**
 * The type that a file is sent as: its own where the document allows that, otherwise the document's first; its own where the document says
 * nothing of it.
 */
export function fileType(allowed: readonly string[], own: string): string {
  const named = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+$/.test(own) ? own.toLowerCase() : 'application/octet-stream';
  const found = allowed.find(type => isInRange(named, type));
  if (found !== undefined) return isRange(found) ? named : found;
  return allowed.find(type => !isRange(type)) ?? named;
}
