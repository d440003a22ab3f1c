import type { CallStream } from '../call/call.ts';
import type { Content } from './operation.ts';

/** A media type without its parameters, in lower case (RFC 9110, 8.3.1). */
function essence(mediaType: string): string {
  return mediaType.split(';', 1)[0]!.trim().toLowerCase();
}

/** JSON itself and every `+json`; not the sequences of JSON texts. */
export function isJson(mediaType: string): boolean {
  return (
    /^[^/]+\/(json|[^/]+\+json|x-json)$/.test(essence(mediaType)) && !/json-seq|\+json-seq/.test(essence(mediaType))
  );
}

export function isAny(mediaType: string): boolean {
  return essence(mediaType) === '*/*' || essence(mediaType) === 'application/*' || essence(mediaType) === '*';
}

export function isForm(mediaType: string): boolean {
  return essence(mediaType) === 'application/x-www-form-urlencoded';
}

export function isMultipart(mediaType: string): boolean {
  return essence(mediaType).startsWith('multipart/');
}

/** `multipart/form-data`, whose parts have names (RFC 7578). */
export function isFormData(mediaType: string): boolean {
  return essence(mediaType) === 'multipart/form-data';
}

/** RFC 7303: `application/xml`, `text/xml` and every `+xml`; pictures and pages are what they are. */
export function isXml(mediaType: string): boolean {
  return /^(application\/xml|text\/xml|(?!image\/)[^/]+\/(?!xhtml\+)[^/]+\+xml)$/.test(essence(mediaType));
}

/** `image/*`: a file's own type is sent where it is one of these (RFC 9110, 12.5.1). */
export function isRange(mediaType: string): boolean {
  return essence(mediaType).includes('*');
}

export function isInRange(mediaType: string, range: string): boolean {
  const [kind = '', form = ''] = essence(range).split('/');
  const own = essence(mediaType);
  if (kind === '*') return true;
  return form === '*' ? own.startsWith(`${kind}/`) : own === `${kind}/${form}`;
}

/** Is it written in characters, whatever they say? */
export function isTextual(mediaType: string): boolean {
  return essence(mediaType).startsWith('text/') || isJson(mediaType) || isXml(mediaType) || isForm(mediaType);
}

export function isText(mediaType: string): boolean {
  return essence(mediaType).startsWith('text/') && !isStream(mediaType) && essence(mediaType) !== 'text/xml';
}

/** Words in the names of formats that no text is; what is written as XML or JSON says so at its end. */
const bytes: ReadonlySet<string> = new Set(
  'octet binary bin pdf zip gzip bzip bzip2 7z rar tar xz zstd brotli compress compressed archive package iso9660 protobuf cbor msgpack bson avro parquet arrow thrift grpc wasm der pkcs7 pkcs8 pkcs10 pkcs12 x509 ms msword excel officedocument opendocument sqlite3 dicom ogg mp4'.split(
    ' ',
  ),
);

/** Is it a format that is known not to be written in characters? A picture may be: it is a file to those who have it all the same. */
export function isOfBytes(mediaType: string): boolean {
  const type = essence(mediaType);
  if (/^(image|audio|video|font|model|multipart)\//.test(type)) return true;
  return !isTextual(mediaType) && type.split(/[^a-z0-9]+/).some(word => bytes.has(word));
}

export function isPlainTextType(mediaType: string): boolean {
  return essence(mediaType) === 'text/plain';
}

/** RFC 9457, 3. */
export function isProblem(mediaType: string): boolean {
  return essence(mediaType) === 'application/problem+json';
}

/** Answers without an end: events and sequences (OpenAPI 3.2, 4.14.4). */
export function isStream(mediaType: string): boolean {
  return streamFormat(mediaType) !== undefined;
}

export function streamFormat(mediaType: string): CallStream['format'] | undefined {
  const type = essence(mediaType);
  if (type === 'text/event-stream') return 'events';
  if (/^application\/(x-ndjson|ndjson|jsonl|x-jsonlines|stream\+json|x-json-stream)$/.test(type)) return 'lines';
  if (/^application\/(json-seq|.+\+json-seq)$/.test(type)) return 'records';
  return type === 'multipart/mixed' ? 'parts' : undefined;
}

/** JSON texts one behind the other, in lines or records. */
export function isJsonSequence(mediaType: string): boolean {
  const format = streamFormat(mediaType);
  return format === 'lines' || format === 'records';
}

/** Wishes for how a body of this type is read: as the type itself, as another of its syntax, or by a range, the narrower first. */
export function readingsOf(type: string): readonly ((mediaType: string) => boolean)[] {
  const syntaxes = [isXml, isJson, isForm].filter(isSyntax => isSyntax(type));
  return [
    mediaType => essence(mediaType) === essence(type),
    mediaType => syntaxes.some(isSyntax => isSyntax(mediaType)),
    mediaType => !mediaType.startsWith('*') && isInRange(type, mediaType),
    mediaType => isInRange(type, mediaType),
  ];
}

/** The content that comes first in this order of wishes. */
export function preferred<T extends Pick<Content, 'mediaType'>>(
  contents: readonly T[],
  wishes: readonly ((mediaType: string) => boolean)[],
): T | undefined {
  for (const wish of wishes) {
    const found = contents.find(content => wish(content.mediaType));
    if (found) return found;
  }
  return undefined;
}

/** `application/json` before any other JSON. */
export function isPlainJson(mediaType: string): boolean {
  return essence(mediaType) === 'application/json';
}
