import { own } from '../../../base/json.ts';
import { Upload } from '../../../base/upload.ts';
import type { SentAttachments } from '../message/sent-attachments.ts';
import type { AttachedPart } from '../model/call.ts';
import { mostSteps } from '../model/facet-check.ts';
import type { Types } from '../model/fields.ts';
import { encodeHeader } from './encode.ts';
import { refused } from './given-values.ts';
import { isProblem, writeLexical } from './lexical.ts';
import type { Values } from './value-reader.ts';

/** Attaches the parts of a message that its binding wants beside the envelope. What cannot be is BAD_USER_INPUT, with the argument. */
export function attachValues(
  types: Types,
  parts: readonly AttachedPart[],
  args: Values,
  attachments: SentAttachments,
): void {
  for (const part of parts) {
    const argument = part.argument ?? part.part;
    const value = own(args, argument);
    if (value instanceof Upload) attachments.part(part.part, value, part.media);
    else attachments.part(part.part, written(types, part, value, argument), [mediaOf(part)]);
  }
}

function written(types: Types, { holds, type: key, element }: AttachedPart, value: unknown, argument: string): Buffer {
  if (holds === 'element' && element) {
    const document = encodeHeader(types, { ...element, type: key }, value, argument);
    return Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>${document}`);
  }
  const type = types[key];
  if (holds === 'file' || type?.kind !== 'simple') throw refused(argument, 'a file is required');
  const text = writeLexical(type, value, { left: mostSteps });
  if (isProblem(text)) throw refused(argument, text.problem);
  return Buffer.from(text);
}

function mediaOf({ holds, media }: AttachedPart): string {
  const named = media.find(one => !one.includes('*')) ?? (holds === 'element' ? 'text/xml' : 'text/plain');
  return `${named}; charset=UTF-8`;
}
