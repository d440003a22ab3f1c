import type { CallStream } from './call.ts';
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

export function isText(mediaType: string): boolean {
  return essence(mediaType).startsWith('text/') && !isStream(mediaType) && essence(mediaType) !== 'text/xml';
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

/** The content that comes first in this order of wishes. */
export function preferred(
  contents: readonly Content[],
  wishes: readonly ((mediaType: string) => boolean)[],
): Content | undefined {
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
