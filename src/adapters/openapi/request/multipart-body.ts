import { randomUUID } from 'node:crypto';
import type { BodyPieces } from '../../../adapter/piecewise-body.ts';
import { isRecord } from '../../../base/json.ts';
import { Upload, type UploadedFile } from '../../../base/upload.ts';
import { NumberText, writeJson } from '../answer/json-text.ts';
import type { MultipartBody, PartEncoding, PartsInPart } from '../call/call.ts';
import type { Shape, XmlType } from '../call/shape.ts';
import { isInRange, isJson, isRange, isXml } from '../document/media-types.ts';
import { inputFault } from '../fault.ts';
import { ComingPart } from './coming-part.ts';
import { formPairs, formText, serialisedPairs } from './form-body.ts';
import { inCharset, jsonInCharset } from './in-charset.ts';
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
export function multipartBody(body: MultipartBody, value: unknown, types: ReadonlyMap<string, XmlType>): Multipart {
  const whole = new PartWriter(body, types).whole(value);
  const isComing = filesOf(whole).some(({ size }) => size === undefined);
  const pieces: Piece[] = [];
  write(isComing ? asTheyCome(whole) : whole, isComing ? {} : undefined, pieces);
  const size = pieces.reduce<number | undefined>(
    (sum, piece) => (sum !== undefined && piece instanceof Uint8Array ? sum + piece.length : undefined),
    0,
  );
  return { contentType: typeOf(whole), body: { size, pieces } };
}

type Piece = BodyPieces['pieces'][number];

/** `reader`: who reads the files, where any of them still comes. */
function write({ boundary, parts }: Whole, reader: object | undefined, pieces: Piece[]): void {
  for (const { headers, content } of parts) {
    const head = () => headOf(boundary, headers());
    if ('boundary' in content) {
      pieces.push(head());
      write(content, reader, pieces);
    } else if (!('file' in content)) pieces.push(head(), content);
    else if (reader) pieces.push(comingPart(content.file, head, reader, pieces));
    else pieces.push(head(), ...(content.file.whole() ?? []));
    pieces.push(lineEnd);
  }
  pieces.push(Buffer.from(`--${boundary}--\r\n`));
}

function typeOf({ mediaType, boundary }: Whole): string {
  return `${withoutBoundary(mediaType)}; boundary=${boundary}`;
}

function filesOf({ parts }: Whole): readonly UploadedFile[] {
  return parts.flatMap(({ content }) =>
    'file' in content ? content.file : 'boundary' in content ? filesOf(content) : [],
  );
}

/** One file that stands twice in a body can only be sent twice where it is held: nothing is sent then. */
function comingPart(file: UploadedFile, head: () => Uint8Array, reader: object, before: readonly Piece[]): ComingPart {
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
function asTheyCome(whole: Whole): Whole {
  const parts = whole.parts.map(part =>
    'boundary' in part.content ? { ...part, content: asTheyCome(part.content) } : part,
  );
  if (whole.unnamed) return { ...whole, parts };
  const first = new Map<string, number>();
  for (const part of parts)
    first.set(part.name, Math.min(first.get(part.name) ?? Number.POSITIVE_INFINITY, orderOf(part)));
  const place = (part: Part) => (Number.isFinite(orderOf(part)) ? first.get(part.name)! : Number.NEGATIVE_INFINITY); // each is there
  return { ...whole, parts: parts.toSorted((one, other) => Math.sign(place(one) - place(other) || 0)) };
}

/** Infinite where there is no file in it. */
function orderOf({ content }: Part): number {
  if ('file' in content) return content.file.order;
  return 'boundary' in content ? Math.min(...filesOf(content).map(({ order }) => order)) : Number.POSITIVE_INFINITY;
}

/** Other parameters (`type` of multipart/related) stay. */
function withoutBoundary(mediaType: string): string {
  return mediaType.replace(/;\s*boundary\s*=\s*("[^"]*"|[^;]*)/gi, '').trim();
}

type Header = readonly [name: string, value: string];

/** A body of parts, or a part that has parts. */
interface Whole {
  readonly mediaType: string;
  readonly boundary: string;
  readonly unnamed: boolean;
  readonly parts: readonly Part[];
}

interface Part {
  readonly name: string;
  /** Of a file, they are known when it has begun. */
  headers(): readonly Header[];
  readonly content: Uint8Array | { readonly file: UploadedFile } | Whole;
}

class PartWriter {
  readonly #body: MultipartBody;
  readonly #types: ReadonlyMap<string, XmlType>;

  constructor(body: MultipartBody, types: ReadonlyMap<string, XmlType>) {
    this.#body = body;
    this.#types = types;
  }

  whole(value: unknown): Whole {
    const { mediaType, unnamed = false } = this.#body;
    return { mediaType, unnamed, boundary: `selvage-${randomUUID()}`, parts: this.#parts(value) };
  }

  #parts(value: unknown): Part[] {
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
      const { allowReserved: _, ...serialisation } = how.serialisation;
      return serialisedPairs(name, member, serialisation, 'part', `${this.#body.argument}.${name}`).map(
        ([key, text]) => ({
          name,
          headers: () => this.#named(decodeURIComponent(key), []),
          content: Buffer.from(decodeURIComponent(text)), // nothing is percent-encoded in parts (OpenAPI 3.2, 4.15.1.2)
        }),
      );
    }
    if (how?.parts?.wholeList) return [this.#nested(name, { parts: member }, how, how.parts, name)];
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
      return { name, headers: head, content: { file } };
    }
    if (how?.parts && isRecord(item)) return this.#nested(name, item, how, how.parts, path);
    const isText = typeof item !== 'object' || item === null || item instanceof NumberText;
    const { mediaType: wanted, charset } = how?.label ?? { mediaType: contentTypes.find(type => !isRange(type)) };
    const argument = `${this.#body.argument}.${path}`;
    const type = wanted ?? (isText ? undefined : 'application/json');
    const typed: Header[] = type === undefined ? [] : [['Content-Type', type]]; // text/plain by default (RFC 7578, 4.4)
    const text = isText ? scalarText(item, type) : this.#text(name, item, how, type, argument);
    const isJsonText = type !== undefined && isJson(type);
    const sent = isJsonText ? jsonInCharset(text, charset, argument) : inCharset(text, charset, argument);
    const content = typeof sent === 'string' ? Buffer.from(sent) : sent;
    return { name, headers: () => [...this.#named(name, []), ...typed, ...headers], content };
  }

  #text(
    name: string,
    item: unknown,
    how: PartEncoding | undefined,
    type: string | undefined,
    argument: string,
  ): string {
    if (type !== undefined && isXml(type)) return this.#xml(name, item, how, argument);
    if (!how?.form || !isRecord(item)) return writeJson(item);
    return formText(formPairs(item, how.form, argument));
  }

  #nested(name: string, value: unknown, how: PartEncoding, parts: PartsInPart, path: string): Part {
    const argument = `${this.#body.argument}.${path}`;
    const shape = this.#shapeOf(name);
    const body: MultipartBody = {
      ...{ kind: 'multipart', argument, mediaType: parts.mediaType },
      shape: shape?.kind === 'list' ? shape.of : (shape ?? anyShape),
      ...(parts.encoding ? { encoding: parts.encoding } : {}),
      ...(parts.unnamed ? { unnamed: true } : {}),
    };
    const content = new PartWriter(body, this.#types).whole(value);
    const head: Header[] = [...this.#named(name, []), ['Content-Type', typeOf(content)], ...(how.headers ?? [])];
    return { name, headers: () => head, content };
  }

  #xml(name: string, item: unknown, how: PartEncoding | undefined, argument: string): string {
    const own = this.#shapeOf(name);
    const shape = own?.kind === 'list' && !Array.isArray(item) ? own.of : own;
    const node = own?.kind === 'list' ? how?.xml?.item : how?.xml;
    return new XmlWriter(this.#types).document(
      { ...node, name: node?.name ?? name },
      shape ?? anyShape,
      item,
      argument,
      how?.label?.charset,
    );
  }

  /** Of the property. */
  #shapeOf(name: string): Shape | undefined {
    const type = this.#typeOf(this.#body.shape);
    return type?.kind === 'object' ? type.fields.find(({ wire }) => wire === name)?.shape : undefined;
  }

  #typeOf(shape: Shape): XmlType | undefined {
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

function scalarText(value: unknown, type: string | undefined): string {
  if (type !== undefined && isJson(type)) return writeJson(value);
  return value instanceof NumberText ? value.text : String(value);
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
