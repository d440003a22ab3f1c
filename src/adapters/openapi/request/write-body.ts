import type { BodyPieces } from '../../../adapter/piecewise-body.ts';
import { Upload } from '../../../base/upload.ts';
import { writeJson } from '../answer/json-text.ts';
import type { CallBody, SequenceBody } from '../call/call.ts';
import type { Encoder } from './encode.ts';
import { formPairs, formText } from './form-body.ts';
import { inCharset, jsonInCharset } from './in-charset.ts';
import { fileType, multipartBody } from './multipart-body.ts';
import { XmlWriter } from './xml-body.ts';

/** A request's body, and what it is. */
export interface WrittenBody {
  readonly contentType: string;
  readonly body: string | Uint8Array | BodyPieces;
}

/** A text in each line, or after a record separator each (RFC 7464, 2.2). */
function jsonSequence(items: unknown, format: SequenceBody['format']): string {
  const before = format === 'records' ? '\u001e' : '';
  return (Array.isArray(items) ? items : [items]).map(item => `${before}${writeJson(item ?? null)}\n`).join('');
}

/** Undefined where no body was given. */
export function writeBody(body: CallBody, given: unknown, encoder: Encoder): WrittenBody | undefined {
  if (given === undefined) return undefined;
  const value = encoder.encode(body.shape, given, body.argument);
  const { mediaType: contentType, charset, argument } = body;
  switch (body.kind) {
    case 'json':
      return { contentType, body: jsonInCharset(writeJson(value), charset, argument) };
    case 'sequence':
      if (value === null) return undefined;
      return { contentType, body: jsonInCharset(jsonSequence(value, body.format), charset, argument) };
    case 'text':
      return value === null ? undefined : { contentType, body: inCharset(String(value), charset, argument) };
    case 'form': {
      return { contentType, body: formText(formPairs(value, body.encoding, body.argument)) };
    }
    case 'xml': {
      if (value === null) return undefined;
      const text = new XmlWriter(encoder.types).document(body.root, body.shape, value, argument, charset);
      return { contentType, body: inCharset(text, charset, argument) };
    }
    case 'multipart':
      return value === null ? undefined : multipartBody(body, value, encoder.types);
    case 'file': {
      if (!(value instanceof Upload)) return undefined;
      const { contentType: own, size } = value.file;
      const pieces = value.file.whole() ?? [value.file.read(value)];
      return { contentType: fileType([contentType], own), body: { size, pieces } };
    }
  }
}
