import { isRecord, own } from '../../../base/json.ts';
import type { CallStream } from '../call/call.ts';
import type { ScalarShape } from '../call/shape.ts';
import { successfulContents } from '../describe/describe-response.ts';
import type { Located, OpenApiDocument } from '../document/document.ts';
import { isJson, isStream, streamFormat } from '../document/media-types.ts';
import type { Content, Operation } from '../document/operation.ts';
import { text } from '../document/operation-parts.ts';
import { child, children } from '../document/resolver.ts';
import { keywordsOf } from '../schemas/normal-form.ts';
import { typesOf } from '../schemas/scalar-shapes.ts';
import type { TypeBuilder } from '../types/type-builder.ts';

interface StreamResult {
  readonly stream: CallStream;
  readonly accept: string;
  /** What the schema of an event says to Selvage. */
  readonly schema: Located | undefined;
}

const stringShape: ScalarShape = { kind: 'scalar', scalar: 'String' };

/** The fields of a server-sent event (OpenAPI 3.2, 4.14.4). */
const eventFields: ReadonlySet<string> = new Set(['data', 'event', 'id', 'retry']);

/** What the operation answers with event by event; undefined where none of its successes is a stream. */
export function describeStream(
  operation: Operation,
  name: string,
  version: OpenApiDocument['version'],
  builder: TypeBuilder,
): StreamResult | undefined {
  const content = successfulContents(operation).find(({ mediaType }) => isStream(mediaType));
  const format = content && streamFormat(content.mediaType);
  if (!content || !format) return undefined;
  const accept = content.mediaType;
  const written = itemOf(content, version, builder);
  const envelope = written && content.itemSchema && format === 'events' ? envelopeOf(written, builder) : undefined;
  if (envelope) {
    const { shape } = builder.read(envelope.schema, { direction: 'output', called: () => `${name}Event`, whole: true });
    return { stream: { format, payload: 'event', json: envelope.json, shape }, accept, schema: envelope.schema };
  }
  const isText = format === 'events' || format === 'parts';
  if (!written) {
    const shape = isText ? stringShape : ({ kind: 'scalar', scalar: 'JSON', open: true } as const);
    return { stream: { format, payload: 'value', json: !isText, shape }, accept, schema: undefined };
  }
  const keywords = keywordsOf(builder.normal.reduce(written).schema);
  const json = !isText || !isPlainText(keywords);
  const { shape } = builder.read(written, { direction: 'output', called: () => `${name}Event`, whole: true });
  return { stream: { format, payload: 'value', json, shape: json ? shape : stringShape }, accept, schema: written };
}

/**
 * The schema of one event. OpenAPI 3.2 has `itemSchema` for it, and takes `schema` for the list of all; before, documents describe one event
 * by `schema`.
 */
function itemOf({ schema, itemSchema }: Content, version: OpenApiDocument['version'], builder: TypeBuilder) {
  if (itemSchema || !schema) return itemSchema;
  if (version !== '3.2') return schema;
  const { schema: reduced } = builder.normal.reduce(schema);
  return (typesOf(keywordsOf(reduced))[0] === 'array' && child(reduced, 'items')) || schema;
}

function isPlainText(keywords: Readonly<Record<string, unknown>>): boolean {
  return typesOf(keywords)[0] === 'string';
}

/**
 * The schema of a server-sent event's own fields, with what the text in `data` is (`contentSchema`) in the place of that it is a text.
 * Undefined where the schema speaks of the data alone.
 */
function envelopeOf(
  located: Located,
  builder: TypeBuilder,
): { readonly schema: Located; readonly json: boolean } | undefined {
  const { schema } = builder.normal.reduce(located);
  if (!isRecord(schema.value)) return undefined;
  for (const keyword of ['oneOf', 'anyOf']) {
    const members = children(child(schema, keyword)).map(member => envelopeOf(member, builder));
    if (members.length === 0) continue;
    if (members.some(member => member === undefined)) return undefined;
    const values = members.map(member => member?.schema.value);
    return {
      schema: { ...schema, value: { ...schema.value, [keyword]: values } },
      json: members.some(member => member?.json),
    };
  }
  const properties = child(schema, 'properties');
  const data = properties && child(properties, 'data');
  if (!properties || !data || children(properties).some(({ key }) => !eventFields.has(key))) return undefined;
  const content = isJsonText(data) ? child(data, 'contentSchema') : undefined;
  if (!content || !isRecord(properties.value)) return { schema, json: isJsonText(data) };
  const value = { ...schema.value, properties: { ...properties.value, data: content.value } };
  return { schema: { ...schema, value }, json: true };
}

/** JSON Schema, validation vocabulary, 8.4 and 8.5. */
function isJsonText({ value }: Located): boolean {
  const mediaType = text(value, 'contentMediaType');
  return mediaType === undefined ? isRecord(value) && own(value, 'contentSchema') !== undefined : isJson(mediaType);
}
