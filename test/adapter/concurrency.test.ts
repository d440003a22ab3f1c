import { describe, expect, it } from 'vitest';
import { Turnstile } from '../../src/adapter/concurrency.ts';
import { GatewayError } from '../../src/base/error.ts';

/** Work that ends when it is told to; `started` lists what has begun. */
function works(turnstile: Turnstile) {
  const started: string[] = [];
  const ends = new Map<string, () => void>();
  const start = (name: string, signal = new AbortController().signal) =>
    turnstile.run(async () => {
      started.push(name);
      await new Promise<void>(resolve => ends.set(name, resolve));
      return name;
    }, signal);
  const settle = () => new Promise(resolve => setImmediate(resolve));
  return { started, start, settle, end: (name: string) => ends.get(name)?.() };
}

describe('a turnstile', () => {
  it('lets so many through at once, and the others in the order in which they came', async () => {
    const { started, start, settle, end } = works(new Turnstile(2));
    const all = Promise.all(['a', 'b', 'c', 'd'].map(name => start(name)));
    await settle();
    expect(started).toEqual(['a', 'b']);
    end('b');
    await settle();
    expect(started).toEqual(['a', 'b', 'c']);
    for (const name of ['a', 'c']) end(name);
    await settle();
    end('d');
    expect(await all).toEqual(['a', 'b', 'c', 'd']);
  });

  it('gives the place of work that failed to the next', async () => {
    const turnstile = new Turnstile(1);
    const { signal } = new AbortController();
    await expect(turnstile.run(() => Promise.reject(new TypeError('x')), signal)).rejects.toThrow('x');
    expect(await turnstile.run(async () => 'next', signal)).toBe('next');
  });

  it('lets go of who gives up waiting, and does not count them', async () => {
    const { started, start, settle, end } = works(new Turnstile(1));
    const controller = new AbortController();
    const first = start('a');
    const second = start('b', controller.signal);
    const third = start('c');
    const reason = new GatewayError('UPSTREAM_TIMEOUT', 'too late');
    controller.abort(reason);
    await expect(second).rejects.toBe(reason);
    end('a');
    await settle();
    end('c');
    expect(await Promise.all([first, third])).toEqual(['a', 'c']);
    expect(started).toEqual(['a', 'c']);
  });

  it('turns away who is aborted before they come', async () => {
    const asking = new Turnstile(1).run(async () => 'x', AbortSignal.abort());
    await expect(asking).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
  });
});
