import { isRecord } from '../../base/json.ts';
import { Upload } from '../../base/upload.ts';
import type { SecretName } from './secret-names.ts';

const masked = '[masked]';

/** Shorter values are not looked for in texts: they would be found everywhere. (By their names they are masked all the same.) */
const minSecret = 4;

/** Of a text: what is kept, and how far it is looked at beyond, so that no secret is cut in two and left standing. */
const maxText = 16 * 1024;
const margin = 16 * 1024;

const maxDepth = 12;
const maxValues = 1_000;

/** Takes secrets out of what is kept: by the names that stand before them, and by the values that are known to be some. */
export class Mask {
  readonly #isSecret: SecretName;
  readonly #values: readonly string[];

  /** `values`: credentials that this request or its source uses. */
  constructor(isSecret: SecretName, values: Iterable<string>) {
    this.#isSecret = isSecret;
    const forms = [...values].filter(({ length }) => length >= minSecret).flatMap(formsOf);
    this.#values = [...new Set(forms)].sort((a, b) => b.length - a.length); // a longer one may hold a shorter
  }

  /** Of headers, whose secret ones keep their names alone. */
  headers(headers: Readonly<Record<string, string | readonly string[] | undefined>>): Record<string, string> {
    const told: Record<string, string> = Object.create(null);
    for (const [name, value] of Object.entries(headers)) {
      if (value !== undefined) told[name] = this.#isSecret(name) ? masked : this.text(String(value));
    }
    return told;
  }

  /** How far a text is looked at. */
  readonly reach = maxText + margin;

  /** JSON, XML, a form, a URL or anything else; `length`: of the whole, where this is only its beginning. */
  text(text: string, length = text.length): string {
    const near = text.slice(0, this.reach);
    const told = this.#known(this.#assigned(this.#elements(this.#members(near))));
    const isCut = near.length < length || told.length > maxText;
    return isCut ? `${told.slice(0, maxText)}… (${length} in all)` : told;
  }

  /** A value as data: bounded, and without what has no place in JSON. */
  value(value: unknown): unknown {
    let left = maxValues;
    const copy = (given: unknown, depth: number): unknown => {
      left -= 1;
      if (left < 0 || depth > maxDepth) return '…';
      if (typeof given === 'string') return this.text(given);
      if (typeof given === 'bigint') return String(given);
      if (given instanceof Error) return { fault: this.text(given.message) };
      if (Array.isArray(given)) return given.slice(0, maxValues).map(item => copy(item, depth + 1));
      if (given instanceof Upload) return fileText(given);
      if (Buffer.isBuffer(given)) return `(${given.length} bytes)`;
      if (!isRecord(given)) return given;
      const told: Record<string, unknown> = Object.create(null);
      for (const [name, inner] of Object.entries(given)) {
        if (left < 0) break;
        told[name] = this.#isSecret(name) && inner !== null ? masked : copy(inner, depth + 1);
      }
      return told;
    };
    return copy(value, 0);
  }

  /** Members of JSON, with all that is in them; the text need not be whole. */
  #members(text: string): string {
    return this.#without(text, /"((?:[^"\\]|\\.){1,64})"\s{0,20}:\s{0,20}/gs, ([, written = '']) => {
      if (!this.#isSecret(written.includes('\\') ? plainName(written) : written)) return undefined;
      return inside => [endOfJson(text, inside), `"${masked}"`];
    });
  }

  /** Elements of XML, with all that is in them, by their local names. */
  #elements(text: string): string {
    const start = /<((?:[\w.-]{1,64}:)?([\w.-]{1,64}))(?=[\s>])[^<>]{0,2000}>/g;
    return this.#without(text, start, ([tag, name = '', local = '']) => {
      if (tag.endsWith('/>') || !this.#isSecret(local)) return undefined;
      return inside => {
        const end = text.indexOf(`</${name}`, inside);
        return [end < 0 ? text.length : end, masked];
      };
    });
  }

  /** Replaces what stands behind each match that `judge` takes for a secret's beginning; it tells up to where, and by what. */
  #without(
    text: string,
    start: RegExp,
    judge: (found: RegExpExecArray) => ((inside: number) => readonly [end: number, instead: string]) | undefined,
  ): string {
    let told = '';
    let from = 0;
    for (let found = start.exec(text); found; found = start.exec(text)) {
      const inside = start.lastIndex;
      const secret = judge(found);
      if (!secret) continue;
      const [end, instead] = secret(inside);
      told += text.slice(from, inside) + instead;
      from = end;
      start.lastIndex = Math.max(end, inside);
    }
    return told + text.slice(from);
  }

  /** `name=value`: forms, queries, attributes, cookies. */
  #assigned(text: string): string {
    return text.replace(/([\w.-]{1,64})=("[^"]*(?:"|$)|'[^']*(?:'|$)|[^&\s"'<>;,]+)/g, (found: string, name: string) =>
      this.#isSecret(name.slice(name.lastIndexOf('.') + 1)) ? `${name}=${masked}` : found,
    );
  }

  #known(text: string): string {
    return this.#values.reduce((told, value) => (told.includes(value) ? told.replaceAll(value, masked) : told), text);
  }
}

/** A value as it may stand in a text: as it is, in a URL, in JSON, in XML, in Base64. */
function formsOf(value: string): readonly string[] {
  const xml = value.replace(/[&<>"']/g, sign => `&${entities[sign]};`);
  return [
    value,
    encodeURIComponent(Buffer.from(value).toString()), // a lone surrogate, which it refuses, has become U+FFFD
    JSON.stringify(value).slice(1, -1),
    xml,
    Buffer.from(value).toString('base64'),
  ];
}

const entities: Readonly<Record<string, string>> = { '&': 'amp', '<': 'lt', '>': 'gt', '"': 'quot', "'": 'apos' };

/** A name of a member that is written with escapes (RFC 8259, 7). */
function plainName(written: string): string {
  try {
    return String(JSON.parse(`"${written}"`));
  } catch {
    return written;
  }
}

/** Where the value that begins at `from` ends; at the end of the text where that comes first. */
function endOfJson(text: string, from: number): number {
  const token = /"(?:[^"\\]|\\.)*(?:"|$)|[[\]{}]|[^\s"[\]{},]+|[\s,]+/gsy;
  let depth = 0;
  token.lastIndex = from;
  for (let found = token.exec(text); found; found = token.exec(text)) {
    const [part] = found;
    if (part === '{' || part === '[') depth += 1;
    else if (part === '}' || part === ']') depth -= 1;
    if (depth < 0) return found.index;
    if (depth === 0) return token.lastIndex;
  }
  return text.length;
}

/** Neither what it is called nor what is in it. */
function fileText({ file: { size } }: Upload): string {
  return size === undefined ? '(file)' : `(file of ${size} bytes)`;
}
