import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { wellKnownSchemas } from '../../src/adapters/soap/well-known/well-known-schema.ts';
import { fixturesExist, wsdlDocuments } from '../corpus/corpus.ts';
import { hasXmllint } from '../corpus/schema-of-wsdl.ts';
import { type Row, rowOf, totalOf, unexplainedOf } from './report.ts';
import { askAll } from './requests.ts';

if (!fixturesExist) console.warn('SKIPPED: ../shared/fixtures is not there; operations of real WSDLs are not asked.');

const counts = JSON.parse(readFileSync(new URL('counts.json', import.meta.url), 'utf8')) as Record<string, Row>; // main.ts writes it

/** A part of `npm run roundtrip:soap`, which asks all operations of all documents. */
const mostOperations = 6;

describe.skipIf(!fixturesExist || !hasXmllint)('operations of real WSDLs', () => {
  it('are asked as their schemas say, by xmllint’s judgement', async () => {
    const rows: Row[] = [];
    const misses: string[] = [];
    const documents = (await wsdlDocuments()).filter(({ name }, at) => !name.includes('samples') || at % 4 === 0);
    for (const { name, source } of documents) {
      const wishes = { seed: 7, perOperation: 1, mostOperations };
      const tally = await askAll(source.document!, source.options.root!, wellKnownSchemas, wishes);
      rows.push(rowOf(name, tally));
      misses.push(...unexplainedOf(name, tally));
    }
    expect(misses).toEqual([]);
    const { requests, valid, notValidated } = totalOf(rows);
    expect(requests).toBeGreaterThan(200);
    expect(valid / (requests - notValidated)).toBeGreaterThanOrEqual(0.98); // of few, those that are explained weigh much
  }, 300_000);
});

it('of all documents, as they were counted, at least 5,000 requests are valid, and 99.5 % of those that can be looked at', () => {
  const { total, ...rows } = counts;
  expect(total).toEqual(totalOf(Object.values(rows)));
  const { requests, valid, notValidated, misses } = total!; // it is among the counts
  expect(misses).toBe(0);
  expect(valid).toBeGreaterThanOrEqual(5_000);
  expect(valid / (requests - notValidated)).toBeGreaterThanOrEqual(0.995);
});
