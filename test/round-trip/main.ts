import { parseArgs } from 'node:util';
import { openApiDocuments } from '../corpus/corpus.ts';
import { explanations } from './explanations.ts';
import { notMadeOf, rowOf, unexplainedOf } from './report.ts';
import { roundTrips } from './round-trip.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    'per-operation': { type: 'string', default: '3' },
    /** A part of the documents' names. Default: all. */
    only: { type: 'string', default: '' },
    /** Operations of each document, taken evenly. Default: all. */
    most: { type: 'string' },
    /** Misses of each document that are shown. */
    show: { type: 'string', default: '20' },
  },
});

const options = {
  seed: values.seed,
  perOperation: Number(values['per-operation']),
  ...(values.most === undefined ? {} : { mostOperations: Number(values.most) }),
};
const total: Record<string, number> = {};
for (const { name, source } of await openApiDocuments()) {
  if (!name.includes(values.only)) continue;
  for await (const { row: title, tally } of roundTrips(name, source.document!, options)) {
    if (tally.operations === 0) continue;
    const row = rowOf(title, tally, explanations);
    for (const [key, count] of Object.entries(row)) total[key] = (total[key] ?? 0) + count;
    console.log(`${title} ${JSON.stringify(row)}`);
    for (const [reason, count] of Object.entries(tally.refused)) console.log(`    refused ${count}: ${reason}`);
    for (const { operation, reason } of notMadeOf(title, tally)) console.log(`    not made ${operation}: ${reason}`);
    for (const { operation, what, reason } of unexplainedOf(title, tally, explanations).slice(0, Number(values.show)))
      console.log(`    MISS ${operation} ${what}: ${reason}`);
  }
}
console.log(`total ${JSON.stringify(total)}`);
process.exitCode = (total['misses'] ?? 0) + (total['notMade'] ?? 0) > 0 ? 1 : 0;
