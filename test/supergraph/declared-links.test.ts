import { Kind, parse, printType } from 'graphql';
import { describe, expect, it } from 'vitest';
import type { DeclaredLink } from '../../src/adapter/adapter.ts';
import { composed, source, type TestMember } from './harness.ts';

const sdl = `
  type Query { user(id: String!): User flags(on: Boolean!): String page(kind: Kind = A): Page }
  type User { id: String carried: String page: String }
  type Page { title: String }
  enum Kind { A B }
`;
const answers = { user: () => ({ id: '1' }), flags: () => 'x', page: () => ({ title: 't' }) };

function link(field: string, call: string, args: Record<string, unknown>): DeclaredLink {
  const [definition] = parse(`type User { ${field} }`, { noLocation: true }).definitions;
  const [node] = definition?.kind === Kind.OBJECT_TYPE_DEFINITION ? (definition.fields ?? []) : [];
  if (!node) throw new TypeError('There is no field.');
  return { type: 'User', field: node, call, args, at: ['/api.json', '/links/x'] };
}

function member(links: readonly DeclaredLink[], name = 'hr', prefix = ''): TestMember {
  const made = source(name, sdl, answers, { prefix });
  const blueprint = { ...made.subschema.blueprint, links, hidden: ['User.carried' as const] };
  return { ...made, subschema: { ...made.subschema, blueprint } };
}

/** The client's type, and what was told. */
function result(members: readonly TestMember[], overlay = '', type = 'User') {
  const made = composed(members, overlay);
  const told = made.diagnostics.map(({ severity, code, at, message }) => [severity, code, at.join(' '), message]);
  const shown = made.ok ? made.value.schema.getType(type) : undefined;
  return { sdl: shown && printType(shown).replace(/\s+/g, ' '), told, links: made.ok ? made.value.links : [] };
}

const boss = link('boss: User', 'user', { id: '$parent.carried' });

describe('a link that a document describes', () => {
  it('is a field, and what it reads may be hidden', () => {
    const { sdl: shown, told, links } = result([member([boss])]);
    expect([shown, told]).toEqual(['type User { id: String page: String boss: User }', []]);
    expect(links).toEqual([
      { at: 'User.boss', call: 'hr.user', directive: 'resolve', args: { id: '$parent.carried' }, missing: 'NULL' },
    ]);
  });

  it('goes under the prefix of its source, with its arguments', () => {
    const page = link('pages(kind: Kind = A): Page', 'page', { kind: '$args.kind' });
    expect(result([member([page], 'hr', 'Hr')], '', 'HrUser').sdl).toBe(
      'type HrUser { id: String page: String pages(kind: HrKind = A): HrPage }',
    );
  });

  it.each([
    ['gives what the argument does not take', link('on: String', 'flags', { on: '$parent.id' }), 'LINK_INVALID'],
    ['leaves out what the call needs', link('on: String', 'flags', {}), 'LINK_INVALID'],
    ['reads what there is not', link('boss: User', 'user', { id: '$parent.none' }), 'LINK_INVALID'],
    ['calls what there is not', link('boss: User', 'nobody', { id: '$parent.id' }), 'LINK_UNKNOWN_CALL'],
    ['bears a name that is taken', link('page: String', 'user', { id: '$parent.id' }), 'FIELD_CONFLICT'],
    ['bears a name that is reserved', link('_selvage_x: User', 'user', { id: '$parent.id' }), 'FIELD_CONFLICT'],
  ])('that %s is left out with a warning, and nothing else with it', (_, wrong, code) => {
    const { sdl: shown, told } = result([member([wrong])]);
    expect(shown).toBe('type User { id: String page: String }');
    expect(told.map(([severity, said, at]) => [severity, said, at])).toEqual([
      ['warning', code, 'hr /api.json /links/x'],
    ]);
  });

  it('gives way to a link of the overlay, and takes its annotations', () => {
    const own = 'extend type User { boss: User @resolve(call: "hr.user", args: { id: "$parent.id" }) }';
    expect(result([member([boss])], own).links).toMatchObject([{ args: { id: '$parent.id' } }]);
    expect(result([member([boss])], 'extend type User { boss: User @rename(to: "chief") }').sdl).toBe(
      'type User { id: String page: String chief: User }',
    );
    expect(result([member([boss])], 'extend type User { boss: User @inaccessible }').sdl).toBe(
      'type User { id: String page: String }',
    );
    expect(result([member([boss])], 'extend type User { boss: String @inaccessible }').told).toMatchObject([
      ['error', 'OVERLAY_TYPE_MISMATCH', expect.stringContaining('User.boss'), expect.any(String)],
    ]);
  });

  it('of two sources with one document stands once', () => {
    const other = source(
      'crm',
      'type Query { other: User } type User { id: String carried: String page: String } type Page { title: String } enum Kind { A B }',
      { other: () => null },
    );
    expect(result([member([boss]), other]).told).toEqual([]);
  });
});
