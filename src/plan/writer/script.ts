import { quote } from './quote.ts';

/** What stands in the answer as it is, or an expression for what depends on values. */
export type Piece = { readonly fixed: string } | { readonly code: string };

/** Generated code while it grows. Its names come from counters; everything that comes from documents is given to it as a value. */
export class Script {
  readonly given: unknown[] = [];
  readonly #names = new Map<unknown, string>();
  readonly #functions: string[] = [];
  #count = 0;

  name(letter: string): string {
    this.#count += 1;
    return `${letter}${this.#count}`;
  }

  /** The name by which the code has a value. */
  give(value: unknown): string {
    let name = this.#names.get(value);
    if (name === undefined) {
      name = `g${this.given.push(value) - 1}`;
      this.#names.set(value, name);
    }
    return name;
  }

  /** A function of one value, `v`. */
  define(name: string, statements: readonly string[]): void {
    this.#functions.push(`function ${name}(v) {\n${statements.join('\n')}\n}`);
  }

  body(statements: readonly string[]): string {
    const constants = this.given.map((_, index) => `const g${index} = given[${index}];`);
    return [...constants, ...this.#functions, ...statements].join('\n');
  }
}

/** Most pieces of one expression, so that no expression of a wide object is too deep for a parser. */
const maxPieces = 64;

/** Statements that leave the pieces, one after the other, in `s`. */
export function concatenated(pieces: readonly Piece[]): string[] {
  const terms: string[] = [];
  let fixed = '';
  for (const piece of pieces) {
    if ('fixed' in piece) {
      fixed += piece.fixed;
    } else {
      if (fixed !== '') terms.push(quote(fixed));
      terms.push(piece.code);
      fixed = '';
    }
  }
  if (fixed !== '') terms.push(quote(fixed));
  const statements: string[] = [];
  for (let start = 0; start < terms.length; start += maxPieces) {
    const sum = terms.slice(start, start + maxPieces).join(' + ');
    statements.push(start === 0 ? `let s = ${sum};` : `s += ${sum};`);
  }
  return statements;
}
