import { printSchema } from 'graphql';
import { describe, expect, it } from 'vitest';
import { composed, run, say, source, supergraph } from './harness.ts';

const sdl = `
  type Query { things(in: In, mode: Mode, must: In!): [Thing!] secret: Secret one: Thing any: Any }
  input In { a: Int b: Int must: Int! sub: Hush } input Hush { x: Int }
  enum Mode { ON OFF SECRET }
  type Thing { id: ID! secret: Secret mode: Mode price: Int }
  type Secret { code: String deep: Deep } type Deep { x: Int }
  union Any = Thing | Secret
`;
const shop = () =>
  source('shop', sdl, {
    things: () => [{ id: '1', price: 3 }],
    secret: () => ({}),
    one: () => ({ id: '1' }),
    any: () => ({ __typename: 'Secret', code: 'x' }),
  });

describe('what is inaccessible', () => {
  it.each([
    [
      'a type, with all that gives it and all that only it leads to',
      'extend type Secret @inaccessible',
      ['Secret', 'secret', 'Deep', 'code'],
    ],
    ['a field', 'extend type Thing { price: Int @inaccessible }', ['price']],
    ['a root field', 'extend type Query { secret: Secret @inaccessible }', ['  secret: Secret\n  one']],
    ['an argument', 'extend type Query { things(mode: Mode @inaccessible): [Thing!] }', ['mode: Mode,']],
    ['an input field', 'extend input In { a: Int @inaccessible }', ['a: Int\n']],
    ['an input type, with what takes it', 'extend input Hush @inaccessible', ['Hush', 'sub']],
    ['an enum value', 'extend enum Mode { SECRET @inaccessible }', ['SECRET']],
    ['an enum', 'extend enum Mode @inaccessible', ['Mode', 'mode']],
    ['a union', 'extend union Any @inaccessible', ['Any', 'any']],
  ])("is not in the client's schema: %s", (_name, overlay, gone) => {
    const before = printSchema(supergraph([shop()]).schema);
    const after = printSchema(supergraph([shop()], overlay).schema);
    for (const text of gone) {
      expect(before).toContain(text);
      expect(after).not.toContain(text);
    }
  });
  it('is not suggested', async () => {
    const graph = supergraph([shop()], 'extend type Thing { price: Int @inaccessible }');
    const result = await run(graph, '{ one { pric } }');
    expect(result.errors?.[0]?.message).toBe('Cannot query field "pric" on type "Thing".');
  });
  it('is not named by an error: a member of a union', async () => {
    const graph = supergraph([shop()], 'extend type Secret @inaccessible');
    const result = await run(graph, '{ any { __typename } }');
    expect(result.errors?.[0]).toMatchObject({
      message: 'The backend answered with an object of an unknown kind.',
      extensions: { code: 'UPSTREAM_MALFORMED' },
    });
  });
  it('is not named by an error: an enum value', async () => {
    const odd = source('odd', 'type Query { mode: Mode modes: [Mode] } enum Mode { ON SECRET }', {
      mode: () => 'SECRET',
      modes: () => ['ON', 'SECRET'],
    });
    const result = await run(supergraph([odd], 'extend enum Mode { SECRET @inaccessible }'), '{ mode modes }');
    expect(result.data).toEqual({ mode: null, modes: ['ON', null] });
    expect(result.errors?.map(({ path, extensions }) => [path?.join('.'), extensions?.['code']]).sort()).toEqual([
      ['mode', 'UPSTREAM_MALFORMED'],
      ['modes.1', 'UPSTREAM_MALFORMED'],
    ]);
    expect(JSON.stringify(result)).not.toContain('SECRET');
  });
  it.each([
    [
      'a required argument',
      'extend type Query { things(must: In! @inaccessible): [Thing!] }',
      'error DIRECTIVE_INVALID Query.things.must: Query.things.must is required, so it cannot be hidden: nobody could use what needs it.',
    ],
    [
      'a required input field',
      'extend input In { must: Int! @inaccessible }',
      'error DIRECTIVE_INVALID In.must: In.must is required, so it cannot be hidden: nobody could use what needs it.',
    ],
    [
      'every field',
      'extend type Deep { x: Int @inaccessible }',
      'error SCHEMA_INVALID Deep: Nothing is left of Deep when its hidden parts are left out.',
    ],
    [
      'a root type',
      'extend type Query @inaccessible',
      'error DIRECTIVE_INVALID overlay.graphql:1:19 Query: @inaccessible cannot stand on a root type.',
    ],
  ])('cannot be %s', (_name, overlay, expected) => {
    expect(composed([shop()], overlay).diagnostics.map(say)).toContain(expected);
  });
});
