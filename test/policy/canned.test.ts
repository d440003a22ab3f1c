import { describe, expect, it } from 'vitest';
import { cannedFields } from '../../src/policy/canned.ts';
import { composed, source } from '../supergraph/harness.ts';

const sdl = `type Query { text: String count: Int! ids: [ID!] one: Thing things: [Thing!] kind: Kind json: JSON node: Node }
  scalar JSON enum Kind { OPEN CLOSED } interface Node { id: ID } type Thing implements Node { id: ID name: String }`;
const nothing = () => null;
const fields = ['text', 'count', 'ids', 'one', 'things', 'kind', 'json', 'node'];
const shop = () => source('shop', sdl, Object.fromEntries(fields.map(field => [field, nothing])));

function told(field: string, canned: string, type = 'Query') {
  const { diagnostics } = composed(
    [shop()],
    `extend ${type === 'Node' ? 'interface' : 'type'} ${type} { ${field} ${canned} }`,
  );
  return diagnostics.filter(({ code }) => code === 'DIRECTIVE_INVALID').map(({ message }) => message);
}

describe('@canned', () => {
  it.each([
    ['text: String', '@canned(value: "x")'],
    ['text: String', '@canned(value: "$$x")'],
    ['text: String', '@canned(value: null)'],
    ['text: String', '@canned(error: "NOT_FOUND")'],
    ['text: String', '@canned(error: "OVERLOADED: Later: at noon.")'],
    ['count: Int!', '@canned(value: 3)'],
    ['ids: [ID!]', '@canned(value: ["a", 1])'],
    ['ids: [ID!]', '@canned(value: [])'],
    ['one: Thing', '@canned(value: null)'],
    ['things: [Thing!]', '@canned(value: [])'],
    ['kind: Kind', '@canned(value: "OPEN")'],
    ['json: JSON', '@canned(value: { a: [1, "b"] })'],
  ])('may say of %s %s', (field, canned) => {
    expect(told(field, canned)).toEqual([]);
  });

  it.each([
    ['text: String', '@canned', '@canned gives a "value" or an "error": one of them.'],
    ['text: String', '@canned(value: "x", error: "NOT_FOUND")', '@canned gives a "value" or an "error": one of them.'],
    ['text: String', '@canned(value: 5)', 'Query.text: String cannot represent a non string value: 5'],
    ['count: Int!', '@canned(value: null)', 'Query.count is Int!, which allows no null.'],
    ['count: Int!', '@canned(value: 1.5)', 'Query.count: Int cannot represent non-integer value: 1.5'],
    ['count: Int!', '@canned(error: "NOT_FOUND")', 'An error leaves null, and Int! allows none.'],
    ['ids: [ID!]', '@canned(value: "a")', 'Query.ids is [ID!]: a list.'],
    ['ids: [ID!]', '@canned(value: [null])', 'Query.ids[0] is ID!, which allows no null.'],
    [
      'kind: Kind',
      '@canned(value: "OPENED")',
      'Query.kind: Value "OPENED" does not exist in "Kind" enum. Did you mean the enum value "OPEN"?',
    ],
    ['one: Thing', '@canned(value: { name: "x" })', 'Query.one is Thing: objects cannot be canned yet.'],
    ['text: String', '@canned(value: "$header.x")', 'Query.text: "$…" is not implemented yet in a canned value.'],
    ['json: JSON', '@canned(value: { a: ["$args.x"] })', 'Query.json: "$…" is not implemented yet in a canned value.'],
    ['text: String', '@canned(value: "x", when: "$header.x")', '@canned(when: …) is not implemented yet.'],
    ['text: String', '@canned(error: "NOT_FOUNT")', '"NOT_FOUNT" is no error code. Did you mean "NOT_FOUND"?'],
  ])('may not say of %s %s', (field, canned, message) => {
    expect(told(field, canned)).toEqual([message]);
  });

  it('stands on fields of objects', () => {
    expect(told('id: ID', '@canned(value: "x")', 'Node')).toEqual([
      '@canned stands on a field of an object; Node is none.',
    ]);
  });

  it('is one answer for each field, in its literal form', () => {
    const outcome = composed([shop()], 'extend type Query { json: JSON @canned(value: { a: "$$b", c: ["$$$"] }) }');
    const canned = outcome.ok ? cannedFields(outcome.value.annotations) : undefined;
    expect(canned?.get('Query.json')).toEqual({ value: { a: '$b', c: ['$$'] } });
    expect(cannedFields(new Map())).toBeUndefined();
  });
});
