import { expect, it } from 'vitest';
import { anonymous, type Principal } from '../../src/base/principal.ts';
import { argumentsRead, holds } from '../../src/policy/condition.ts';
import { type ConditionProblem, readCondition } from '../../src/policy/read-condition.ts';

const claims = Object.assign(Object.create(null), {
  role: 'admin',
  level: 3,
  groups: ['x', 'y'],
  nothing: null,
  org: { id: 'o1' },
  'https://example.com/tier': 'gold',
});
const ann: Principal = { subject: 'ann', scopes: new Set(['read']), claims, via: 'tests' };

function read(written: unknown) {
  const problems: ConditionProblem[] = [];
  return { condition: readCondition(written, problems), problems };
}

const rows: readonly [written: unknown, args: Readonly<Record<string, unknown>>, ofAnn: boolean, ofNobody: boolean][] =
  [
    [{ equals: ['$subject', 'ann'] }, {}, true, false],
    [{ equals: ['$via', 'anonymous'] }, {}, false, true],
    [{ equals: ['$claims.role', 'admin'] }, {}, true, false],
    [{ equals: ['$claims.level', 3] }, {}, true, false],
    [{ equals: ['$claims.level', '3'] }, {}, false, false],
    [{ equals: ['$claims.org.id', '$args.filter.org'] }, { filter: { org: 'o1' } }, true, false],
    [{ equals: ['$claims.https://example.com/tier', 'gold'] }, {}, true, false],
    [{ in: ['$claims.role', ['admin', 'owner']] }, {}, true, false],
    [{ in: ['$args.id', '$claims.groups'] }, { id: 'y' }, true, false],
    [{ contains: ['$scopes', 'read'] }, {}, true, false],
    [{ contains: ['$claims.role', 'adm'] }, {}, false, false],
    [{ present: '$claims.role' }, {}, true, false],
    [{ present: '$claims.nothing' }, {}, false, false],
    [{ present: '$claims.toString' }, {}, false, false],
    [{ not: { present: '$claims.role' } }, {}, false, true],
    [{ all: [{ present: '$subject' }, { equals: ['$args.id', '$subject'] }] }, { id: 'ann' }, true, false],
    [{ any: [{ equals: ['$args.id', '$subject'] }, { contains: ['$scopes', 'admin'] }] }, { id: 'bob' }, false, false],
    [{ equals: ['$$subject', '$$subject'] }, {}, true, true],
  ];

it.each(rows)('%j with %j holds for ann: %s, for nobody: %s', (written, args, ofAnn, ofNobody) => {
  const { condition, problems } = read(written);
  expect(problems).toEqual([]);
  expect([holds(condition!, ann, args), holds(condition!, anonymous, args)]).toEqual([ofAnn, ofNobody]);
});

it('takes what is absent on both sides for no match: a caller without a name is not the owner of what has none', () => {
  const { condition } = read({ equals: ['$subject', '$args.owner'] });
  for (const args of [{}, { owner: null }, { owner: undefined }])
    expect(holds(condition!, anonymous, args)).toBe(false);
});

it('tells which arguments it reads', () => {
  const { condition } = read({
    any: [{ not: { equals: ['$args.a.b', 1] } }, { in: ['$args.c', ['x']] }, { present: '$args.a' }],
  });
  expect(argumentsRead(condition!)).toEqual(['a', 'c']);
});

const wrong: readonly [written: unknown, path: string][] = [
  [null, ''],
  ['admin', ''],
  [{}, ''],
  [{ equals: ['a', 'b'], not: {} }, ''],
  [{ matches: ['$claims.x', '.*'] }, 'matches'],
  [{ equals: ['$claims.x'] }, 'equals'],
  [{ equals: ['$claims', 1] }, 'equals.0'],
  [{ equals: ['$header.x', 1] }, 'equals.0'],
  [{ equals: ['$unknown', 1] }, 'equals.0'],
  [{ in: ['$subject', ['$claims.x']] }, 'in.1'],
  [{ equals: [{ a: 1 }, 1] }, 'equals.0'],
  [{ present: 'x' }, 'present'],
  [{ all: [] }, 'all'],
  [{ any: [{ present: '$subject' }, 7] }, 'any.1'],
  [
    Array.from({ length: 20 }).reduce<unknown>(inner => ({ not: inner }), { present: '$subject' }),
    'not.not.not.not.not.not.not.not.not.not.not.not.not.not.not.not',
  ],
  [{ any: Array.from({ length: 600 }, () => ({ present: '$subject' })) }, 'any.250'],
];

it.each(wrong)('refuses %j at "%s"', (written, path) => {
  const { condition, problems } = read(written);
  expect(condition).toBeUndefined();
  expect(problems.map(problem => problem.path.join('.'))).toContain(path);
});
