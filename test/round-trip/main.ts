import { parseArgs } from 'node:util';
import { openApiDocuments } from '../corpus/corpus.ts';
import { explanations } from './explanations.ts';
import { rowOf, unexplainedOf } from './report.ts';
import { roundTrip } from './round-trip.ts';

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

const total: Record<string, number> = {};
for (const { name, source } of await openApiDocuments()) {
  if (!name.includes(values.only)) continue;
  const began = performance.now();
  const tally = await roundTrip(name, source.document!, {
    seed: values.seed,
    perOperation: Number(values['per-operation']),
    ...(values.most === undefined ? {} : { mostOperations: Number(values.most) }),
  });
  if (tally.operations === 0 && Object.keys(tally.leftOut).length === 0) continue;
  const row = rowOf(name, tally, explanations);
  for (const [key, count] of Object.entries(row)) total[key] = (total[key] ?? 0) + count;
  console.log(`${name} ${JSON.stringify(row)} ${Math.round(performance.now() - began)} ms`);
  for (const [what, counts] of Object.entries({
    leftOut: tally.leftOut,
    refused: tally.refused,
    notMade: tally.notMade,
  }))
    for (const [reason, count] of Object.entries(counts)) console.log(`    ${what} ${count}: ${reason}`);
  for (const { operation, what, reason } of unexplainedOf(name, tally, explanations).slice(0, Number(values.show)))
    console.log(`    MISS ${operation} ${what}: ${reason}`);
}
console.log(`total ${JSON.stringify(total)}`);
process.exitCode = (total['misses'] ?? 0) > 0 ? 1 : 0;
