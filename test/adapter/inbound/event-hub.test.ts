import { describe, expect, it } from 'vitest';
import { EventHub } from '../../../src/adapter/inbound/event-hub.ts';
import { Stop } from '../../../src/base/stop.ts';

describe('EventHub', () => {
  it('brings each event to all who listen to its topic, in order, from the moment they listen', async () => {
    const hub = new EventHub<number>();
    hub.publish('a', 0);
    const first = hub.listen('a', new Stop());
    const second = hub.listen('a', new Stop());
    const other = hub.listen('b', new Stop());
    expect([1, 2, 3].map(event => hub.publish('a', event))).toEqual([2, 2, 2]);
    hub.close();
    expect(await all(first)).toEqual([1, 2, 3]);
    expect(await all(second)).toEqual([1, 2, 3]);
    expect(await all(other)).toEqual([]);
    expect(await all(hub.listen('a', new Stop()))).toEqual([]);
  });

  it('gives an event to one who waits for it', async () => {
    const hub = new EventHub<string>();
    const waiting = hub.listen('a', new Stop()).next();
    hub.publish('a', 'now');
    expect(await waiting).toEqual({ value: 'now', done: false });
  });

  it('forgets who returns, is stopped or came stopped', async () => {
    const hub = new EventHub<number>();
    const stop = new Stop();
    const returned = hub.listen('a', new Stop());
    const stopped = hub.listen('a', stop);
    const waiting = stopped.next();
    hub.publish('a', 1);
    expect(await waiting).toEqual({ value: 1, done: false });
    expect(hub.hears('a')).toBe(true);
    await returned.return?.();
    const left = stopped.next();
    stop.abort();
    expect(await left).toEqual({ value: undefined, done: true });
    expect(hub.hears('a')).toBe(false);
    expect(await hub.listen('a', stop).next()).toEqual({ value: undefined, done: true });
    expect(hub.publish('a', 2)).toBe(0);
  });

  it('ends one who is too slow with an error, after what it has', async () => {
    const hub = new EventHub<number>();
    const slow = hub.listen('a', new Stop());
    for (let event = 0; event <= 1_000; event += 1) hub.publish('a', event);
    expect(hub.hears('a')).toBe(false);
    for (let event = 0; event < 1_000; event += 1) expect(await slow.next()).toEqual({ value: event, done: false });
    await expect(slow.next()).rejects.toMatchObject({ code: 'OVERLOADED' });
    expect(await slow.next()).toEqual({ value: undefined, done: true });
  });
});

async function all<T>(events: AsyncIterable<T>): Promise<T[]> {
  const taken: T[] = [];
  for await (const event of events) taken.push(event);
  return taken;
}
