import type { Charset, Labelled } from '../call/call.ts';
import { isForm } from './media-types.ts';

const parameter = /;\s*charset\s*=\s*("[^"]*"|[^;\s]*)/i;

const charsets: ReadonlyMap<string, Charset | 'utf-8'> = new Map([
  ['utf-8', 'utf-8'],
  ['utf8', 'utf-8'],
  ['us-ascii', 'us-ascii'],
  ['ascii', 'us-ascii'],
  ['iso-8859-1', 'iso-8859-1'],
  ['iso_8859-1', 'iso-8859-1'],
  ['iso8859-1', 'iso-8859-1'],
  ['latin1', 'iso-8859-1'],
  ['utf-16', 'utf-16'],
  ['utf-16be', 'utf-16be'],
  ['utf-16le', 'utf-16le'],
]);

/** How a text that the document gives this media type is written. Where its charset cannot be, in UTF-8, and `tell` is told so: forms always are (URL, 5.2). */
export function labelled(mediaType: string, tell: (message: string) => void): Labelled {
  const written = parameter.exec(mediaType)?.[1]?.replaceAll('"', '');
  if (written === undefined) return { mediaType };
  const charset = charsets.get(written.toLowerCase());
  if (charset === 'utf-8') return { mediaType };
  if (charset && !isForm(mediaType)) return { mediaType, charset };
  tell(
    `What is sent as ${mediaType.slice(0, 100)} is written in UTF-8, and says so: ${written.slice(0, 40)} it cannot be.`,
  );
  return { mediaType: mediaType.replace(parameter, '; charset=utf-8') };
}
