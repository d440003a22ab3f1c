import { describe, expect, it } from 'vitest';
import { KeptTokens, type Token } from '../../../src/adapter/sign-in/kept-tokens.ts';

/** A clock that stands still, and tokens that say which one of their key they are. */
function kept() {
  const clock = { now: 0 };
  const tokens = new KeptTokens(() => clock.now);
  const made: string[] = [];
  const get = (key: string, usableFor = 1_000) =>
    tokens.of(key, async (): Promise<Token> => {
      made.push(key);
      return { headers: { authorization: `${key}${made.filter(each => each === key).length}` }, usableFor };
    });
  return { clock, made, get, tokenOf: async (key: string) => (await get(key)).headers['authorization'] };
}

describe('kept tokens', () => {
  it('are made once for all who ask meanwhile, and once for each key', async () => {
    const { get, made, tokenOf } = kept();
    expect(await Promise.all(['a', 'b', 'a', 'a'].map(tokenOf))).toEqual(['a1', 'b1', 'a1', 'a1']);
    expect(made).toEqual(['a', 'b']);
    expect(get('a')).not.toBeInstanceOf(Promise);
  });

  it('are made anew when their time is up, counted from when they were asked for', async () => {
    const { clock, tokenOf } = kept();
    await tokenOf('a');
    clock.now = 999;
    expect(await tokenOf('a')).toBe('a1');
    clock.now = 1_000;
    expect(await tokenOf('a')).toBe('a2');
  });

  it('a failure is told to all who wait, and not kept', async () => {
    const tokens = new KeptTokens();
    let failing = true;
    const get = () =>
      tokens.of('a', async () => {
        if (failing) throw new RangeError('no');
        return { headers: {}, usableFor: 1 };
      });
    const outcomes = await Promise.allSettled([get(), get()]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    failing = false;
    await expect(get()).resolves.toMatchObject({ headers: {} });
  });

  it('one that a backend refuses is replaced once; only what a backend accepted meanwhile is replaced again', async () => {
    const { get, made, tokenOf } = kept();
    const first = await get('a');
    first.judged(true);
    first.judged(true);
    const second = await get('a');
    expect(made).toEqual(['a', 'a']);
    second.judged(true);
    expect(await tokenOf('a')).toBe('a2');
    second.judged(false);
    second.judged(true);
    expect(await tokenOf('a')).toBe('a3');
  });

  it('a late refusal of the one before takes nothing from its successor', async () => {
    const { clock, get, tokenOf } = kept();
    const first = await get('a');
    clock.now = 1_000;
    expect(await tokenOf('a')).toBe('a2');
    first.judged(true);
    expect(await tokenOf('a')).toBe('a2');
  });
});
