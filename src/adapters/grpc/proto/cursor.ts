import { SyntaxFault } from './syntax-fault.ts';
import { type Token, tokenise } from './tokens.ts';

/** A place in a `.proto` text, from which the parser reads on. What it expects and does not find is a SyntaxFault. */
export class Cursor {
  readonly #tokens: readonly Token[];
  #next = 0;

  constructor(text: string) {
    this.#tokens = tokenise(text);
  }

  /** The token that is read next, or one further on. */
  peek(ahead = 0): Token {
    return this.#tokens[Math.min(this.#next + ahead, this.#tokens.length - 1)]!;
  }

  take(): Token {
    const token = this.peek();
    this.#next += 1;
    return token;
  }

  is(text: string): boolean {
    const token = this.peek();
    return token.text === text && token.kind !== 'string';
  }

  /** Takes the token if it is this one. */
  accept(text: string): Token | undefined {
    return this.is(text) ? this.take() : undefined;
  }

  expect(text: string): Token {
    return this.accept(text) ?? this.fail(`"${text}"`);
  }

  name(): Token {
    return this.peek().kind === 'name' ? this.take() : this.fail('a name');
  }

  /** `a.b.C` or `.a.b.C` */
  typeName(): string {
    let name = this.accept('.') ? '.' : '';
    name += this.name().text;
    while (this.accept('.')) name += `.${this.name().text}`;
    return name;
  }

  /** One or more strings side by side, as they are written. */
  stringLiterals(): string {
    const literals: string[] = [];
    while (this.peek().kind === 'string') literals.push(this.take().text);
    return literals.length > 0 ? literals.join(' ') : this.fail('a string');
  }

  /** A string that holds no escapes: a file's or an edition's name. */
  plainString(): string {
    return this.stringLiterals()
      .split(/(?<=["']) (?=["'])/)
      .map(literal => literal.slice(1, -1))
      .join('');
  }

  integer(): number {
    const negative = this.accept('-') !== undefined;
    const token = this.peek();
    const value = token.kind === 'number' ? integerOf(token.text) : undefined;
    if (value === undefined) return this.fail('an integer');
    this.take();
    return Number(negative ? -value : value);
  }

  /** Throws a SyntaxFault at the next token. */
  fail(expected: string): never {
    const token = this.peek();
    const found = token.kind === 'end' ? 'the end of the file' : `"${token.text.slice(0, 40)}"`;
    throw new SyntaxFault(`Expected ${expected}, found ${found}`, token);
  }
}

/** Decimal, hexadecimal or octal digits; undefined where the text is no integer. */
export function integerOf(text: string): bigint | undefined {
  if (/^0[xX][0-9a-fA-F]+$/.test(text)) return BigInt(text);
  if (/^0[0-7]+$/.test(text)) return BigInt(`0o${text.slice(1)}`);
  return /^(0|[1-9]\d*)$/.test(text) ? BigInt(text) : undefined;
}
