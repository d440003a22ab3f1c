import { printSchema } from 'graphql';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { until } from '../adapters/backends/traffic.ts';
import { type StreamingGateway, streamingGateway } from './streaming-gateway.ts';

let world: StreamingGateway;

afterEach(async () => {
  vi.useRealTimers();
  await world.close();
});

const overlay = `extend type Tick {
  product: Product @resolve(call: "ticks.products", batch: { key: "$parent.productId", into: "ids", match: "id" })
}`;

const tick = (id: number) => ({ id, room: 'a', productId: `p${id}`, tags: [] });

describe.each(['plan', 'reference'] as const)('where there are subscriptions alone, lane %s', lane => {
  it('they are served, beside a query that is null', async () => {
    const overlay = 'extend type Query { ticks: Tick @inaccessible products: [Product!] @inaccessible }';
    world = await streamingGateway({ lane, overlay });
    expect(printSchema(world.gateway.current()!.schema)).toContain('_empty: Boolean');
    const client = await world.subscribe('subscription { ticks { id } }');
    const stream = await world.backend.stream();
    stream.send(tick(1));
    stream.done();
    expect(await client.all()).toEqual([{ data: { ticks: { id: 1 } } }]);
  });
});

describe.each(['plan', 'reference'] as const)('a subscription, lane %s', lane => {
  beforeEach(async () => {
    world = await streamingGateway({ lane, overlay });
  });

  it('answers each event in its turn, and completes when the source does', async () => {
    const client = await world.subscribe('subscription ($room: String) { t: ticks(room: $room) { id room } }', {
      variables: { room: 'a b' },
    });
    expect(client.response.status).toBe(200);
    expect(client.response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    const stream = await world.backend.stream();
    expect(stream.request.url).toBe('/ticks?room=a%20b');
    stream.send(tick(1));
    expect(await client.read(1)).toEqual([{ data: { t: { id: 1, room: 'a' } } }]);
    stream.send(tick(2));
    stream.send(tick(3));
    stream.done();
    expect(await client.all()).toEqual([1, 2, 3].map(id => ({ data: { t: { id, room: 'a' } } })));
    expect(client.complete).toBe(true);
    await until(() => stream.closed);
  });

  it('asks what an event links to anew for each event, once for each', async () => {
    const client = await world.subscribe('subscription { ticks { id product { name } a: product { id } } }');
    const stream = await world.backend.stream();
    stream.send(tick(1));
    stream.send({ ...tick(1), id: 2 });
    stream.done();
    const product = { product: { name: 'name of p1' }, a: { id: 'p1' } };
    expect(await client.all()).toEqual([
      { data: { ticks: { id: 1, ...product } } },
      { data: { ticks: { id: 2, ...product } } },
    ]);
    expect(world.backend.calls).toEqual(['/products?ids=p1', '/products?ids=p1']);
  });

  it('tells of an event that breaks the contract at its place, and goes on', async () => {
    const client = await world.subscribe('subscription { ticks { id tags } }');
    const stream = await world.backend.stream();
    stream.response.write('data: {"id": "no number", "tags": []}\n\n');
    stream.response.write('data: {no json\n\n');
    stream.send(tick(3));
    stream.done();
    const [wrong, broken, right] = (await client.all()) as {
      data: unknown;
      errors?: { path: unknown; extensions: object }[];
    }[];
    expect(wrong?.data).toEqual({ ticks: null });
    expect(wrong?.errors?.map(({ path }) => path)).toEqual([['ticks', 'id']]);
    expect(broken?.data).toEqual({ ticks: null });
    expect(broken?.errors?.[0]).toMatchObject({
      path: ['ticks'],
      extensions: { code: 'UPSTREAM_MALFORMED', source: 'ticks' },
    });
    expect(right).toEqual({ data: { ticks: { id: 3, tags: [] } } });
    expect(client.complete).toBe(true);
  });

  it('answers an event as a query that comes to the same value', async () => {
    const selection = '{ id room tags product { id name } __typename }';
    const query = await fetch(`${world.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: `{ ticks(room: "r") ${selection} }` }),
    });
    const client = await world.subscribe(`subscription { ticks(room: "r") ${selection} }`);
    const stream = await world.backend.stream();
    stream.send({ id: 0, tags: ['json'], productId: 'p0', room: 'r' });
    stream.done();
    expect(await client.all()).toEqual([await query.json()]);
  });
});

describe('who subscribes', () => {
  it('gets a stream only where he can read one', async () => {
    world = await streamingGateway();
    const query = 'subscription { ticks { id } }';
    const response = await fetch(`${world.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
    });
    expect(response.status).toBe(406);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_REQUEST' } }] });
    expect(world.backend.streams).toHaveLength(0);
  });

  it('gets the answer to a query as one event where he reads nothing else, and as JSON where he reads that too', async () => {
    world = await streamingGateway();
    const events = await world.subscribe('{ ticks { id } }');
    expect(await events.all()).toEqual([{ data: { ticks: { id: 0 } } }]);
    expect(events.complete).toBe(true);
    const response = await fetch(`${world.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
      body: JSON.stringify({ query: '{ ticks { id } }' }),
    });
    expect(response.headers.get('content-type')).toContain('application/json');
    expect(await response.json()).toEqual({ data: { ticks: { id: 0 } } });
  });

  it('reads what is wrong with his document as an event, and other refusals as the answer that they are', async () => {
    world = await streamingGateway({ sections: 'subscriptions: { perClient: 1 }' });
    const invalid = await world.subscribe('subscription { nothing }');
    expect(invalid.response.status).toBe(200);
    expect(await invalid.all()).toMatchObject([{ errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }] }]);
    const two = await world.subscribe('subscription { ticks { id } a: ticks { id } }');
    expect(await two.all()).toMatchObject([{ errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }] }]);
    await world.subscribe('subscription { ticks { id } }');
    const more = await world.subscribe('subscription { ticks { id } }');
    expect(more.response.status).toBe(429);
    expect(world.backend.streams).toHaveLength(1);
  });

  it('may do so by GET, as browsers do', async () => {
    world = await streamingGateway();
    const client = await world.subscribe('subscription { ticks { id } }', { method: 'GET' });
    const stream = await world.backend.stream();
    stream.send(tick(1));
    stream.done();
    expect(await client.all()).toEqual([{ data: { ticks: { id: 1 } } }]);
  });
});

describe('a stream ends', () => {
  const query = 'subscription { ticks { id } }';

  it('at the backend when its client leaves', async () => {
    world = await streamingGateway();
    const client = await world.subscribe(query);
    const stream = await world.backend.stream();
    stream.send(tick(1));
    await client.read(1);
    client.leave();
    await until(() => stream.closed);
    await until(() => world.gateway.counters.of('subscriptions').get('client') === 1);
    expect(world.lines).toContainEqual(
      expect.objectContaining({ msg: 'subscription ended', endedBy: 'client', events: 1 }),
    );
  });

  it('when it has lasted as long as it may', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    world = await streamingGateway({ sections: 'subscriptions: { lifetime: 1h }' });
    const client = await world.subscribe(query);
    const stream = await world.backend.stream();
    stream.send(tick(1));
    await client.read(1);
    vi.advanceTimersByTime(3_600_000);
    expect(await client.all()).toEqual([{ data: { ticks: { id: 1 } } }]);
    expect(client.complete).toBe(true);
    await until(() => stream.closed);
    expect(world.gateway.counters.of('subscriptions').get('lifetime')).toBe(1);
  });

  it('when another revision serves, and when the edge is configured anew', async () => {
    world = await streamingGateway();
    const first = await world.subscribe(query);
    await world.backend.stream();
    await world.rewrite({ overlay });
    expect(await first.all()).toEqual([]);
    expect(first.complete).toBe(true);
    const second = await world.subscribe(query);
    await world.backend.stream(1);
    await world.rewrite({ sections: 'subscriptions: { max: 7 }' });
    await second.all();
    expect(second.complete).toBe(true);
    await until(() => world.backend.open === 0);
  });

  it('in order when the gateway stops', async () => {
    world = await streamingGateway();
    const clients = await Promise.all([1, 2, 3].map(() => world.subscribe(query)));
    await world.backend.stream(2);
    const closing = world.gateway.close();
    for (const client of clients) await client.all();
    expect(clients.map(({ complete }) => complete)).toEqual([true, true, true]);
    await closing;
    await until(() => world.backend.open === 0);
  });

  it('not by the deadline of an operation', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    world = await streamingGateway({ gateway: 'deadline: 60s', overlay });
    const client = await world.subscribe('subscription { ticks { id product { id } } }');
    const stream = await world.backend.stream();
    stream.send(tick(1));
    await client.read(1);
    vi.advanceTimersByTime(600_000);
    stream.send(tick(2));
    stream.done();
    expect(await client.all()).toEqual([1, 2].map(id => ({ data: { ticks: { id, product: { id: `p${id}` } } } })));
  });
});

describe('how many are open', () => {
  const query = 'subscription { ticks { id } }';

  it('is bounded in all: one more is OVERLOADED, and has its place once another has ended', async () => {
    world = await streamingGateway({ sections: 'subscriptions: { max: 2 }' });
    const [first] = await Promise.all([world.subscribe(query), world.subscribe(query)]);
    await world.backend.stream(1);
    const more = await world.subscribe(query);
    expect(more.response.status).toBe(503);
    expect(world.gateway.counters.of('limitRefusals')).toEqual(new Map([['subscriptions', 1]]));
    first?.leave();
    await until(() => world.gateway.counters.of('subscriptions').get('client') === 1);
    const again = await world.subscribe(query);
    expect(again.response.status).toBe(200);
    await world.backend.stream(2);
  });

  it('is told in /metrics, with what ended them', async () => {
    world = await streamingGateway();
    const client = await world.subscribe(query);
    const stream = await world.backend.stream();
    stream.send(tick(1));
    stream.done();
    await client.all();
    const metrics = await (await fetch(`${world.gateway.adminUrl}/metrics`)).text();
    expect(metrics).toContain('selvage_subscriptions_total{state="opened"} 1');
    expect(metrics).toContain('selvage_subscriptions_total{state="complete"} 1');
    expect(metrics).toContain('selvage_subscription_events_total{answer="whole"} 1');
  });
});

describe('signs of life', () => {
  it('are sent where nothing else is', async () => {
    world = await streamingGateway({ sections: 'subscriptions: { heartbeat: 50ms }' });
    const client = await world.subscribe('subscription { ticks { id } }');
    const left = client.all().catch(() => undefined);
    await until(() => client.beats > 2);
    client.leave();
    await left;
  });
});
