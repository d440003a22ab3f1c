import fc from 'fast-check';
import {
  type FragmentDefinitionNode,
  getIntrospectionQuery,
  Kind,
  type OperationDefinitionNode,
  parse,
  type SelectionSetNode,
} from 'graphql';
import { describe, expect, test } from 'vitest';
import { type OperationProfile, profileOf } from '../../src/edge/limits/operation-profile.ts';

describe('a document is measured with its fragments expanded', () => {
  const rows: [name: string, document: string, depth: number, fields: number][] = [
    ['one field', '{ a }', 1, 1],
    ['two levels', '{ a { b c } }', 2, 3],
    ['an inline fragment is no level', '{ a { ... on T { b } ... { c } } }', 2, 3],
    ['a fragment counts wherever it is spread', '{ a { ...F } b { c { ...F } } } fragment F on T { x { y } }', 4, 7],
    ['aliases are fields', '{ a: x b: x c: x }', 1, 3],
    ['@skip is taken to include', '{ a @skip(if: true) { b } }', 2, 2],
    ['the greatest of several operations', 'query A { a } query B { a { b { c } } } query C { a b c d }', 3, 4],
    ['a fragment that nobody spreads', '{ a } fragment F on T { x { y { z } } }', 1, 1],
    ['a fragment that is not there', '{ a { ...F } }', 1, 1],
    ['a fragment that spreads itself', '{ ...A } fragment A on T { a { ...A } }', 1, 1],
    ['two that spread each other', '{ ...A } fragment A on T { a { ...B } } fragment B on T { b { ...A } }', 2, 2],
    ['a fragment of fragments', '{ ...A } fragment A on T { ...B ...B } fragment B on T { b { c } }', 2, 4],
  ];
  test.each(rows)('%s', (_, document, depth, expandedFields) => {
    expect(profileOf(parse(document))).toMatchObject({ depth, expandedFields });
  });

  test('introspection is measured by itself', () => {
    expect(
      profileOf(parse('{ a { b } __schema { types { ...T } } } fragment T on __Type { name fields { name } }')),
    ).toMatchObject({
      depth: 2,
      expandedFields: 3,
      introspectionDepth: 3,
      introspectionFields: 4,
    });
  });

  test("GraphiQL's introspection query", () => {
    const { depth, introspectionDepth, introspectionFields } = profileOf(
      parse(getIntrospectionQuery({ inputValueDeprecation: true })),
    );
    expect({ depth, introspectionDepth }).toEqual({ depth: 1, introspectionDepth: 14 });
    expect(introspectionFields).toBeLessThan(300);
  });
});

describe('what else is counted with fragments expanded', () => {
  const rows: [name: string, document: string, counted: Partial<OperationProfile>][] = [
    ['aliases', '{ x: a ...F ...F } fragment F on T { y: b { z: c } }', { aliases: 5 }],
    ['aliases of introspection', '{ __schema { a: types { b: name } } }', { aliases: 2 }],
    ['root fields', '{ a ...F b { c ...F } } fragment F on T { d e { f } }', { rootFields: 4 }],
    [
      'directives wherever they stand',
      'query ($v: Int @a) @b { f @c ... @d { g } ...F @e } fragment F on T @f { h @g }',
      { directives: 7 },
    ],
    [
      'directives of a fragment, each time',
      '{ ...F ...F } fragment F on T { h @a @b }',
      { directives: 4, directivesPerNode: 2 },
    ],
    [
      'directives of a fragment that nobody spreads',
      '{ a } fragment F on T { h @a @b }',
      { directives: 2, directivesPerNode: 2 },
    ],
    ['operations', 'query A { a } query B { b } mutation C { c }', { operations: 3 }],
  ];
  test.each(rows)('%s', (_, document, counted) => {
    expect(profileOf(parse(document))).toMatchObject(counted);
  });
});

describe('fragments that double at each level', () => {
  const doubling = (levels: number) =>
    `{ ...F0 } ${Array.from({ length: levels }, (_, n) => `fragment F${n} on Q { a: q { ...F${n + 1} } b: q { ...F${n + 1} } }`).join(' ')} fragment F${levels} on Q { leaf }`;

  test.each([
    [5, 2 ** 6 - 2 + 2 ** 5],
    [15, 2 ** 16 - 2 + 2 ** 15],
    [40, 2 ** 41 - 2 + 2 ** 40],
    [60, Number.MAX_SAFE_INTEGER],
    [600, Number.MAX_SAFE_INTEGER],
  ])('%i levels', (levels, expandedFields) => {
    expect(profileOf(parse(doubling(levels)))).toMatchObject({ depth: levels + 1, expandedFields });
  });

  test('each selection is visited once: the work grows with the document, not with what it expands to', () => {
    const visits = (levels: number) => {
      let count = 0;
      const document = parse(doubling(levels), { noLocation: true });
      const watch = (set: SelectionSetNode) => {
        const selections = set.selections;
        const get = () => {
          count += selections.length;
          return selections;
        };
        Object.defineProperty(set, 'selections', { get });
        for (const selection of selections)
          if ('selectionSet' in selection && selection.selectionSet) watch(selection.selectionSet);
      };
      for (const definition of document.definitions) if ('selectionSet' in definition) watch(definition.selectionSet);
      profileOf(document);
      return count;
    };
    expect(visits(60) / visits(30)).toBeLessThan(2.1);
    expect(visits(60)).toBe(60 * 4 + 2);
  });

  test('a chain of fragments longer than the stack is deep', () => {
    const length = 50_000;
    const links = Array.from({ length }, (_, n) => `fragment F${n} on Q { ...F${n + 1} }`).join(' ');
    expect(profileOf(parse(`{ ...F0 } ${links} fragment F${length} on Q { leaf }`))).toMatchObject({
      depth: 1,
      expandedFields: 1,
    });
  });
});

test('root fields are those of namespaces, too, in whichever fragment they stand', () => {
  const namespaces = new Map([
    ['HubQuery', { parent: 'Query', field: 'hub' }],
    ['HubReposQuery', { parent: 'HubQuery', field: 'repos' }],
  ]);
  const rootFields = (document: string) => profileOf(parse(document), namespaces).rootFields;
  expect(rootFields('{ a hub { b { hub { x } } repos { c d { repos { y } } __typename } } }')).toBe(5);
  expect(
    rootFields(
      '{ hub { ...A repos { ...B ...B } } ...C } fragment A on HubQuery { a b: a repos { ...B } } fragment B on HubReposQuery { x { ...D } y } fragment C on Query { c hub { ...A } } fragment D on Repo { z }',
    ),
  ).toBe(13);
  expect(rootFields('mutation { hub { repos { c d } } }')).toBe(1);
});

test('agrees with expanding every fragment by hand, for any document without circles', () => {
  fc.assert(
    fc.property(documents, document => {
      expect(profileOf(parse(document))).toEqual(byHand(document));
    }),
    { numRuns: 500 },
  );
});

/** Fragment n spreads only fragments above n, so nothing goes in circles. */
const documents = fc.array(selectionText(0), { minLength: 1, maxLength: 5 }).map(sets =>
  sets
    .map((set, n) => (n === 0 ? `query ($v: Int @x) @y ${set}` : `fragment F${n} on T @z ${set}`))
    .map(placed)
    .join('\n'),
);

function selectionText(level: number): fc.Arbitrary<string> {
  const leaf = fc.constantFrom('a', 'b: a', '__typename', 'a @x @y', '...SPREAD', '...SPREAD @x');
  if (level === 3) return fc.array(leaf, { minLength: 1, maxLength: 3 }).map(items => `{ ${items.join(' ')} }`);
  const inner = fc
    .tuple(fc.constantFrom('c', 'd: c', '... on T', '... @x', 'c @x', '__type(name: "T")'), selectionText(level + 1))
    .map(parts => parts.join(' '));
  return fc.array(fc.oneof(leaf, inner), { minLength: 1, maxLength: 4 }).map(items => `{ ${items.join(' ')} }`);
}

/** Gives each spread of definition n a target above n; in fragments, no introspection begins. */
function placed(text: string, n: number): string {
  let spreads = 0;
  const targeted = text.replaceAll('SPREAD', () => `F${n + 1 + (spreads++ % 3)}`);
  return n === 0 ? targeted : targeted.replaceAll('__type(name: "T")', 'e');
}

function byHand(text: string): OperationProfile {
  const document = parse(text);
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  const measured = (definition: OperationDefinitionNode | FragmentDefinitionNode): OperationProfile => {
    const profile = { ...empty };
    const uses = (directives: readonly unknown[] = []) => {
      profile.directives += directives.length;
      profile.directivesPerNode = Math.max(profile.directivesPerNode, directives.length);
    };
    const spread = (name: string, depth: number, introspection: number) => {
      const fragment = fragments.get(name);
      uses(fragment?.directives);
      walk(fragment?.selectionSet, depth, introspection);
    };
    const walk = (set: SelectionSetNode | undefined, depth: number, introspection: number) => {
      for (const selection of set?.selections ?? []) {
        uses(selection.directives);
        if (selection.kind === Kind.FRAGMENT_SPREAD) spread(selection.name.value, depth, introspection);
        else if (selection.kind === Kind.INLINE_FRAGMENT) walk(selection.selectionSet, depth, introspection);
        else {
          if (selection.alias) profile.aliases += 1;
          if (introspection > 0) {
            profile.introspectionFields += 1;
            profile.introspectionDepth = Math.max(profile.introspectionDepth, introspection);
            walk(selection.selectionSet, depth, introspection + 1);
          } else {
            if (depth === 0) profile.rootFields += 1;
            profile.expandedFields += 1;
            profile.depth = Math.max(profile.depth, depth + 1);
            walk(selection.selectionSet, depth + 1, selection.name.value === '__type' ? 1 : 0);
          }
        }
      }
    };
    uses(definition.directives);
    for (const { directives } of definition.variableDefinitions ?? []) uses(directives);
    walk(definition.selectionSet, 0, 0);
    return profile;
  };
  const operations = document.definitions.flatMap(node =>
    node.kind === Kind.OPERATION_DEFINITION ? [measured(node)] : [],
  );
  const all = [...operations, ...[...fragments.values()].map(measured)];
  const most = (key: keyof OperationProfile, of: readonly OperationProfile[]) =>
    Math.max(0, ...of.map(profile => profile[key]));
  return {
    operations: operations.length,
    depth: most('depth', operations),
    rootFields: most('rootFields', operations),
    aliases: most('aliases', operations),
    expandedFields: most('expandedFields', operations),
    directives: most('directives', all),
    directivesPerNode: most('directivesPerNode', all),
    introspectionDepth: most('introspectionDepth', operations),
    introspectionFields: most('introspectionFields', operations),
  };
}

const empty = {
  operations: 0,
  depth: 0,
  rootFields: 0,
  aliases: 0,
  expandedFields: 0,
  directives: 0,
  directivesPerNode: 0,
  introspectionDepth: 0,
  introspectionFields: 0,
};
