import { describe, expect, test } from 'vitest';
import { composed, say, source } from '../supergraph/harness.ts';

const shop = () =>
  source(
    'shop',
    `type Query { find(text: String, first: Int): Found plain: String } interface Found { id(short: Boolean): ID } type Thing implements Found { id(short: Boolean): ID }`,
    { find: () => null, plain: () => null },
  );
const at = 'error DIRECTIVE_INVALID overlay.graphql';
const on = (args: string, field = 'plain: String') => `extend type Query { ${field} @rateLimit(${args}) }`;

describe('a @rateLimit that is wrong is told, with its place', () => {
  const rows: readonly [name: string, overlay: string, told: readonly string[], hint?: string][] = [
    ['no maximum and no window', on('cost: 1'), ['@rateLimit needs "max".', '@rateLimit needs "window".']],
    [
      'two names of one thing',
      on('max: 1, limit: 1, window: "1s", duration: "1s"'),
      [
        '"max" and "limit" are the same: write one of them.',
        '"window" and "duration" are the same: write one of them.',
      ],
    ],
    [
      'a window without a unit',
      on('max: 1, window: "60"'),
      ['The window "60" is no duration.'],
      'write such as "500ms", "30s", "5m" or "1h"',
    ],
    ['a window of two days', on('max: 1, window: "48h"'), ['"window" must be from 1ms to 24h.']],
    [
      'nothing allowed',
      on('max: 0, window: "1s", burst: 0, cost: -1'),
      [
        '"max" must be a whole number from 1, but is 0.',
        '"burst" must be a whole number from 1, but is 0.',
        '"cost" must be a whole number from 1, but is -1.',
      ],
    ],
    [
      'more than can be counted',
      on('max: 101, window: "1ms"'),
      ['"max" can be 100 for each millisecond of the window at most.'],
    ],
    [
      'a bucket that takes years to fill',
      on('max: 1, window: "24h", burst: 400'),
      ['At this rate it takes more than a year until "burst" units are there again.'],
    ],
    [
      'one that costs more than there ever is',
      on('max: 10, window: "1s", burst: 2, cost: 3'),
      ['One alone takes 3 units, and there are never more than 2: nothing would pass.'],
      'lower "cost", or raise "burst" (or "max", which it is by default)',
    ],
    [
      'a bucket of nothing',
      on('max: 1, window: "1s", by: []'),
      ['"by" is empty.'],
      'leave it out: then it is ["subject"]',
    ],
    [
      'an unknown part',
      on('max: 1, window: "1s", by: ["jwt.sub", "$claims.", "$args.a-b", "$header.a b"]'),
      ['jwt.sub', '$claims.', '$args.a-b', '$header.a b'].map(
        part =>
          `"by" has "${part}", which must be "subject", "client", "ip", "global", "$args.x", "$claims.x" or "$header.x".`,
      ),
    ],
    [
      'a header alone',
      on('max: 1, window: "1s", by: ["$header.x-tenant"]'),
      ['A bucket by a header alone is chosen by the client, who then has as many as it likes.'],
      'add "subject", "client" or "ip"; or "global", where a proxy of yours sets the header',
    ],
    [
      'an argument that is not there',
      on('max: 1, window: "1s", by: ["$args.txt"]', 'find(text: String, first: Int): Found'),
      ['Query.find has no argument "txt". Did you mean "text"?'],
      'it has: text, first',
    ],
    [
      'an argument of a field that has none',
      on('max: 1, window: "1s", by: ["$args.text"]'),
      ['Query.plain has no argument "text".'],
    ],
    [
      'an argument of a type',
      'extend type Thing @rateLimit(max: 1, window: "1s", by: ["$args.short"])',
      ['"$args.short" can stand on a field only, which has arguments.'],
    ],
    [
      'an argument of the schema',
      'extend schema @rateLimit(max: 1, window: "1s", by: ["$args.short"])',
      ['"$args.short" can stand on a field only, which has arguments.'],
    ],
  ];
  test.each(rows)('%s', (_, overlay, told, hint) => {
    const { diagnostics } = composed([shop()], overlay);
    const errors = diagnostics.filter(({ severity }) => severity === 'error');
    expect(errors.map(({ message }) => message)).toEqual(told);
    expect(errors.every(error => say(error).startsWith(at))).toBe(true);
    expect(errors[0]?.hint).toBe(hint);
  });

  test('one that is right is not told', () => {
    const right = [
      on(
        'limit: 5, duration: "1m", burst: 10, cost: 2, by: ["client", "$claims.https://example.com/tenant", "$header.x-region"]',
      ),
      'extend interface Found { id(short: Boolean): ID @rateLimit(max: 1, window: "1s", by: ["$args.short"], countBy: RESOLVED, onStoreError: CLOSED) }',
      'extend type Query { find(text: String, first: Int): Found @inaccessible @rateLimit(max: 1, window: "1s", by: ["$args.text"]) }',
      'extend schema @rateLimit(max: 1, window: "1s") @rateLimit(max: 9, window: "24h", by: ["global"])',
    ];
    expect(composed([shop()], right.join('\n')).diagnostics).toEqual([]);
  });
});
