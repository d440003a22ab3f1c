import fc from 'fast-check';
import { GraphQLError } from 'graphql';
import { expect, it } from 'vitest';
import { errorsText } from '../../src/edge/errors/errors-text.ts';
import type { AnswerError } from '../../src/edge/handler.ts';

const path = fc.array(fc.oneof(fc.string(), fc.nat()));
const shared = fc.record({
  message: fc.string({ unit: 'binary' }),
  locations: fc.option(fc.array(fc.record({ line: fc.nat(), column: fc.nat() })), { nil: undefined }),
  extensions: fc.dictionary(fc.string(), fc.jsonValue()),
});
/** Errors that share all but their paths, among others. */
const errors = fc
  .array(fc.tuple(shared, fc.array(fc.option(path, { nil: undefined }), { minLength: 1, maxLength: 4 })))
  .map(groups => groups.flatMap(([all, paths]) => paths.map((each): AnswerError => ({ ...all, path: each }))));

it('is what JSON.stringify makes of them, but for the order of their properties', () => {
  fc.assert(
    fc.property(errors, list => {
      expect(JSON.parse(errorsText(list))).toEqual(JSON.parse(JSON.stringify(list)));
    }),
  );
});

it('takes errors of graphql-js as they are', () => {
  const error = new GraphQLError('no', { path: ['a', 0], extensions: { code: 'NOT_FOUND' } }) as AnswerError;
  const plain: AnswerError = { message: 'no', path: ['b'], extensions: { code: 'NOT_FOUND' } };
  expect(errorsText([error, plain, error])).toBe(JSON.stringify([error, plain, error]));
});
