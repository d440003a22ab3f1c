import fc from 'fast-check';
import { GraphQLInt, GraphQLString } from 'graphql';
import { expect, it } from 'vitest';
import type { Answers, ObjectOutput, Output, OutputField, Plan, Step } from '../../src/plan/plan.ts';
import { rootParent } from '../../src/plan/plan.ts';
import { writerSource } from '../../src/plan/writer/source.ts';
import { writerOf } from '../../src/plan/writer/writer.ts';
import { Dice } from '../supergraph/differential/dice.ts';
import { hostile, type WriterCase, writerCase } from './writer-case.ts';

const numRuns = Number(process.env['SELVAGE_FUZZ_RUNS'] ?? 2_000);
const seed = Number(process.env['SELVAGE_FUZZ_SEED'] ?? 7_159);

class Wrong extends Error {}

it(`writes what JSON.stringify writes of the built answer (${numRuns} plans, seed ${seed})`, () => {
  let written = 0;
  let long = 0;
  const property = fc.property(fc.gen(), draw => {
    const made = writerCase(new Dice(draw), 0);
    const expected = straightforward(made);
    const text = writerOf(made.plan)?.(made.answers);
    expect(text).toBe(expected);
    if (expected !== undefined) written += 1;
    if ((expected?.length ?? 0) > 50) long += 1;
  });
  fc.assert(property, { numRuns, seed });
  expect(written).toBeGreaterThan(numRuns / 2);
  expect(long).toBeGreaterThan(numRuns / 20);
});

it(`writes nothing of an answer that is not sound, and never something else (${numRuns} plans, seed ${seed})`, () => {
  let unsound = 0;
  const property = fc.property(fc.gen(), draw => {
    const made = writerCase(new Dice(draw), 8);
    const expected = straightforward(made);
    const text = writerOf(made.plan)?.(made.answers);
    expect([undefined, expected]).toContain(text);
    if (expected === undefined) unsound += 1;
  });
  fc.assert(property, { numRuns, seed });
  expect(unsound).toBeGreaterThan(numRuns / 20);
});

it('has no text of documents or backends in its code but as escapes', () => {
  const words = hostile.filter(word => /[^A-Za-z_]/.test(word) && word !== '"' && word !== '\\');
  const property = fc.property(fc.gen(), draw => {
    const { plan } = writerCase(new Dice(draw), 0);
    const body = writerSource(plan)?.body ?? '';
    expect(body).not.toBe('');
    for (const word of words) expect(body).not.toContain(word);
    // Outside of literals there are only the emitter's own words, and counters.
    const outside = body
      .replace(/'[A-Za-z0-9_ ",:{}[\]]*'/g, "''")
      .replace(/'(?:[A-Za-z0-9_ ",:{}[\]]|\\u[0-9a-f]{4})*'/g, "''");
    expect([...outside.matchAll(/[A-Za-z_]+\d*/g)].map(([word]) => word).filter(word => !own.test(word))).toEqual([]);
  });
  fc.assert(property, { numRuns: 300, seed });
  expect(globalThis).not.toHaveProperty('pwned');
});

const own =
  /^([fgamj]\d+|let|const|return|try|catch|finally|function|if|else|for|switch|case|default|throw|typeof|instanceof|new|Map|null|undefined|answers|given|get|set|length|[vtsni])$/;

it('reads own properties only', () => {
  const fields = ['constructor', 'toString', '__proto__', 'valueOf'].map(key =>
    field(key, { kind: 'property', key }, text(false)),
  );
  const { plan, answer } = single({ kind: 'object', nonNull: false, typeName: 'Thing', fields, feeds: [] });
  const write = writerOf(plan);
  const none = '{"constructor":null,"toString":null,"__proto__":null,"valueOf":null}';
  expect(write?.(answer({}))).toBe(`{"it":${none}}`);
  expect(write?.(answer(Object.create(null)))).toBe(`{"it":${none}}`);
  const value: unknown = JSON.parse('{"constructor":"a","toString":"b","__proto__":"c","valueOf":"d"}');
  expect(write?.(answer(value))).toBe('{"it":{"constructor":"a","toString":"b","__proto__":"c","valueOf":"d"}}');
});

it('writes an answer that many parents of a link share once, and tells two answers apart', () => {
  let reads = 0;
  const user = (name: string) => ({
    get name() {
      reads += 1;
      return name;
    },
  });
  const userOutput: ObjectOutput = {
    kind: 'object',
    nonNull: false,
    typeName: 'User',
    fields: [field('name', { kind: 'property', key: 'name' }, text(true))],
    feeds: [],
  };
  const post: ObjectOutput = {
    kind: 'object',
    nonNull: true,
    typeName: 'Post',
    fields: [field('user', { kind: 'step', step: 1 }, userOutput)],
    feeds: [1],
  };
  const { plan, answer } = single({ kind: 'list', nonNull: true, of: post }, userOutput);
  const posts = Array.from({ length: 10 }, () => ({}));
  const users = [user('Ann'), user('Bob')];
  const found = new Map(posts.map((parent, index) => [parent, users[index % 2]]));
  const texts = posts.map((_, index) => `{"user":{"name":"${index % 2 === 0 ? 'Ann' : 'Bob'}"}}`);
  expect(writerOf(plan)?.([...answer(posts), found])).toBe(`{"it":[${texts.join(',')}]}`);
  expect(reads).toBe(2);
  expect(writerOf(plan)?.([...answer(posts), new Map()])).toContain('{"user":null}');
});

it('transforms the leaves of one coordinate, and nulls never', () => {
  const fields = [
    field('plain', { kind: 'property', key: 'name' }, text(false)),
    { ...field('masked', { kind: 'property', key: 'name' }, text(false)), name: 'secret' },
  ];
  const { plan, answer } = single({ kind: 'object', nonNull: true, typeName: 'Thing', fields, feeds: [] });
  const source = writerSource(plan, new Map([['Thing.secret', () => '***']]));
  const make = new Function('given', source?.body ?? '');
  const write: unknown = make(source?.given);
  expect(write).toBeTypeOf('function');
  const writer = write as (answers: readonly Answers[]) => string | undefined; // the line above
  expect(writer(answer({ name: 'Ann' }))).toBe('{"it":{"plain":"Ann","masked":"***"}}');
  expect(writer(answer({}))).toBe('{"it":{"plain":null,"masked":null}}');
});

it('writes wide objects and deep plans', () => {
  const names = Array.from({ length: 5_000 }, (_, index) => `f${index}`);
  const fields = names.map(name =>
    field(name, { kind: 'property', key: name }, { kind: 'leaf', nonNull: true, type: GraphQLInt }),
  );
  const wide = single({ kind: 'object', nonNull: true, typeName: 'Wide', fields, feeds: [] });
  const value = Object.fromEntries(names.map((name, index) => [name, index]));
  expect(writerOf(wide.plan)?.(wide.answer(value))).toBe(JSON.stringify({ it: value }));

  let output: Output = text(true);
  for (let depth = 0; depth < 500; depth += 1) {
    const down: OutputField = field('a', { kind: 'property', key: 'a' }, output);
    output = { kind: 'object', nonNull: true, typeName: 'Deep', fields: [down], feeds: [] };
  }
  const deep = single(output);
  let inner: unknown = 'x';
  for (let depth = 0; depth < 500; depth += 1) inner = { a: inner };
  expect(writerOf(deep.plan)?.(deep.answer(inner))).toBe(JSON.stringify({ it: inner }));
});

it('is generated once for a plan', () => {
  const { plan } = single(text(true));
  expect(writerOf(plan)).toBeTypeOf('function');
  expect(writerOf(plan)).toBe(writerOf(plan));
});

function text(nonNull: boolean): Output {
  return { kind: 'leaf', nonNull, type: GraphQLString };
}

function field(responseKey: string, from: OutputField['from'], output: Output): OutputField {
  return { responseKey, name: responseKey, nodes: [], from, output };
}

/** `{ it }`, and perhaps a link below it. */
function single(output: Output, link?: Output): { plan: Plan; answer: (value: unknown) => Answers[] } {
  const kinds = [{ kind: 'root', id: 0, output }, ...(link ? [{ kind: 'link', id: 1, output: link }] : [])];
  const fields = [field('it', { kind: 'step', step: 0 }, output)];
  const plan: Plan = {
    operation: 'query',
    steps: kinds as Step[], // nothing is asked here
    stages: [],
    root: { kind: 'object', nonNull: true, typeName: 'Query', fields, feeds: [] },
  };
  return { plan, answer: value => [new Map([[rootParent, value]])] };
}

/** The answer as objects, by the letter of the plan; undefined where anything is wrong with it. */
function straightforward({ plan, answers }: WriterCase): string | undefined {
  try {
    return JSON.stringify(object(plan.root, rootParent));
  } catch (error) {
    if (error instanceof Wrong) return undefined;
    throw error;
  }

  function complete(output: Output, value: unknown): unknown {
    if (value === null || value === undefined) return output.nonNull ? wrong() : null;
    if (value instanceof Error) return wrong();
    if (output.kind === 'leaf') return leaf(output, value);
    if (output.kind === 'list') return Array.isArray(value) ? value.map(item => complete(output.of, item)) : wrong();
    if (typeof value !== 'object' || Array.isArray(value)) return wrong();
    if (output.kind === 'object') return object(output, value);
    const branch = output.branches.get(String(Object.getOwnPropertyDescriptor(value, '__typename')?.value));
    return branch ? object(branch, value) : wrong();
  }

  function object(output: ObjectOutput, value: unknown): object {
    const result: object = Object.create(null);
    const parts = new Map<number, object | null>();
    for (const { responseKey, from, output: of } of output.fields) {
      if (from.kind === 'joined' && !parts.has(from.step)) {
        const part = plan.steps[from.step]?.output;
        parts.set(from.step, part ? (complete(part, answers[from.step]?.get(value)) as object | null) : null); // of an object output
      }
      const found = (): unknown => {
        if (from.kind === 'typename') return output.typeName;
        if (from.kind === 'namespace') return complete(of, value);
        if (from.kind === 'step') return complete(of, answers[from.step]?.get(value));
        if (from.kind === 'property') return complete(of, ownValue(value, from.key));
        if (from.kind === 'canned') {
          if ('answered' in from.answer) return complete(of, answers[from.answer.answered]?.get(rootParent));
          return 'text' in from.answer ? JSON.parse(from.answer.text) : wrong();
        }
        const joined = ownValue(parts.get(from.step) ?? {}, responseKey) ?? null;
        return joined === null && from.nonNull ? wrong() : joined;
      };
      Object.defineProperty(result, responseKey, { value: found(), enumerable: true });
    }
    return result;
  }
}

function ownValue(value: unknown, key: string): unknown {
  return Object.getOwnPropertyDescriptor(value, key)?.value;
}

function wrong(): never {
  throw new Wrong();
}

function leaf({ type, values }: Extract<Output, { kind: 'leaf' }>, value: unknown): unknown {
  try {
    const serial = values ? values.get(String(value)) : type.serialize(value);
    const json = holdsFault(serial) ? undefined : JSON.stringify(serial);
    return serial === null || json === undefined ? wrong() : serial;
  } catch {
    return wrong();
  }
}

function holdsFault(value: unknown): boolean {
  let found = false;
  JSON.stringify(value, (_key, inner: unknown) => {
    found ||= inner instanceof Error;
    return inner;
  });
  return found;
}
