import { GraphQLEnumType, GraphQLScalarType, specifiedScalarTypes } from 'graphql';
import { scalars } from '../../src/adapter/scalars.ts';
import type { Answers, ObjectOutput, Output, OutputField, Plan, Step } from '../../src/plan/plan.ts';
import { rootParent } from '../../src/plan/plan.ts';
import type { Dice } from '../supergraph/differential/dice.ts';

/** A plan that no document stands behind, and what its steps came to. */
export interface WriterCase {
  readonly plan: Plan;
  readonly answers: readonly Answers[];
}

/** Names and texts that would do harm where they are taken for code, for keys of a prototype, or for JSON. */
export const hostile: readonly string[] = [
  'constructor',
  '__proto__',
  'toString',
  'hasOwnProperty',
  `'); globalThis.pwned = true; ('`,
  '"',
  '\\',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: that it is none is the point
  '`${globalThis.pwned = true}`',
  '</script><!--',
  'a\u2028b\u2029c',
  '\ud800',
  '\udc00x\ud83d',
  '\u0000\u001f\r\n\t',
  '😀é☃',
  '',
];

const shout = new GraphQLScalarType({ name: 'Shout', serialize: value => String(value).toUpperCase() });
const loose = new GraphQLScalarType({ name: 'Loose', serialize: value => value });
const tone = new GraphQLEnumType({ name: 'Tone', values: { LIGHT: {}, DARK: {} } });
const types = [...specifiedScalarTypes, scalars['Int64']!, scalars['JSON']!, shout, loose, tone];
const tones = new Map([['light', 'LIGHT'], ...hostile.map((own, index) => [own, `T${index}`] as const)]);

/** `wild`: the percentage of values that are not what the output says. */
export function writerCase(dice: Dice, wild: number): WriterCase {
  const making = new Making(dice, wild);
  const root = making.root();
  return { plan: { operation: 'query', steps: making.steps, stages: [], root }, answers: making.answers };
}

/** Property names, each of them once: two outputs of one property would have to agree. */
class Unread {
  readonly #keys = ['id', 'name', ...hostile];

  take(dice: Dice): string {
    return this.#keys.splice(dice.below(this.#keys.length), 1)[0]!;
  }
}

class Making {
  readonly steps: Step[] = [];
  readonly answers: Map<unknown, unknown>[] = [];
  readonly #dice: Dice;
  readonly #wild: number;
  /** Earlier answers of a step, which others get too. */
  readonly #pools = new Map<number, unknown[]>();

  constructor(dice: Dice, wild: number) {
    this.#dice = dice;
    this.#wild = wild;
  }

  root(): ObjectOutput {
    const fields = this.#keys().map((responseKey): OutputField => {
      const output = this.#output(2);
      const step = this.#step('root', output);
      return { responseKey, name: 'field', nodes: [], from: { kind: 'step', step }, output };
    });
    const root: ObjectOutput = { kind: 'object', nonNull: true, typeName: 'Query', fields, feeds: [] };
    for (const { from, output } of fields) {
      if (from.kind === 'step') this.answers[from.step]?.set(rootParent, this.#value(output));
    }
    return root;
  }

  #keys(): string[] {
    const names = ['a', 'b', 'id', ...hostile];
    return [...new Set(Array.from({ length: this.#dice.below(4) }, () => this.#dice.pick(names)))];
  }

  #step(kind: Step['kind'], output: Output): number {
    // Nothing is asked in these tests: a writer reads a step's kind and its output.
    return this.answers.push(new Map()) && this.steps.push({ kind, output, id: this.steps.length } as Step) - 1;
  }

  #output(depth: number): Output {
    const nonNull = this.#dice.chance(50);
    switch (depth === 0 ? 'leaf' : this.#dice.pick(['leaf', 'object', 'list', 'abstract'])) {
      case 'object':
        return this.#objectOutput(depth, nonNull);
      case 'list':
        return { kind: 'list', nonNull, of: this.#output(depth - 1) };
      case 'abstract': {
        const names = this.#dice.some(['Cat', '__proto__', '"', 'toString'], 50);
        return {
          kind: 'abstract',
          nonNull,
          branches: new Map(names.map(name => [name, this.#objectOutput(depth, true)])),
        };
      }
      default: {
        const type = this.#dice.pick(types);
        return { kind: 'leaf', nonNull, type, ...(type === tone ? { values: tones } : {}) };
      }
    }
  }

  #objectOutput(depth: number, nonNull: boolean): ObjectOutput {
    const keys = this.#keys();
    const unread = new Unread();
    const part = this.#dice.chance(30) ? this.#partOutput(depth, keys) : undefined;
    const fields = keys.map((responseKey): OutputField => {
      const field = { responseKey, name: 'field', nodes: [] };
      const inPart = part?.output.fields.find(candidate => candidate.responseKey === responseKey);
      if (part && inPart && this.#dice.chance(80)) {
        const from = { kind: 'joined', step: part.step, nonNull: this.#dice.chance(30) } as const;
        return { ...field, output: inPart.output, from };
      }
      const output = this.#output(depth - 1);
      const from = this.#dice.pick(['property', 'property', 'typename', 'step'] as const);
      if (from === 'typename') return { ...field, output, from: { kind: from } };
      if (from === 'step') return { ...field, output, from: { kind: from, step: this.#step('link', output) } };
      return { ...field, output, from: { kind: from, key: unread.take(this.#dice) } };
    });
    return { kind: 'object', nonNull, typeName: this.#dice.pick(['Thing', ...hostile]), fields, feeds: [] };
  }

  #partOutput(depth: number, keys: readonly string[]): { step: number; output: ObjectOutput } {
    const unread = new Unread();
    const fields = [...new Set([...keys, ...this.#keys()])].map((responseKey): OutputField => {
      const output = this.#output(this.#dice.below(depth));
      const key = unread.take(this.#dice);
      return { responseKey, name: 'field', nodes: [], from: { kind: 'property', key }, output };
    });
    const output: ObjectOutput = { kind: 'object', nonNull: false, typeName: 'Part', fields, feeds: [] };
    return { step: this.#step('entity', output), output };
  }

  #value(output: Output): unknown {
    if (this.#wild > 0 && this.#dice.chance(this.#wild)) return this.#odd();
    if (!output.nonNull && this.#dice.chance(20)) return this.#dice.pick([null, undefined]);
    switch (output.kind) {
      case 'leaf':
        return this.#leaf(output.type.name);
      case 'list':
        return Array.from({ length: this.#dice.below(4) }, () => this.#value(output.of));
      case 'object':
        return this.#object(output);
      case 'abstract': {
        const [name, branch] = this.#dice.pick([...output.branches, [undefined, undefined] as const]);
        if (!branch) return output.nonNull ? this.#odd() : null;
        const value = this.#object(branch);
        Object.defineProperty(value, '__typename', { value: name, enumerable: true });
        return value;
      }
    }
  }

  #object(output: ObjectOutput): object {
    const value: object = this.#dice.chance(30) ? Object.create(null) : {};
    for (const { from, output: of } of output.fields) {
      if (from.kind === 'property') this.#put(value, from.key, this.#value(of));
    }
    for (const { from, output: of } of output.fields) {
      const step = from.kind === 'step' || from.kind === 'joined' ? from.step : undefined;
      if (step === undefined || this.answers[step]?.has(value)) continue;
      const answers = this.answers[step];
      const part = this.steps[step]?.output;
      answers?.set(value, from.kind === 'joined' && part ? this.#value(part) : this.#shared(step, of));
    }
    return value;
  }

  #shared(step: number, output: Output): unknown {
    const pool = this.#pools.get(step) ?? [];
    this.#pools.set(step, pool);
    if (pool.length > 0 && this.#dice.chance(50)) return this.#dice.pick(pool);
    const value = this.#value(output);
    pool.push(value);
    return value;
  }

  #put(value: object, key: string, to: unknown): void {
    Object.defineProperty(value, key, { value: to, enumerable: true, configurable: true, writable: true });
  }

  #leaf(typeName: string): unknown {
    switch (typeName) {
      case 'Int':
        return this.#dice.pick([0, -0, 1, -1, 2_147_483_647, -2_147_483_648]);
      case 'Float':
        return this.#dice.pick([0, -0, 0.1, 1e21, 1e-7, -5, 1.7976931348623157e308]);
      case 'Boolean':
        return this.#dice.chance(50);
      case 'ID':
        return this.#dice.pick<unknown>(['7', 7, -0, 1e21, ...hostile]);
      case 'Tone':
        return this.#dice.pick([...tones.keys()]);
      case 'Int64':
        return this.#dice.pick<unknown>(['9007199254740993', 12, 12n, ...hostile]);
      case 'JSON':
      case 'Loose':
        return this.#dice.pick<unknown>([1, 'x', false, [1, [null]], { a: { constructor: 1 } }, ...hostile]);
      default:
        return this.#dice.pick(hostile);
    }
  }

  #odd(): unknown {
    const odd = [null, undefined, new Error('secret'), [], {}, [new Error('secret')], { a: new Error('secret') }, 'x'];
    return this.#dice.pick<unknown>([
      ...odd,
      7,
      0.5,
      Number.NaN,
      2 ** 31,
      Number.POSITIVE_INFINITY,
      true,
      1n,
      Symbol('s'),
      () => 1,
    ]);
  }
}
