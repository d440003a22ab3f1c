import { type Assertion, type CharacterTest, type PatternNode, parsePattern } from './pattern-syntax.ts';

/** How much work a matching may still be: one step for each state that one character is put to. */
export interface Allowance {
  left: number;
}

/** Does a text hold what the pattern describes? Undefined where the allowance was used up before that was known. */
export type LinearPattern = (text: string, allowance: Allowance) => boolean | undefined;

/** Counted repetitions are written out: `(a{100}){100}` would be many states. */
const mostStates = 4_000;

type State =
  | { readonly kind: 'character'; readonly test: CharacterTest; readonly next: number }
  | { readonly kind: 'fork'; readonly first: number; readonly second: number }
  | { readonly kind: 'assertion'; readonly at: Assertion; readonly next: number }
  | { readonly kind: 'match' };

/**
 * A pattern of JSON Schema (ECMA-262, with the flag `u`; searched for, not anchored) that no text makes slow: all ways through it are
 * followed at once, so that the time is that of text x pattern at worst. JavaScript's own engine tries one way after the other, and a
 * client's text could keep it busy for years. Returns the reason where the pattern is none that can be followed so: look-around and
 * back-references.
 */
export function linearPattern(source: string): { readonly matches: LinearPattern } | { readonly problem: string } {
  const parsed = parsePattern(source);
  if ('problem' in parsed) return parsed;
  const states: State[] = [];
  if (sizeOf(parsed.node) > mostStates) return { problem: `it has more than ${mostStates} states` };
  const start = new Compiler(states).compile(parsed.node);
  return { matches: (text, allowance) => search(states, start, text, allowance) };
}

function sizeOf(node: PatternNode): number {
  switch (node.kind) {
    case 'character':
    case 'assertion':
      return 1;
    case 'sequence':
    case 'choice':
      return node.of.reduce((sum, inner) => sum + sizeOf(inner) + 1, 1);
    case 'repeat': {
      const times = node.most === undefined ? node.least + 1 : Math.max(node.most, 1);
      return times * (sizeOf(node.of) + 1);
    }
  }
}

/** Thompson's construction, from the end to the beginning: every part is compiled knowing what comes after it. */
class Compiler {
  readonly #states: State[];

  constructor(states: State[]) {
    this.#states = states;
  }

  compile(node: PatternNode): number {
    return this.#before(node, this.#add({ kind: 'match' }));
  }

  #add(state: State): number {
    return this.#states.push(state) - 1;
  }

  #before(node: PatternNode, next: number): number {
    switch (node.kind) {
      case 'character':
        return this.#add({ kind: 'character', test: node.test, next });
      case 'assertion':
        return this.#add({ kind: 'assertion', at: node.at, next });
      case 'sequence':
        return node.of.reduceRight((after, part) => this.#before(part, after), next);
      case 'choice':
        return node.of
          .map(option => this.#before(option, next))
          .reduceRight((second, first) => this.#add({ kind: 'fork', first, second }));
      case 'repeat':
        return this.#repeated(node.of, node.least, node.most, next);
    }
  }

  #repeated(node: PatternNode, least: number, most: number | undefined, next: number): number {
    let after = next;
    if (most === undefined) {
      const loop = this.#add({ kind: 'fork', first: next, second: next });
      const body = this.#before(node, loop);
      this.#states[loop] = { kind: 'fork', first: body, second: next };
      after = loop;
    } else {
      for (let count = least; count < most; count++)
        after = this.#add({ kind: 'fork', first: this.#before(node, after), second: next });
    }
    for (let count = 0; count < least; count++) after = this.#before(node, after);
    return after;
  }
}

/** Pike's machine without captures: the states that can be reached at each character, each once. */
function search(states: readonly State[], start: number, text: string, allowance: Allowance): boolean | undefined {
  const metAt = new Int32Array(states.length).fill(-1);
  let waiting = [start];
  for (let index = 0; ; ) {
    const reached = reach(states, waiting, metAt, text, index);
    if (reached === 'match') return true;
    if (index >= text.length) return false;
    allowance.left -= reached.length + 1;
    if (allowance.left <= 0) return undefined;
    const character = text.codePointAt(index)!;
    waiting = reached.flatMap(({ test, next }) => (test(character) ? next : []));
    waiting.push(start); // a match may begin anywhere
    index += character > 0xffff ? 2 : 1;
  }
}

type CharacterState = Extract<State, { readonly kind: 'character' }>;

/** The characters that can come next, each once; or the end. */
function reach(
  states: readonly State[],
  waiting: number[],
  metAt: Int32Array,
  text: string,
  index: number,
): CharacterState[] | 'match' {
  const reached: CharacterState[] = [];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    if (metAt[at] === index) continue;
    metAt[at] = index;
    const state = states[at]!;
    if (state.kind === 'match') return 'match';
    if (state.kind === 'character') reached.push(state);
    else if (state.kind === 'fork') waiting.push(state.second, state.first);
    else if (holds(state.at, text, index)) waiting.push(state.next);
  }
  return reached;
}

function holds(at: Assertion, text: string, index: number): boolean {
  if (at === 'start') return index === 0;
  if (at === 'end') return index === text.length;
  const isEdge = isWord(text[index - 1]) !== isWord(text[index]);
  return at === 'word' ? isEdge : !isEdge;
}

function isWord(character: string | undefined): boolean {
  return character !== undefined && /^\w$/.test(character);
}
