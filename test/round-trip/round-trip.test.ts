import { describe, expect, it } from 'vitest';
import { fixturesExist, openApiDocuments } from '../corpus/corpus.ts';
import { explanations } from './explanations.ts';
import { notMadeOf, type Row, rowOf, unexplainedOf } from './report.ts';
import { roundTrips } from './round-trip.ts';

if (!fixturesExist)
  console.warn('ROUND TRIP SKIPPED: ../shared/fixtures is not beside this checkout, so no real document was asked.');

/** A part of `npm run roundtrip:openapi`, which asks all operations of all documents. */
const mostOperations = 15;

describe.skipIf(!fixturesExist)('operations of real documents', () => {
  it('are asked what was meant, and answer what was said (`-u` accepts a change of the counts)', async () => {
    const rows: Record<string, Row> = {};
    const misses: string[] = [];
    for (const { name, source } of await openApiDocuments()) {
      if (name.includes('oai-conformance')) continue;
      const options = { seed: 'test', perOperation: 1, mostOperations };
      for await (const { row, tally } of roundTrips(name, source.document!, options)) {
        rows[row] = rowOf(row, tally, explanations);
        for (const { operation, what, reason } of unexplainedOf(row, tally, explanations))
          misses.push(`${row} ${operation} ${what}: ${reason}`);
        for (const { operation, reason } of notMadeOf(row, tally))
          misses.push(`${row} ${operation} not made: ${reason}`);
      }
    }
    expect(misses).toEqual([]);
    const lines = Object.entries(rows).map(([name, row]) => `${JSON.stringify(name)}: ${JSON.stringify(row)}`);
    await expect(`{\n${lines.join(',\n')}\n}\n`).toMatchFileSnapshot('./counts.json');
  }, 600_000);
});
