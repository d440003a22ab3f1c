import { DirectiveLocation } from 'graphql';
import { describe, expect, it } from 'vitest';
import { directives, implementedDirectives } from '../../src/policy/directives.ts';
import { composed, source } from '../supergraph/harness.ts';

const sdl = `type Query { things(by: By): [Thing] any: Any node: Node } input By { id: ID } enum Kind { A B } scalar Odd
  interface Node { id: ID } union Any = Thing type Thing implements Node { id: ID kind: Kind odd: Odd names: [String] }`;
const shop = () => source('shop', sdl, { things: () => [], any: () => null, node: () => null });

/** Where an overlay can carry a directive: the text before it, and after it. */
const places: Readonly<Record<string, readonly [string, string]>> = {
  SCHEMA: ['extend schema ', ''],
  OBJECT: ['extend type Thing ', ''],
  INTERFACE: ['extend interface Node ', ''],
  UNION: ['extend union Any ', ''],
  ENUM: ['extend enum Kind ', ''],
  INPUT_OBJECT: ['extend input By ', ''],
  SCALAR: ['extend scalar Odd ', ''],
  FIELD_DEFINITION: ['extend type Thing { names: [String] ', ' }'],
  ENUM_VALUE: ['extend enum Kind { A ', ' }'],
  INPUT_FIELD_DEFINITION: ['extend input By { id: ID ', ' }'],
  ARGUMENT_DEFINITION: ['extend type Query { things(by: By ', '): [Thing] }'],
};
/** Of those that can stand on some elements of a kind only. */
const ownPlaces: Readonly<Record<string, typeof places>> = {
  operation: { FIELD_DEFINITION: ['extend type Query { node: Node ', ' }'] },
};
const required: Readonly<Record<string, string>> = {
  resolve: '(call: "shop.none")',
  entity: '(key: "id", call: "shop.none", into: "ids")',
  operation: '(kind: QUERY)',
  rename: '(to: "renamed")',
  tag: '(name: "x")',
  requiresScopes: '(scopes: [["a"]])',
  policy: '(policies: [["a"]])',
  cost: '(weight: "1")',
  rateLimit: '(max: 1, window: "1s")',
  canned: '(value: null)',
  listSize: '(assumedSize: 5)',
};

describe.each([...directives.values()])('%s', directive => {
  const isImplemented = implementedDirectives.has(directive.name);
  it.each(Object.entries({ ...places, ...ownPlaces[directive.name] }))(
    'on %s is done, or refused where it stands',
    (location, [before, after]) => {
      const text = `\n ${before}@${directive.name}${required[directive.name] ?? ''}${after}`;
      const allowed = directive.locations.includes(DirectiveLocation[location as keyof typeof DirectiveLocation]);
      const expected = !isImplemented ? ['DIRECTIVE_NOT_IMPLEMENTED'] : allowed ? [] : ['DIRECTIVE_INVALID'];
      const told = composed([shop()], text, [], {
        default: 'allow',
        policies: new Map([['a', []]]),
      }).diagnostics.filter(({ code }) => code.startsWith('DIRECTIVE_'));
      expect(told.map(({ code, at }) => [code, at[0]])).toEqual(
        expected.map(code => [code, `overlay.graphql:2:${before.length + 2}`]),
      );
    },
  );
});
