import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { wellKnownSchemas } from '../../src/adapters/soap/well-known/well-known-schema.ts';
import { wsdlDocuments } from '../corpus/corpus.ts';
import { type Row, rowOf, totalOf, unexplainedOf } from './report.ts';
import { askAll } from './requests.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    'per-operation': { type: 'string', default: '3' },
    /** A part of the documents' names. Default: all, and the counts are written down. */
    only: { type: 'string', default: '' },
    /** Misses of each document that are shown. */
    show: { type: 'string', default: '20' },
  },
});

const rows: Record<string, Row> = {};
for (const { name, source } of await wsdlDocuments()) {
  if (!name.includes(values.only)) continue;
  const wishes = { seed: Number(values.seed), perOperation: Number(values['per-operation']) };
  const tally = await askAll(source.document!, source.options.root!, wellKnownSchemas, wishes);
  if (tally.operations === 0) continue;
  const row = rowOf(name, tally);
  rows[name] = row;
  console.log(name, JSON.stringify(row));
  for (const line of unexplainedOf(name, tally).slice(0, Number(values.show))) console.log(`    MISS ${line}`);
}
const total = totalOf(Object.values(rows));
console.log('total', JSON.stringify(total));
if (values.only === '') {
  const lines = Object.entries({ ...rows, total }).map(
    ([name, row]) => `${JSON.stringify(name)}: ${JSON.stringify(row)}`,
  );
  await writeFile(new URL('counts.json', import.meta.url), `{\n${lines.join(',\n')}\n}\n`);
}
process.exitCode = total.misses > 0 ? 1 : 0;
