import { describe, expect, it } from 'vitest';
import { type Counts, corpus, countsOf, fixturesExist } from './corpus.ts';

if (!fixturesExist)
  console.warn('CORPUS SKIPPED: ../shared/fixtures is not beside this checkout, so no real document was imported.');

describe.skipIf(!fixturesExist)('the corpus of real documents', () => {
  it('is imported as test/corpus/counts.json says (run `npx vitest run test/corpus -u` to accept a change)', async () => {
    const rows: Record<string, Counts> = {};
    for (const document of await corpus()) rows[document.name] = await countsOf(document);
    const lines = Object.entries(rows).map(([name, counts]) => `${JSON.stringify(name)}: ${JSON.stringify(counts)}`);
    await expect(`{\n${lines.join(',\n')}\n}\n`).toMatchFileSnapshot('./counts.json');
    expect(Object.values(rows).filter(counts => counts.invalid > 0)).toEqual([]);
    expect(
      Object.entries(rows).filter(([, { total, imported, diagnostics }]) => imported < total && isSilent(diagnostics)),
    ).toEqual([]);
  }, 600_000);
});

function isSilent(diagnostics: Counts['diagnostics']): boolean {
  return Object.keys(diagnostics).length === 0;
}
