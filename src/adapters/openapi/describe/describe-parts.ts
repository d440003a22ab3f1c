import { isRecord, own } from '../../../base/json.ts';
import { upperFirst } from '../../../base/names.ts';
import { token } from '../../../base/token.ts';
import type { Labelled, MultipartBody, PartEncoding, PartsInPart } from '../call/call.ts';
import type { FieldShape, ScalarShape, Shape } from '../call/shape.ts';
import { labelled } from '../document/charset.ts';
import type { Located } from '../document/document.ts';
import { formEncodings, isSerialised, serialisation } from '../document/form-encodings.ts';
import { isForm, isFormData, isMultipart, isRange, isTextual, isXml } from '../document/media-types.ts';
import type { Content } from '../document/operation.ts';
import { text } from '../document/operation-parts.ts';
import { child, children } from '../document/resolver.ts';
import { xmlNodeOf } from '../schemas/describe-xml.ts';
import { keywordsOf } from '../schemas/normal-form.ts';
import { valuesOf } from '../schemas/scalar-shapes.ts';
import { isBinary } from '../types/binary.ts';
import type { PartManner } from '../types/manner.ts';
import type { TypeBuilder } from '../types/type-builder.ts';
import { nonNull } from '../types/type-drafts.ts';

type Parts = Pick<MultipartBody, 'shape' | 'encoding' | 'unnamed'>;

const anyShape: ScalarShape = { kind: 'scalar', scalar: 'JSON', open: true };

/** The parts of a multipart body: those of an object have its properties' names, those of a list have their places alone. */
export function describeParts(content: Content, name: string, builder: TypeBuilder): Parts {
  const { schema } = content;
  const places = placesOf(content, builder);
  if (places) return describePlaces(places, name, builder);
  if (!schema) return { shape: anyShape };
  const parts = partManners(content, builder);
  const read = { direction: 'input', called: () => name, files: 'parts' } as const;
  const manner = parts.size > 0 ? { ...read, parts } : read;
  return withEncodings(builder.read(schema, manner).shape, namedEncodings(content, builder));
}

/** Of the parts that are properties. */
function namedEncodings(content: Content, builder: TypeBuilder): readonly (PartEncoding | undefined)[] {
  const { schema, encoding, fields } = content;
  if (fields) return fields;
  const said = new Map(children(encoding).map(entry => [entry.key, entry]));
  const properties = schema ? propertiesOf(schema, builder) : new Map<string, Located>();
  return [...new Set([...properties.keys(), ...said.keys()])].map(property =>
    partEncoding(property, said.get(property), properties.get(property), builder),
  );
}

function propertiesOf(schema: Located, { normal }: TypeBuilder): ReadonlyMap<string, Located> {
  return normal.flatten(normal.reduce(schema).schema).properties;
}

/** What the encodings make of the properties. */
function partManners({ schema, encoding }: Content, builder: TypeBuilder): Map<string, PartManner> {
  const properties = schema ? propertiesOf(schema, builder) : new Map<string, Located>();
  const said = children(encoding).map(
    entry => [entry.key, mannerOf(entry, properties.get(entry.key), builder)] as const,
  );
  return new Map(said.flatMap(([property, manner]) => (manner ? [[property, manner]] : [])));
}

function withEncodings(shape: Shape, encodings: readonly (PartEncoding | undefined)[]): Parts {
  const encoding = encodings.filter(each => each !== undefined);
  return encoding.length > 0 ? { shape, encoding } : { shape };
}

/** Whether a part of that content type is a file, unless its schema says more, or has parts itself. */
function mannerOf(entry: Located, schema: Located | undefined, builder: TypeBuilder): PartManner | undefined {
  const types = contentTypesOf(entry);
  if (types.length === 0) return undefined;
  const nested = schema && partsInPart(entry, schema, builder);
  if (!nested) return { files: types.every(type => isTextual(type) || isMultipart(type)) ? 'text' : 'file' };
  const { content, items } = nested;
  if (items) return (items.encoding && mannerOf(items.encoding, items.schema, builder)) ?? { files: 'part' };
  const parts = partManners(content, builder);
  return parts.size > 0 ? { files: 'nested', parts } : { files: 'nested' };
}

/** A part that the document sends as parts: what is in it. */
interface Nested {
  readonly content: Content;
  /** Of a list that is one such part. */
  readonly items?: { readonly schema: Located; readonly encoding: Located | undefined };
}

/**
 * OpenAPI 3.2, 4.15.1: a part whose content type is a multipart one has an encoding of its own. Before 3.2 its parts are as they are by
 * default. A list is a part for each of its items; only where these are no parts themselves, or the document encodes them as items, it is one.
 */
function partsInPart(entry: Located, schema: Located, { normal }: TypeBuilder): Nested | undefined {
  const [mediaType, ...others] = contentTypesOf(entry);
  if (mediaType === undefined || others.length > 0 || !isMultipart(mediaType)) return undefined;
  const reduced = normal.reduce(schema).schema;
  const positions = { prefixEncoding: child(entry, 'prefixEncoding'), itemEncoding: child(entry, 'itemEncoding') };
  const content: Content = { mediaType, schema, encoding: child(entry, 'encoding'), positions };
  const items = child(reduced, 'items');
  if (!items || !isRecord(items.value)) return normal.flatten(reduced).properties.size > 0 ? { content } : undefined;
  if (child(reduced, 'prefixItems') || positions.prefixEncoding) return undefined;
  const isOfParts = normal.flatten(normal.reduce(items).schema).properties.size > 0;
  if (isOfParts && !positions.itemEncoding) return { content: { ...content, schema: items } };
  return isFormData(mediaType) ? undefined : { content, items: { schema: items, encoding: positions.itemEncoding } };
}

/** The parts that are told by their places alone: OpenAPI 3.2, 4.14.5.2. */
interface Places {
  readonly schema: Located;
  readonly first: readonly { readonly schema: Located; readonly encoding: Located | undefined }[];
  readonly rest: { readonly schema: Located; readonly encoding: Located | undefined } | undefined;
  readonly least: number;
}

function placesOf({ schema, itemSchema, positions, mediaType }: Content, { normal }: TypeBuilder): Places | undefined {
  const { itemEncoding, prefixEncoding } = positions ?? {};
  const reduced = schema && normal.reduce(schema).schema;
  const first = reduced ? children(child(reduced, 'prefixItems')) : [];
  const items = itemSchema ?? (reduced && child(reduced, 'items'));
  const isList = first.length > 0 || (items !== undefined && !isFormData(mediaType));
  const whole = reduced ?? items;
  if (!isList || !whole) return undefined;
  const encodings = children(prefixEncoding);
  const least = own(keywordsOf(whole), 'minItems');
  return {
    schema: whole,
    first: first.map((part, index) => ({ schema: part, encoding: encodings[index] })),
    rest: items && isRecord(items.value) ? { schema: items, encoding: itemEncoding } : undefined,
    least: typeof least === 'number' ? least : 0,
  };
}

/** An input with a field for each place, `part1` and so on, and one for all that follow, `parts`. */
function describePlaces({ schema, first, rest, least }: Places, name: string, builder: TypeBuilder): Parts {
  const read = (part: Located, encoding: Located | undefined, called: string) => {
    const manner = (encoding && mannerOf(encoding, part, builder)) ?? { files: 'part' };
    return builder.read(part, { direction: 'input', called: () => `${name}${upperFirst(called)}`, ...manner }).shape;
  };
  const fields = first.map((part, index): FieldShape => {
    const called = `part${index + 1}`;
    const shape = read(part.schema, part.encoding, called);
    return { name: called, wire: called, shape: index < least ? nonNull(shape) : shape };
  });
  if (rest) {
    const shape: Shape = { kind: 'list', of: nonNull(read(rest.schema, rest.encoding, 'parts')) };
    fields.push({ name: 'parts', wire: 'parts', shape });
  }
  const shape = builder.define({
    name: builder.nameFor(schema, { direction: 'input', called: () => name }),
    direction: 'input',
    description: text(schema.value, 'description'),
    shape: { kind: 'object', fields },
    notes: new Map(),
  });
  const encodings = first.map((part, index) => partEncoding(`part${index + 1}`, part.encoding, part.schema, builder));
  if (rest) encodings.push(partEncoding('parts', rest.encoding, rest.schema, builder));
  return { ...withEncodings(shape, encodings), unnamed: true };
}

/** Undefined where all is as it is by default. */
function partEncoding(
  property: string,
  entry: Located | undefined,
  schema: Located | undefined,
  builder: TypeBuilder,
): PartEncoding | undefined {
  if (entry && isSerialised(entry)) return { property, serialisation: serialisation(entry) };
  const nested = entry && schema && partsInPart(entry, schema, builder);
  const headersOfPart = entry ? headersOf(entry, builder) : [];
  if (nested) {
    const parts = describeNested(nested, builder);
    return { property, parts, ...(headersOfPart.length > 0 ? { headers: headersOfPart } : {}) };
  }
  const said = entry ? contentTypesOf(entry).filter(type => !isMultipart(type)) : [];
  if (entry && contentTypesOf(entry).some(isMultipart)) {
    const message = `The part ${JSON.stringify(property.slice(0, 100))} is sent as it is by default: its schema has no properties, and no items of one kind, that could be parts within it.`;
    builder.unsupported(entry, 'CONSTRUCT_NOT_SUPPORTED', message);
  }
  const contentTypes = said.length > 0 ? said : schema ? contentMediaTypes(schema, builder) : [];
  const headers = headersOfPart;
  const form =
    entry && contentTypes.some(isForm)
      ? formEncodings({ ...formContent, encoding: child(entry, 'encoding') })
      : undefined;
  if (contentTypes.length === 0 && headers.length === 0) return undefined;
  const isFile = schema && isBinary(keywordsOfOne(schema, builder));
  const label = isFile ? undefined : labelOf(contentTypes, entry ?? schema, builder);
  const xml = schema && contentTypes.some(isXml) ? xmlNodeOf(schema, builder) : undefined;
  return {
    property,
    ...(contentTypes.length > 0 ? { contentTypes } : {}),
    ...(label ? { label } : {}),
    ...(headers.length > 0 ? { headers } : {}),
    ...(xml ? { xml } : {}),
    ...(form ? { form } : {}),
  };
}

/** Undefined where the part says just what the document does, in UTF-8. */
function labelOf(contentTypes: readonly string[], at: Located | undefined, builder: TypeBuilder): Labelled | undefined {
  const mediaType = contentTypes.find(type => !isRange(type));
  if (mediaType === undefined) return undefined;
  const label = labelled(mediaType, message => at && builder.unsupported(at, 'CONSTRUCT_NOT_SUPPORTED', message));
  return label.charset || label.mediaType !== mediaType ? label : undefined;
}

const formContent = { mediaType: 'application/x-www-form-urlencoded', schema: undefined };

function describeNested({ content, items }: Nested, builder: TypeBuilder): PartsInPart {
  const { mediaType } = content;
  const encodings = items
    ? [partEncoding('parts', items.encoding, items.schema, builder)]
    : namedEncodings(content, builder);
  const encoding = encodings.filter(each => each !== undefined);
  return {
    mediaType,
    ...(encoding.length > 0 ? { encoding } : {}),
    ...(items ? { unnamed: true, wholeList: true } : {}),
  };
}

/** RFC 9110, 5.6.1 and 8.3.1; what is no media type is none. */
function contentTypesOf({ value }: Located): string[] {
  const types = text(value, 'contentType')?.split(',') ?? [];
  return types.map(type => type.trim()).filter(type => /^[!-~]+\/[ -~]+$/.test(type));
}

/** Of bytes, or of the items of a list of them. */
function contentMediaTypes(schema: Located, builder: TypeBuilder): string[] {
  const { contentMediaType, contentEncoding } = keywordsOfOne(schema, builder);
  if (typeof contentMediaType !== 'string' || contentEncoding !== undefined) return [];
  return /^[!-~]+\/[ -~]+$/.test(contentMediaType) ? [contentMediaType] : [];
}

/** Of the schema, or of the items of a list. */
function keywordsOfOne(schema: Located, { normal }: TypeBuilder): Readonly<Record<string, unknown>> {
  const { schema: reduced } = normal.reduce(schema);
  const items = child(reduced, 'items');
  return keywordsOf(items ? normal.reduce(items).schema : reduced);
}

/** Headers whose value the document itself gives; a part has no others, and one that must have them is told of. */
function headersOf(entry: Located, builder: TypeBuilder): (readonly [string, string])[] {
  return children(child(entry, 'headers')).flatMap(written => {
    const header = builder.normal.follow(written);
    const name = written.key;
    if (!header || /^content-(type|disposition)$/i.test(name)) return [];
    const schema = child(header, 'schema');
    const keywords = schema ? keywordsOf(builder.normal.reduce(schema).schema) : {};
    const values = valuesOf(keywords) ?? [];
    const value = own(keywords, 'default') ?? (values.length === 1 ? values[0] : undefined);
    const isWritable = token.test(name) && /^[ -~]*$/.test(String(value));
    if (value !== undefined && typeof value !== 'object' && isWritable) return [[name, String(value)] as const];
    if (isRecord(header.value) && header.value['required'] === true) {
      builder.unsupported(
        written,
        'CONSTRUCT_NOT_SUPPORTED',
        `The part is sent without its header ${JSON.stringify(name.slice(0, 100))}, whose value the document does not give.`,
      );
    }
    return [];
  });
}
