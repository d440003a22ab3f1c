import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { matrixOf, silentRows } from './matrix.ts';
import { namedTests, namesIn } from './named-tests.ts';
import { sections } from './rows.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const tests = await namedTests(root);

describe('docs/security-matrix.md', () => {
  it('is what `npm run security-matrix` writes', async () => {
    const written = await readFile(new URL('../../docs/security-matrix.md', import.meta.url), 'utf8');
    expect(written).toBe(matrixOf(sections, tests));
  });

  it('has a test or a reason for every row', () => {
    expect(silentRows(sections, tests)).toEqual([]);
  });

  it('has each row once', () => {
    const ids = sections.flatMap(({ rows }) => rows.map(({ id }) => id));
    expect(ids).toEqual([...new Set(ids)]);
  });
});

describe('names of tests', () => {
  const source = `
    describe('C1: a group', () => {
      it.each([['C2: a row of a table', 1], ['no id', 2]])('%s', () => {});
      it.each([{ name: 'C3: a row with a name' }])('$name', () => {});
      it.each([['C12', 'a row with its id apart', 1]])('%s: %s', () => {});
      test(\`C4, R5: of two rows, \${1}\`, () => {});
      it('no C6: in the middle', () => {});
      it.skip('C7: not run', () => {});
      describe.skip('C8: not run', () => { it('C9: not run either', () => {}); });
      it.skip.each([['C10: not run']])('%s', () => {});
      it.todo('C11: to be written');
    });
  `;

  it('are found in tables and groups, unless they are skipped', () => {
    const found = namesIn(source, 'a.test.ts').map(({ ids, name }) => [...ids, name]);
    expect(found).toEqual([
      ['C1', 'a group'],
      ['C2', 'a row of a table'],
      ['C3', 'a row with a name'],
      ['C12', 'a row with its id apart'],
      ['C4', 'R5', 'of two rows, …'],
    ]);
  });

  it('tell which rows nobody speaks of', () => {
    const rows = [
      { id: 'C1', threat: 'one' },
      { id: 'C2', threat: 'two | three' },
      { id: 'C3', threat: 'four', pending: 'not built' },
    ];
    const section = { title: 'Rows', rows };
    const named = namesIn("it('C1: a <test>', () => {});", 'a.test.ts');
    expect(silentRows([section], named)).toEqual(['C2']);
    expect(matrixOf([section], named)).toContain(
      '| C1 | one | `a.test.ts`: a &lt;test> |\n| C2 | two \\| three |  |\n| C3 | four | pending: not built |\n',
    );
  });
});
