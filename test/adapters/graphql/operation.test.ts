import { buildSchema, parse, type SelectionSetNode } from 'graphql';
import { describe, expect, it } from 'vitest';
import type { CallItem } from '../../../src/adapter/adapter.ts';
import type { SelectionVariable } from '../../../src/adapter/selection.ts';
import { OperationWriter } from '../../../src/adapters/graphql/operation.ts';

const schema = buildSchema(`
  type Query { user(id: ID!, upper: Boolean): User version: String }
  type User { name(text: String, texts: [String]): String }
`);
const user = { kind: 'query', field: 'user', args: { id: 'ID!', upper: 'Boolean' } } as const;

function selectionSetOf(text: string): SelectionSetNode {
  const [definition] = parse(text).definitions;
  if (definition?.kind !== 'OperationDefinition') throw new TypeError('no operation');
  return definition.selectionSet;
}

/** Counts how often the selection is looked at. */
function watched({ kind, selections }: SelectionSetNode) {
  const watch = {
    looks: 0,
    selectionSet: {
      kind,
      get selections() {
        watch.looks += 1;
        return selections;
      },
    },
  };
  return watch;
}

function items(count: number, selectionSet: SelectionSetNode, variables = {}): CallItem[] {
  return Array.from({ length: count }, (_, id) => ({
    args: { id: String(id) },
    selection: { selectionSet, variables },
  }));
}

function queryOf(body: string): string {
  return (JSON.parse(body) as { query: string }).query; // so says GraphQL over HTTP
}

describe('an operation', () => {
  it('is printed once for all requests that share its selection', () => {
    const writer = new OperationWriter({ schema, upstreamNames: {} });
    const watching = watched(selectionSetOf('{ name }'));
    const first = writer.body(user, items(3, watching.selectionSet));
    const { looks } = watching;
    expect(looks).toBeGreaterThan(0);
    for (let request = 0; request < 100; request += 1) {
      expect(writer.body(user, items(3, watching.selectionSet))).toBe(first);
      writer.body(user, items(1 + (request % 7), watching.selectionSet));
    }
    expect(watching.looks).toBe(looks);
  });

  it('has the arguments and variables that have a value, of each item its own', () => {
    const writer = new OperationWriter({ schema, upstreamNames: {} });
    const selectionSet = selectionSetOf('{ name(text: $t, texts: ["a", $t]) }');
    const t: SelectionVariable = { type: 'String', value: 'x' };
    const mixed: CallItem[] = [
      { args: { id: '1' }, selection: { selectionSet, variables: { t } } },
      { args: { id: '2', upper: null }, selection: { selectionSet, variables: {} } },
    ];
    expect(JSON.parse(writer.body(user, mixed))).toEqual({
      query: [
        'query ($_0a_id: ID!, $_0v_t: String, $_1a_id: ID!, $_1a_upper: Boolean) {',
        '  _0: user(id: $_0a_id) {',
        '    name(text: $_0v_t, texts: ["a", $_0v_t])',
        '  }',
        '  _1: user(id: $_1a_id, upper: $_1a_upper) {',
        '    name(texts: ["a", null])',
        '  }',
        '}',
      ].join('\n'),
      variables: { _0a_id: '1', _0v_t: 'x', _1a_id: '2', _1a_upper: null },
    });
  });

  it('keeps texts as they are, whatever stands in them', () => {
    const writer = new OperationWriter({ schema, upstreamNames: {} });
    const literal = '"""\n  a\n    b \u0000 $_0a_id _0\n"""';
    const selectionSet = selectionSetOf(`{ name(text: ${literal}) a: name(text: "\\u0000") }`);
    for (const count of [1, 2]) {
      const written = selectionSetOf(queryOf(writer.body(user, items(count, selectionSet))));
      const texts: unknown[] = [];
      JSON.stringify(written, (key, value) => {
        if (value?.kind === 'StringValue') texts.push(value.value);
        return key === 'loc' ? undefined : value;
      });
      expect(texts).toEqual(Array.from({ length: count }, () => ['a\n  b \u0000 $_0a_id _0', '\u0000']).flat());
    }
  });

  it('of leaves alone has no selection and no variables', () => {
    const writer = new OperationWriter({ schema, upstreamNames: {} });
    const body = writer.body({ kind: 'query', field: 'version', args: {} }, [{ args: {} }]);
    expect(JSON.parse(body)).toEqual({ query: 'query {\n  _0: version\n}', variables: {} });
  });
});
