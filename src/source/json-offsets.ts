import type { PointerTree } from './pointer-tree.ts';

/** Where the keys, and the items of lists, stand in a JSON text that pointers name. What is not there has no offset. */
export function jsonOffsets(text: string, tree: PointerTree): ReadonlyMap<string, number> {
  const scan = new Scan(text);
  scan.value(tree);
  return scan.found;
}

/** Goes into what is asked for, and over all else without a call. The text is JSON that was parsed before. */
class Scan {
  readonly found = new Map<string, number>();
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  value(tree: PointerTree): void {
    this.#space();
    const open = this.#text[this.#at];
    if (tree.inner.size === 0 || (open !== '{' && open !== '[')) {
      this.#skip();
      return;
    }
    this.#at += 1;
    for (let index = 0; ; index++) {
      this.#space();
      const next = this.#text[this.#at];
      if (next === undefined || next === '}' || next === ']') break;
      const start = this.#at;
      const inner = tree.inner.get(open === '{' ? this.#key() : String(index));
      if (inner?.pointer !== undefined && !this.found.has(inner.pointer)) this.found.set(inner.pointer, start);
      if (inner) this.value(inner);
      else this.#skip();
      this.#space();
      if (this.#text[this.#at] === ',') this.#at += 1;
    }
    this.#at += 1;
  }

  /** With the colon behind it. */
  #key(): string {
    const start = this.#at;
    this.#string();
    const written = this.#text.slice(start, this.#at);
    this.#space();
    this.#at += 1;
    return written.includes('\\') ? String(JSON.parse(written)) : written.slice(1, -1);
  }

  #space(): void {
    while (this.#text.charCodeAt(this.#at) <= space) this.#at += 1;
  }

  /** From its first quote to behind its last: the first that an even number of backslashes stands before. */
  #string(): void {
    for (let end = this.#text.indexOf('"', this.#at + 1); end >= 0; end = this.#text.indexOf('"', end + 1)) {
      let escapes = 0;
      while (this.#text[end - 1 - escapes] === '\\') escapes += 1;
      this.#at = end + 1;
      if (escapes % 2 === 0) return;
    }
    this.#at = this.#text.length;
  }

  #skip(): void {
    this.#space();
    let depth = 0;
    do {
      const here = this.#text[this.#at];
      if (here === undefined || (depth === 0 && here === ',')) return;
      if (here === '"') {
        this.#string();
        continue;
      }
      if (here === '}' || here === ']') {
        if (depth === 0) return; // of what it stands in
        depth -= 1;
        this.#at += 1;
        continue;
      }
      if (here === '{' || here === '[') depth += 1;
      this.#at += 1;
      if (depth === 0) while (/[^,}\]\s]/.test(this.#text[this.#at] ?? ',')) this.#at += 1; // a number or a word
    } while (depth > 0);
  }
}

/** JSON's white space is all that stands up to it in Unicode. */
const space = 0x20;
