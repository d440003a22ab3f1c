import type { CallBody, Labelled } from '../call/call.ts';
import type { ScalarShape, Shape, XmlNode } from '../call/shape.ts';
import { labelled } from '../document/charset.ts';
import type { Located } from '../document/document.ts';
import { formEncodings, isSerialised } from '../document/form-encodings.ts';
import {
  isAny,
  isForm,
  isFormData,
  isInRange,
  isJson,
  isJsonSequence,
  isMultipart,
  isPlainJson,
  isRange,
  isText,
  isXml,
  preferred,
  streamFormat,
} from '../document/media-types.ts';
import type { Body, Content, OperationSite } from '../document/operation.ts';
import { text } from '../document/operation-parts.ts';
import { child, children } from '../document/resolver.ts';
import { xmlRootOf } from '../schemas/describe-xml.ts';
import { keywordsOf } from '../schemas/normal-form.ts';
import { typesOf } from '../schemas/scalar-shapes.ts';
import { fileShape, isBinary, isWritten } from '../types/binary.ts';
import type { TypeBuilder } from '../types/type-builder.ts';
import { nonNull } from '../types/type-drafts.ts';
import { describeParts } from './describe-parts.ts';
import { possibleTypes } from './possible-types.ts';

/** mapping A5: what is sent where the document lets the client choose. */
const preference: readonly ((mediaType: string) => boolean)[] = [
  isPlainJson,
  isJson,
  isForm,
  isFormData,
  isMultipart,
  isXml,
  isText,
  type => !isAny(type) && !isRange(type),
  type => !isAny(type),
  isAny,
];

/** The body's content that is sent, `wanted` before all others; undefined, and reported, where the document has none. */
export function sentContent(
  body: Body,
  site: OperationSite,
  wanted: readonly string[],
  builder: TypeBuilder,
): Content | undefined {
  const withFiles = body.contents.filter(content => isMultipart(content.mediaType) && holdsFiles(content, builder));
  // Neither JSON nor a form can hold a file: where the same can be sent in parts, it is.
  const able =
    withFiles.length > 0
      ? body.contents.filter(content => isMultipart(content.mediaType) || !holdsFiles(content, builder))
      : body.contents;
  const content =
    preferred(
      body.contents,
      wanted.map(range => (type: string) => isInRange(type, range)),
    ) ?? preferred(able, preference);
  if (!content) builder.report(nothingToSend(body, site));
  else if (withFiles.length > 0 && !withFiles.includes(content)) {
    builder.report({
      severity: 'note',
      code: 'CONSTRUCT_NOT_SUPPORTED',
      message: `The body is sent as ${content.mediaType}; as ${withFiles[0]!.mediaType} it could hold files, too.`,
      at: site.at,
      hint: `\`bodies: [${withFiles[0]!.mediaType}]\` in the source sends such bodies in parts.`,
    });
  }
  return content;
}

function nothingToSend({ required }: Body, { at }: OperationSite) {
  const code = required ? 'OPERATION_NOT_SUPPORTED' : 'CONSTRUCT_NOT_SUPPORTED';
  const message = `The operation ${required ? 'needs' : 'is called without'} a body whose content the document does not say.`;
  return { severity: 'warning', code, message, at, hint: 'Give the `requestBody` a `content`.' } as const;
}

function holdsFiles({ schema }: Content, { normal }: TypeBuilder): boolean {
  if (!schema) return false;
  const isFile = (part: typeof schema) => isBinary(keywordsOf(normal.reduce(part).schema));
  return [...normal.flatten(normal.reduce(schema).schema).properties.values()].some(property => {
    const items = child(normal.reduce(property).schema, 'items');
    return isFile(property) || (items !== undefined && isFile(items));
  });
}

const stringShape: ScalarShape = { kind: 'scalar', scalar: 'String' };
const anyShape: ScalarShape = { kind: 'scalar', scalar: 'JSON', open: true };

/** `name`: of the body's type where its schema has none. */
export function describeBody(
  body: Body,
  content: Content,
  argument: string,
  name: string,
  site: Pick<OperationSite, 'at'>,
  builder: TypeBuilder,
): CallBody {
  const read = bodyOf(content, argument, body.name ?? name, builder);
  const described =
    read.kind === 'file' || read.kind === 'multipart' ? read : { ...read, ...labelOf(read, site, builder) };
  return body.required ? { ...described, shape: nonNull(described.shape) } : described;
}

function bodyOf(content: Content, argument: string, name: string, builder: TypeBuilder): CallBody {
  const { mediaType, schema } = content;
  const read = (): Shape =>
    schema ? builder.read(schema, { direction: 'input', called: () => name }).shape : anyShape;
  const format = streamFormat(mediaType);
  switch (kindOf(content, builder)) {
    case 'sequence':
      return {
        argument,
        kind: 'sequence',
        format: format === 'records' ? format : 'lines',
        mediaType,
        shape: sequenceOf(content, name, builder),
      };
    case 'json':
      return { argument, kind: 'json', mediaType: isAny(mediaType) ? 'application/json' : mediaType, shape: read() };
    case 'form': {
      tellUnwritten(content, builder);
      const encoding = formEncodings(content);
      const form = { argument, kind: 'form', mediaType, shape: read() } as const;
      return encoding.length > 0 ? { ...form, encoding } : form;
    }
    case 'multipart':
      return { argument, kind: 'multipart', mediaType, ...describeParts(content, name, builder) };
    case 'xml':
      return { argument, kind: 'xml', mediaType, shape: read(), root: rootOf(content, name, builder) };
    case 'text':
      return { argument, kind: 'text', mediaType, shape: stringShape };
    case 'file':
      return { argument, kind: 'file', mediaType, shape: fileShape };
  }
}

/** What is sent of a range is the plainest in it. */
const plainest: ReadonlyMap<CallBody['kind'], string> = new Map([
  ['json', 'application/json'],
  ['xml', 'application/xml'],
  ['text', 'text/plain'],
]);

function labelOf({ kind, mediaType }: CallBody, { at }: Pick<OperationSite, 'at'>, { report }: TypeBuilder): Labelled {
  const own = (isRange(mediaType) ? plainest.get(kind) : undefined) ?? mediaType;
  return labelled(own, message => report({ severity: 'note', code: 'CONSTRUCT_NOT_SUPPORTED', message, at }));
}

/** What a form has of a content type that nothing of a type is written as. */
function tellUnwritten({ schema, encoding }: Content, builder: TypeBuilder): void {
  if (!schema || !encoding) return;
  const { properties } = builder.normal.flatten(builder.normal.reduce(schema).schema);
  for (const entry of children(encoding)) {
    const property = properties.get(entry.key);
    const contentType = text(entry.value, 'contentType');
    if (!property || contentType === undefined || isJson(contentType) || isSerialised(entry)) continue;
    if (!possibleTypes(property, builder.normal).has('object')) continue;
    const message = `Nothing of a type can be written as ${contentType} in a form: the property is written in brackets.`;
    builder.unsupported(entry, 'CONSTRUCT_NOT_SUPPORTED', message);
  }
}

/**
 * Of a sequence. A schema that no list meets is what each of the texts is; of one that some do, another value is the only text. What that comes
 * to is written item by item.
 */
function sequenceOf({ schema, itemSchema }: Content, name: string, builder: TypeBuilder): Shape {
  const types = schema && !itemSchema ? possibleTypes(schema, builder.normal) : undefined;
  const item = itemSchema ?? (types?.has('array') ? undefined : schema);
  if (item) return { kind: 'list', of: builder.readItem(item, { direction: 'input', called: () => `${name}Item` }) };
  if (!schema) return { kind: 'list', of: anyShape };
  if (types && types.size > 1) {
    const message = 'What is sent as a sequence is a list; a value of another type is sent as the only text of it.';
    const hint = 'Say what each of the texts is: by `itemSchema` (OpenAPI 3.2), or by a schema that no list meets.';
    builder.unsupported(schema, 'DOCUMENT_INVALID', message, hint);
  }
  return builder.read(schema, { direction: 'input', called: () => name }).shape;
}

function rootOf({ schema }: Content, name: string, builder: TypeBuilder): XmlNode {
  const root = schema ? xmlRootOf(schema, builder) : {};
  if (root.name !== undefined || !schema) return { ...root, name: root.name ?? name };
  builder.report({
    severity: 'warning',
    code: 'DOCUMENT_INVALID',
    message: `The document does not name the root element of the XML; it is called "${name}".`,
    at: [schema.address, schema.pointer],
    hint: 'Give the schema `xml: { name: … }`, or make it a component.',
  });
  return { ...root, name };
}

function isAlways(type: string, schema: Located, { normal }: TypeBuilder): boolean {
  const types = possibleTypes(schema, normal);
  return types.size === 1 && types.has(type);
}

function kindOf({ mediaType, schema, itemSchema }: Content, builder: TypeBuilder): CallBody['kind'] {
  if (isJson(mediaType)) return 'json';
  if (isForm(mediaType)) return 'form';
  if (isMultipart(mediaType)) return 'multipart';
  const isSequence = isJsonSequence(mediaType);
  if (isSequence && itemSchema) return 'sequence';
  const keywords = schema ? keywordsOf(builder.normal.reduce(schema).schema) : {};
  if (isBinary(keywords)) return 'file';
  const isData =
    typesOf(keywords).some(type => type !== 'string') || branching.some(key => Object.hasOwn(keywords, key));
  if (isSequence && schema) return isAlways('string', schema, builder) ? 'text' : 'sequence';
  if (isXml(mediaType)) return isData ? 'xml' : 'text';
  if (isText(mediaType)) return 'text';
  if (isAny(mediaType)) return 'json';
  if (isWritten(keywords, mediaType) && !isRange(mediaType)) return 'text';
  const typed = itemSchema ?? (isData ? schema : undefined);
  if (typed) {
    builder.unsupported(
      typed,
      'CONSTRUCT_UNTYPED',
      `Nothing of a type can be written as ${mediaType}: the body is taken as a file.`,
    );
  }
  return 'file';
}

const branching: readonly string[] = ['allOf', 'oneOf', 'anyOf'];
