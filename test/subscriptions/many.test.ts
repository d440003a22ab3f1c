import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { until } from '../adapters/backends/traffic.ts';
import { growingText, openEventStream } from './open-event-stream.ts';
import { type StreamingGateway, streamingGateway } from './streaming-gateway.ts';

let world: StreamingGateway;

afterEach(async () => {
  await world.close();
});

const query = 'subscription ($room: String) { ticks(room: $room) { id room } }';

function open(url: string, room: string) {
  return openEventStream(url, query, { room });
}

describe('many at once', () => {
  const streams = 1_000;
  const events = 10;

  it('lose no event, double none, and leave nothing open at the backend', async () => {
    world = await streamingGateway({ sections: 'subscriptions: { perClient: 2000 }' });
    const { backend, url, gateway } = world;
    const clients = [];
    for (let index = 0; index < streams; index += 1) clients.push(await open(url, String(index)));
    const texts = clients.map(({ response }) => growingText(response));
    await until(() => backend.streams.length === streams);
    const rooms = new Map(
      backend.streams.map(each => [new URL(each.request.url ?? '', 'http://x').searchParams.get('room'), each]),
    );
    expect(rooms.size).toBe(streams);
    for (let id = 0; id < events; id += 1)
      for (const [room, stream] of rooms) stream.send({ id: Number(room) * 100 + id, tags: [] });
    const idsOf = ({ text }: { text: string }) => [...text.matchAll(/"id":(\d+)/g)].map(([, id]) => Number(id));
    await until(() => texts.every(got => idsOf(got).length >= events));
    for (const [index, got] of texts.entries()) {
      expect(idsOf(got)).toEqual(Array.from({ length: events }, (_, id) => index * 100 + id));
    }
    expect(gateway.counters.of('subscriptionEvents').get('whole')).toBe(streams * events);
    for (const { request } of clients) request.destroy();
    await until(() => backend.open === 0);
    await until(() => gateway.counters.of('subscriptions').get('client') === streams);
  });
});

describe('a client that reads nothing', () => {
  it('holds its backend back, and gets every event once it reads', async () => {
    world = await streamingGateway();
    const { backend, url } = world;
    const { response } = await open(url, 'slow');
    response.pause();
    const stream = await backend.stream();
    const room = 'x'.repeat(100_000);
    let sent = 0;
    // What systems buffer on the way is some megabytes; a gateway that read on would take all of this and more.
    const most = 2_000;
    const flows = async () => {
      const drained = once(stream.response, 'drain').then(() => true);
      return Promise.race([drained, new Promise<boolean>(resolve => setTimeout(() => resolve(false), 1_000))]);
    };
    for (let isFlowing = true; isFlowing && sent < most; sent += 1) {
      if (!stream.send({ id: sent, tags: [], room })) isFlowing = await flows();
    }
    expect(sent).toBeLessThan(most);
    const blocked = sent;
    stream.send({ id: sent, tags: [], room: 'last' });
    stream.done();
    const got = growingText(response);
    response.resume();
    await once(response, 'end');
    const { text } = got;
    const ids = [...text.matchAll(/"id":(\d+)/g)].map(([, id]) => Number(id));
    expect(ids).toEqual(Array.from({ length: ids.length }, (_, id) => id));
    expect(ids.length).toBeGreaterThanOrEqual(blocked);
    expect(text.endsWith('event: complete\ndata:\n\n')).toBe(true);
  });
});
