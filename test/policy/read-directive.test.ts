import { DirectiveLocation, Kind, parse } from 'graphql';
import { expect, it } from 'vitest';
import { directives, implementedDirectives } from '../../src/policy/directives.ts';
import { readDirective } from '../../src/policy/read-directive.ts';

const use = (text: string) => {
  const [definition] = parse(`type T { f: Int ${text} }`).definitions;
  const field = definition?.kind === Kind.OBJECT_TYPE_DEFINITION ? definition.fields?.[0] : undefined;
  return readDirective(field!.directives![0]!, DirectiveLocation.FIELD_DEFINITION);
};

it('gives the arguments of a use, with their defaults', () => {
  expect(use('@resolve(call: "a.b", batch: { key: "$parent.id", into: "ids" })')).toMatchObject({
    name: 'resolve',
    args: { call: 'a.b', batch: { key: '$parent.id', into: 'ids', max: 100 }, missing: 'NULL' },
  });
});

it.each([...directives.keys()].filter(name => !implementedDirectives.has(name)))(
  'refuses @%s, which is not implemented',
  name => {
    expect(use(`@${name}`)).toMatchObject({ code: 'DIRECTIVE_NOT_IMPLEMENTED' });
  },
);

it('knows every directive that is documented as its own', () => {
  expect([...implementedDirectives].every(name => directives.has(name))).toBe(true);
  expect(directives.size).toBe(16);
});
