import type { Charset } from '../call/call.ts';
import { inputFault } from '../fault.ts';

/** A text as it is sent in this charset, UTF-8 by default. What the charset has no characters for is BAD_USER_INPUT. */
export function inCharset(text: string, charset: Charset | undefined, argument: string): string | Uint8Array {
  switch (charset) {
    case undefined:
      return text;
    case 'us-ascii':
    case 'iso-8859-1': {
      const last = charset === 'us-ascii' ? 0x7f : 0xff;
      for (const character of text)
        if (character.charCodeAt(0) > last)
          throw inputFault(argument, `holds characters that ${charset} does not have`);
      return Buffer.from(text, 'latin1');
    }
    case 'utf-16': // with a byte order mark (RFC 2781, 3.3)
      return Buffer.from(`\ufeff${text}`, 'utf16le');
    case 'utf-16le':
      return Buffer.from(text, 'utf16le');
    case 'utf-16be':
      return Buffer.from(text, 'utf16le').swap16();
  }
}

/** JSON can escape what a charset does not have; in those of Unicode there is no need to. */
export function jsonInCharset(json: string, charset: Charset | undefined, argument: string): string | Uint8Array {
  const isNarrow = charset === 'us-ascii' || charset === 'iso-8859-1';
  return inCharset(isNarrow ? asciiJson(json) : json, charset, argument);
}

/** The same JSON, whose characters are all ASCII. */
export function asciiJson(json: string): string {
  return json.replace(/\P{ASCII}/gu, character =>
    character
      .split('')
      .map(unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join(''),
  );
}
