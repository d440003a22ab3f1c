import { parse } from 'graphql';
import { expect, it } from 'vitest';
import { asksSchemaOnly } from '../../src/edge/documents/asks-schema-only.ts';

const fragments = 'fragment Meta on Query { __schema { description } } fragment Data on Query { __typename a }';

it.each([
  ['{ __schema { types { name fields { name } } } }', true],
  ['{ t: __typename __type(name: "A") { name } }', true],
  ['{ ...Meta ... on Query { __typename } ... { ...Meta } }', true],
  ['{ __typename a }', false],
  ['{ __schema { description } ... on Query { a } }', false],
  ['{ __typename ...Data }', false],
  ['mutation { __typename }', true],
])('%s: %s', (operation, only) => {
  expect(asksSchemaOnly(parse(`${operation} ${fragments}`), undefined)).toBe(only);
});

it('looks at the operation that is asked for', () => {
  const document = parse('query A { __typename } query B { a }');
  expect([asksSchemaOnly(document, 'A'), asksSchemaOnly(document, 'B')]).toEqual([true, false]);
});
