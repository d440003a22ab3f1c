import { isAscii, isUtf8, transcode } from 'node:buffer';
import { allNeeds, type ReadingNeeds } from '../call/reading-needs.ts';

/** A number as it is written, where a double would lose digits. */
export class NumberText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type ParsedJson = { readonly value: unknown } | { readonly problem: string };

/** Deeper answers are an attack on whoever recurses into them. */
const maxDepth = 128;

/**
 * A JSON text as data, without losing a digit that matters: numbers that a double cannot hold come as `NumberText` where `needs` says so,
 * and nothing is deeper than whoever recurses into it bears.
 */
export function parseJson(body: Buffer, needs: ReadingNeeds = allNeeds): ParsedJson {
  const text = textOf(body);
  const lossless = needs.digits && /\d{16}/.test(text);
  if ((needs.depth || lossless) && isTooDeep(text)) return { problem: `JSON nested deeper than ${maxDepth}` };
  try {
    return { value: lossless ? new LosslessParser(text).parse() : JSON.parse(text) };
  } catch (error) {
    return { problem: error instanceof SyntaxError ? error.message.slice(0, 200) : 'no JSON' };
  }
}

/** From this size on, Node.js 20 reads UTF-8 that is not ASCII in a third of the time by way of UTF-16. */
const leastTranscoded = 4_096;

/** Without a byte order mark. Most JSON is ASCII, and quicker read as that. */
function textOf(body: Buffer): string {
  if (isAscii(body)) return body.toString('latin1');
  const byUtf16 = body.length >= leastTranscoded && isUtf8(body);
  const text = byUtf16 ? transcode(body, 'utf8', 'utf16le').toString('utf16le') : body.toString('utf8');
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}

function isTooDeep(text: string): boolean {
  if (count(text, '{', maxDepth) + count(text, '[', maxDepth) <= maxDepth) return false; // too few to nest so deep
  let depth = 0;
  let isText = false;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (isText) {
      if (code === 0x5c) index++;
      else if (code === 0x22) isText = false;
    } else if (code === 0x22) isText = true;
    else if (code === 0x5b || code === 0x7b) {
      depth += 1;
      if (depth > maxDepth) return true;
    } else if (code === 0x5d || code === 0x7d) depth -= 1;
  }
  return false;
}

/** How often a character is in a text; anything above `enough` where it is more often. */
function count(text: string, character: string, enough: number): number {
  let found = 0;
  for (let at = text.indexOf(character); at >= 0 && found <= enough; at = text.indexOf(character, at + 1)) found += 1;
  return found;
}

/** RFC 8259; recursion is bounded, since the text was measured before. */
class LosslessParser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  parse(): unknown {
    const value = this.#value();
    this.#space();
    if (this.#at < this.#text.length) throw this.#unexpected();
    return value;
  }

  #value(): unknown {
    this.#space();
    const first = this.#text[this.#at];
    if (first === '{') return this.#object();
    if (first === '[') return this.#array();
    if (first === '"') return this.#string();
    return this.#atom();
  }

  #object(): unknown {
    const record: Record<string, unknown> = Object.create(null);
    if (this.#opens('}')) return record;
    do {
      this.#space();
      const key = this.#string();
      this.#expect(':');
      record[key] = this.#value();
    } while (this.#goesOn('}'));
    return record;
  }

  #array(): unknown[] {
    const values: unknown[] = [];
    if (this.#opens(']')) return values;
    do values.push(this.#value());
    while (this.#goesOn(']'));
    return values;
  }

  #string(): string {
    const pattern = /"(?:[^"\\]|\\.)*"/sy;
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (!match) throw this.#unexpected();
    this.#at = pattern.lastIndex;
    return JSON.parse(match[0]);
  }

  #atom(): unknown {
    const pattern = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (!match) throw this.#unexpected();
    this.#at = pattern.lastIndex;
    const [written] = match;
    return /\d{16}|\d\.\d{15}/.test(written) && String(Number(written)) !== written
      ? new NumberText(written)
      : JSON.parse(written);
  }

  #opens(closing: string): boolean {
    this.#at += 1;
    this.#space();
    if (this.#text[this.#at] !== closing) return false;
    this.#at += 1;
    return true;
  }

  #goesOn(closing: string): boolean {
    this.#space();
    const next = this.#text[this.#at];
    if (next !== ',' && next !== closing) throw this.#unexpected();
    this.#at += 1;
    return next === ',';
  }

  #expect(text: string): void {
    this.#space();
    if (this.#text[this.#at] !== text) throw this.#unexpected();
    this.#at += 1;
  }

  #space(): void {
    while (' \t\n\r'.includes(this.#text[this.#at] ?? '-')) this.#at += 1;
  }

  #unexpected(): SyntaxError {
    return new SyntaxError(`Unexpected text at position ${this.#at}`);
  }
}

/** Data as JSON text; a `NumberText` as its digits. What is undefined is not written. */
export function writeJson(value: unknown): string {
  if (value instanceof NumberText) return value.text;
  if (Array.isArray(value)) return `[${value.map(item => writeJson(item ?? null)).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${writeJson(member)}`).join(',')}}`;
}

/** Data without `NumberText`: integers beyond a double's reach become text, other numbers the nearest double. */
export function plainJson(value: unknown): unknown {
  if (value instanceof NumberText) return /^-?\d+$/.test(value.text) ? value.text : Number(value.text);
  if (Array.isArray(value)) return value.map(plainJson);
  if (typeof value !== 'object' || value === null) return value;
  const record: Record<string, unknown> = Object.create(null);
  for (const [key, member] of Object.entries(value)) record[key] = plainJson(member);
  return record;
}

/** Whoever decodes a value does it in place: what several are to have is copied for each. */
export function copyOfJson(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || value instanceof NumberText) return value;
  if (Array.isArray(value)) return value.map(copyOfJson);
  const record: Record<string, unknown> = Object.create(null);
  for (const [key, member] of Object.entries(value)) record[key] = copyOfJson(member);
  return record;
}

/** What `typeof` says, and `array`. */
export function kindOf(value: unknown): string {
  if (value instanceof NumberText) return 'number';
  return Array.isArray(value) ? 'array' : typeof value;
}

/** A scalar as text; empty where the value is none. */
export function scalarText(value: unknown): string {
  if (value instanceof NumberText) return value.text;
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}
