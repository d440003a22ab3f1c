import { describe, expect, it } from 'vitest';
import { Random } from '../../fuzz/random.ts';
import { grown, newDocument } from './grown-document.ts';
import { namesOf } from './names-of.ts';

const runs = Number(process.env['SELVAGE_FUZZ_RUNS'] ?? 25);
const seed = process.env['SELVAGE_FUZZ_SEED'] ?? '1';

describe('names of generated documents', () => {
  it('are legal, one for each thing, and stay when the document grows', async () => {
    const hows = new Set<string>();
    for (let run = 0; run < runs; run++) {
      const random = new Random(seed, run);
      let document = newDocument(random);
      let names = await namesOf(document);
      for (const fresh of ['zebra', 'yak', 'xerus']) {
        const next = grown(document, fresh, random);
        const after = await namesOf(next.document);
        const changed = [...names].filter(([what, name]) => after.get(what) !== name);
        expect(
          changed.slice(0, 5).map(([what, name]) => `${what}: ${name} -> ${after.get(what)}`),
          `seed ${seed}, run ${run}: ${next.how} called ${fresh} was added to ${JSON.stringify(document)} which made ${JSON.stringify(next.document)}`,
        ).toEqual([]);
        hows.add(next.how);
        document = next.document;
        names = after;
      }
    }
    expect(hows.size).toBe(4);
  }, 600_000);
});
