/** Is a character (its code point) of the class? */
export type CharacterTest = (character: number) => boolean;

export type Assertion = 'start' | 'end' | 'word' | 'inner';

/** A regular expression, taken apart. */
export type PatternNode =
  | { readonly kind: 'character'; readonly test: CharacterTest }
  | { readonly kind: 'assertion'; readonly at: Assertion }
  | { readonly kind: 'sequence' | 'choice'; readonly of: readonly PatternNode[] }
  | { readonly kind: 'repeat'; readonly of: PatternNode; readonly least: number; readonly most: number | undefined };

/** Groups in groups, beyond this, are no pattern that anybody writes. */
const maxDepth = 50;

/** ECMA-262, 22.2.1, without look-around, back-references and modifiers; the reason where it is something else. */
export function parsePattern(source: string): { readonly node: PatternNode } | { readonly problem: string } {
  try {
    return { node: new Parser([...source]).parse() };
  } catch (error) {
    if (error instanceof SyntaxError) return { problem: error.message };
    throw error;
  }
}

class Parser {
  readonly #text: readonly string[];
  #at = 0;
  #depth = 0;

  constructor(text: readonly string[]) {
    this.#text = text;
  }

  parse(): PatternNode {
    const node = this.#choice();
    if (this.#at < this.#text.length) throw new SyntaxError('a parenthesis is not opened');
    return node;
  }

  #choice(): PatternNode {
    const options = [this.#sequence()];
    while (this.#takes('|')) options.push(this.#sequence());
    return options.length === 1 ? options[0]! : { kind: 'choice', of: options };
  }

  #sequence(): PatternNode {
    const parts: PatternNode[] = [];
    for (let next = this.#text[this.#at]; next !== undefined && next !== '|' && next !== ')'; ) {
      parts.push(this.#quantified(this.#atom()));
      next = this.#text[this.#at];
    }
    return { kind: 'sequence', of: parts };
  }

  #quantified(node: PatternNode): PatternNode {
    const times = this.#quantifier();
    if (!times) return node;
    this.#takes('?'); // lazy: what is found is the same
    return { kind: 'repeat', of: node, ...times };
  }

  #quantifier(): { least: number; most: number | undefined } | undefined {
    if (this.#takes('*')) return { least: 0, most: undefined };
    if (this.#takes('+')) return { least: 1, most: undefined };
    if (this.#takes('?')) return { least: 0, most: 1 };
    const counted = /^\{(\d+)(?:(,)(\d+)?)?\}/.exec(this.#text.slice(this.#at, this.#at + 64).join(''));
    if (!counted) return undefined;
    this.#at += counted[0].length;
    const least = Number(counted[1]);
    const most = counted[2] === undefined ? least : counted[3] === undefined ? undefined : Number(counted[3]);
    if (most !== undefined && most < least) throw new SyntaxError('a repetition ends before it begins');
    return { least, most };
  }

  #atom(): PatternNode {
    const character = this.#take();
    switch (character) {
      case '^':
        return { kind: 'assertion', at: 'start' };
      case '$':
        return { kind: 'assertion', at: 'end' };
      case '.':
        return { kind: 'character', test: isNoLineEnd };
      case '(':
        return this.#group();
      case '[':
        return { kind: 'character', test: this.#characterClass() };
      case '\\':
        return this.#escape();
      case '*':
      case '+':
      case '?':
        throw new SyntaxError('there is nothing to repeat');
      default:
        return { kind: 'character', test: equals(character.codePointAt(0)!) };
    }
  }

  #group(): PatternNode {
    if (this.#takes('?')) {
      const isNamed = /^<[\p{L}_$][\w$]*>/u.exec(this.#text.slice(this.#at, this.#at + 64).join(''));
      if (isNamed) this.#at += isNamed[0].length;
      else if (!this.#takes(':')) throw new SyntaxError('it looks ahead, looks behind or changes its mode');
    }
    this.#depth += 1;
    if (this.#depth > maxDepth) throw new SyntaxError(`its groups are nested deeper than ${maxDepth}`);
    const node = this.#choice();
    this.#depth -= 1;
    if (!this.#takes(')')) throw new SyntaxError('a parenthesis is not closed');
    return node;
  }

  #escape(): PatternNode {
    const next = this.#text[this.#at];
    if (next === 'b' || next === 'B') {
      this.#at += 1;
      return { kind: 'assertion', at: next === 'b' ? 'word' : 'inner' };
    }
    if (next !== undefined && /[1-9k]/.test(next)) throw new SyntaxError('it refers back to a group');
    const escaped = this.#classEscape();
    return { kind: 'character', test: typeof escaped === 'number' ? equals(escaped) : escaped };
  }

  #characterClass(): CharacterTest {
    const isNegated = this.#takes('^');
    const tests: CharacterTest[] = [];
    while (!this.#takes(']')) {
      const first = this.#classAtom();
      const goesOn = this.#text[this.#at] === '-' && this.#text[this.#at + 1] !== ']';
      if (!goesOn || typeof first !== 'number') {
        tests.push(typeof first === 'number' ? equals(first) : first);
        continue;
      }
      this.#at += 1;
      const last = this.#classAtom();
      if (typeof last !== 'number')
        tests.push(equals(first), equals(0x2d), last); // `a-\d` is an a, a hyphen or a digit
      else if (last < first) throw new SyntaxError('a range ends before it begins');
      else tests.push(character => character >= first && character <= last);
    }
    const isAny: CharacterTest = character => tests.some(test => test(character));
    return isNegated ? character => !isAny(character) : isAny;
  }

  #classAtom(): number | CharacterTest {
    const character = this.#take();
    if (character === '[' && /[:.=]/.test(this.#text[this.#at] ?? '') && this.#text.includes(']', this.#at))
      throw new SyntaxError('it has a class of POSIX');
    if (character !== '\\') return character.codePointAt(0)!;
    if (this.#takes('b')) return 0x08;
    return this.#classEscape();
  }

  /** Behind a backslash: one character, or a class of them. */
  #classEscape(): number | CharacterTest {
    const letter = this.#take();
    if (/[dDwWsS]/.test(letter)) return classNamed(`\\${letter}`);
    const control = controls.get(letter);
    if (control !== undefined) return control;
    switch (letter) {
      case 'p':
      case 'P':
        return classNamed(`\\${letter}{${this.#braced()}}`);
      case 'u':
        return this.#text[this.#at] === '{' ? this.#hex(this.#braced()) : this.#hex(this.#takeMany(4));
      case 'x':
        return this.#hex(this.#takeMany(2));
      case 'c':
        return this.#take().codePointAt(0)! % 32;
      default:
        if (/[A-Za-z1-9]/.test(letter)) throw new SyntaxError(`"\\${letter}" means nothing in ECMA-262`);
        return letter.codePointAt(0)!;
    }
  }

  #braced(): string {
    const close = this.#text.indexOf('}', this.#at);
    if (!this.#takes('{') || close < 0) throw new SyntaxError('a brace is missing');
    const inner = this.#text.slice(this.#at, close).join('');
    this.#at = close + 1;
    return inner;
  }

  #hex(digits: string): number {
    if (!/^[0-9A-Fa-f]{1,6}$/.test(digits)) throw new SyntaxError('a hexadecimal number is none');
    return Number.parseInt(digits, 16);
  }

  #take(): string {
    const character = this.#text[this.#at];
    if (character === undefined) throw new SyntaxError('it ends too early');
    this.#at += 1;
    return character;
  }

  #takeMany(count: number): string {
    return Array.from({ length: count }, () => this.#take()).join('');
  }

  #takes(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }
}

const controls: ReadonlyMap<string, number> = new Map([
  ['t', 0x09],
  ['n', 0x0a],
  ['v', 0x0b],
  ['f', 0x0c],
  ['r', 0x0d],
  ['0', 0x00],
]);

function equals(wanted: number): CharacterTest {
  return character => character === wanted;
}

/** ECMA-262, 12.3: line terminators. */
const isNoLineEnd: CharacterTest = character =>
  character !== 0x0a && character !== 0x0d && character !== 0x2028 && character !== 0x2029;

/** A class that the language itself names; of one character, its engine is as quick as any. */
function classNamed(written: string): CharacterTest {
  let one: RegExp;
  try {
    one = new RegExp(`^${written}$`, 'u');
  } catch {
    throw new SyntaxError(`"${written}" is no class of characters`);
  }
  return character => one.test(String.fromCodePoint(character));
}
