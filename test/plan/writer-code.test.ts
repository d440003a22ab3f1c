import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { generated } from '../../src/plan/writer/code-generation.ts';
import { jsonString } from '../../src/plan/writer/json-string.ts';
import { quote } from '../../src/plan/writer/quote.ts';
import { hostile } from './writer-case.ts';

const seed = Number(process.env['SELVAGE_FUZZ_SEED'] ?? 7_159);
const src = new URL('../../src/', import.meta.url);

/** Any UTF-16, with what is special to JavaScript and JSON more often than chance would have it. */
const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.array(fc.integer({ min: 0, max: 0xffff })).map(units => String.fromCharCode(...units)),
  fc.array(fc.constantFrom(...hostile)).map(parts => parts.join('')),
);

it('quotes any text as a literal of just that text', () => {
  const property = fc.property(anyText, text => {
    const literal = quote(text);
    expect(literal).toMatch(/^'(?:[A-Za-z0-9_ ",:{}[\]]|\\u[0-9a-f]{4})*'$/);
    expect(generated(`return ${literal};`, [])).toBe(text);
  });
  fc.assert(property, { numRuns: 2_000, seed });
});

it.each([...hostile.keys()])('quotes hostile text %i', index => {
  const text = hostile[index]!;
  expect(generated(`return ${quote(text)};`, [])).toBe(text);
  expect(generated(`return given[0][${quote(text)}];`, [new Map([[text, 1]])])).toBe(Reflect.get(new Map(), text));
});

it('quotes every UTF-16 unit', () => {
  const all = Array.from({ length: 0x10000 }, (_, unit) => String.fromCharCode(unit)).join('');
  expect(generated(`return ${quote(all)};`, [])).toBe(all);
  expect(jsonString(all)).toBe(JSON.stringify(all));
  const differing = [...Array(0x10000).keys()].filter(unit => {
    const text = `a${String.fromCharCode(unit)}b`;
    return jsonString(text) !== JSON.stringify(text);
  });
  expect(differing).toEqual([]);
});

it('writes texts as JSON.stringify does', () => {
  fc.assert(
    fc.property(anyText, text => {
      expect(jsonString(text)).toBe(JSON.stringify(text));
    }),
    { numRuns: 2_000, seed },
  );
});

it('lets a body that is no code be a bug that is told', () => {
  expect(() => generated('return (', [])).toThrow(SyntaxError);
});

it('turns text into code in one file of the gateway', () => {
  const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter(path => /\.tsx?$/.test(path));
  const making =
    /\bFunction\s*\(|\beval\b\s*[(?.]|node:vm|\bconstructor\.constructor\b|\bset(?:Timeout|Interval)\(\s*['"`]/;
  const found = files.filter(path => making.test(readFileSync(new URL(path, src), 'utf8')));
  expect(found).toEqual(['plan/writer/code-generation.ts']);
});

it('writes nothing, and the completer the same, where no code may be generated', async () => {
  const modules = ['plan/writer/writer', 'plan/complete'].map(name => JSON.stringify(new URL(`${name}.ts`, src)));
  const here = (name: string) => JSON.stringify(new URL(name, import.meta.url));
  const program = `
    import { buildSchema } from 'graphql';
    import { writerOf } from ${modules[0]};
    import { completerOf } from ${modules[1]};
    import { rootParent } from ${JSON.stringify(new URL('plan/plan.ts', src))};
    import { handPlan } from ${here('hand-plan.ts')};
    const schema = buildSchema('type Query { things: [Thing!]! } type Thing { id: ID!  name: String  on: Boolean }');
    const plan = handPlan(schema, '{ things { id name on kind: __typename } }');
    const answers = [new Map([[rootParent, [{ id: 7, name: 'a"b\\u2028' }, { id: 'x', on: false }]]])];
    const write = writerOf(plan);
    const again = writerOf(handPlan(schema, '{ things { id } }'));
    const completed = completerOf(plan)(answers).data;
    console.log(JSON.stringify({ writer: typeof write, again: typeof again, written: write?.(answers), completed }));
  `;
  const run = async (flags: readonly string[]): Promise<unknown> => {
    const args = [...flags, '--import', 'tsx', '--input-type=module', '--eval', program];
    const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 200_000 });
    return JSON.parse(stdout);
  };
  const completed =
    '{"things":[{"id":"7","name":"a\\"b\u2028","on":null,"kind":"Thing"},{"id":"x","name":null,"on":false,"kind":"Thing"}]}';
  const allowed = { writer: 'function', again: 'function', written: completed, completed };
  const disallowed = { writer: 'undefined', again: 'undefined', completed };
  expect(await run([])).toEqual(allowed);
  expect(await run(['--disallow-code-generation-from-strings'])).toEqual(disallowed);
});
