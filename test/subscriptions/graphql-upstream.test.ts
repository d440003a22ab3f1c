import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { buildSchema, type ExecutionResult, parse, subscribe } from 'graphql';
import { createHandler } from 'graphql-sse/lib/use/http';
import { pino } from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import { createGateway, type Gateway } from '../../src/gateway.ts';
import { until } from '../adapters/backends/traffic.ts';

let close: () => Promise<void> = async () => undefined;

afterEach(() => close());

const sdl = `
  schema { query: Q subscription: Live }
  type Q { now: Int }
  type Live { ticks(from: Int!): Tick any: Node }
  interface Node { id: ID! }
  type Tick implements Node { id: ID! at: Int label: String! }
`;

interface World {
  readonly gateway: Gateway;
  readonly open: () => number;
  ask(query: string): Promise<ExecutionResult[]>;
}

async function world(
  lane: 'plan' | 'reference',
  answer?: (request: IncomingMessage) => [string, string],
): Promise<World> {
  let open = 0;
  const schema = buildSchema(sdl);
  const rootValue = {
    ticks: async function* ({ from }: { from: number }) {
      for (let at = from; at < from + 3; at += 1) {
        const label = () => {
          if (at === from + 1) throw new Error('secret');
          return `tick ${at}`;
        };
        yield { ticks: { __typename: 'Tick', id: `t${at}`, at, label } };
      }
      if (from > 100) await new Promise(() => undefined);
    },
    any: async function* () {
      yield { any: { __typename: 'Tick', id: 'x', at: 1, label: () => 'l' } };
    },
  };
  const handler = createHandler({
    onSubscribe: async (_request, { query, variables }) =>
      subscribe({ schema, document: parse(query), rootValue, variableValues: variables ?? {} }) as never, // graphql-sse takes what graphql-js gives
  });
  const server: Server = createServer(async (request, response) => {
    open += 1;
    response.on('close', () => {
      open -= 1;
    });
    if (!answer) return handler(request, response);
    await text(request);
    const [type, body] = answer(request);
    response.writeHead(200, { 'content-type': type }).end(body);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // it listens on a port
  const folder = await mkdtemp(join(tmpdir(), 'selvage-live-'));
  await writeFile(join(folder, 'live.graphql'), sdl);
  await writeFile(
    join(folder, 'selvage.yaml'),
    `gateway: { port: 0 }\nsources:\n  live: { protocol: graphql, document: live.graphql, endpoint: "http://127.0.0.1:${port}/", prefix: L }\n`,
  );
  const gateway = await createGateway({
    config: join(folder, 'selvage.yaml'),
    env: {},
    lane,
    log: pino({ level: 'silent' }),
  });
  close = async () => {
    await gateway.close();
    server.closeAllConnections();
    await new Promise(resolve => server.close(resolve));
    await rm(folder, { recursive: true });
  };
  return {
    gateway,
    open: () => open,
    async ask(query) {
      const { stream, result } = await gateway.handler({
        ...{ id: 'r', query, method: 'POST', headers: {}, signal: new AbortController().signal, streams: true },
      });
      if (!stream) return [result as ExecutionResult];
      const answers: ExecutionResult[] = [];
      for (let each = await stream.next(); each; each = await stream.next())
        answers.push(JSON.parse(JSON.stringify(each.result)));
      return answers;
    },
  };
}

describe.each(['plan', 'reference'] as const)('a GraphQL upstream that streams, lane %s', lane => {
  it('brings each event, with its faults at their places', async () => {
    const { ask } = await world(lane);
    expect(await ask('subscription { t: lTicks(from: 5) { i: id at label __typename } }')).toMatchObject([
      { data: { t: { i: 't5', at: 5, label: 'tick 5', __typename: 'LTick' } } },
      { data: { t: null }, errors: [{ path: ['t', 'label'], extensions: { code: 'UPSTREAM_ERROR', source: 'live' } }] },
      { data: { t: { i: 't7', at: 7, label: 'tick 7', __typename: 'LTick' } } },
    ]);
    expect(await ask('subscription { lAny { id ... on LTick { at } } }')).toEqual([
      { data: { lAny: { id: 'x', at: 1 } } },
    ]);
  });

  it('is left when nobody listens any more', async () => {
    const { gateway, open } = await world(lane);
    const { stream } = await gateway.handler({
      ...{ id: 'r', query: 'subscription { lTicks(from: 200) { id } }', method: 'POST', headers: {}, streams: true },
      signal: new AbortController().signal,
    });
    await stream?.next();
    expect(open()).toBe(1);
    stream?.end('client');
    await until(() => open() === 0);
  });

  it.each<[string, [string, string], string]>([
    [
      'that refuses',
      ['application/json', '{"errors":[{"message":"secret","extensions":{"code":"NOT_FOUND"}}]}'],
      'NOT_FOUND',
    ],
    ['that cannot', ['text/html', '<h1>hi'], 'UPSTREAM_MALFORMED'],
    ['that breaks off', ['text/event-stream', 'event: next\ndata: {'], 'UPSTREAM_UNREACHABLE'],
    [
      'that sends what is no answer',
      ['text/event-stream', 'event: next\ndata: 7\n\nevent: complete\n\n'],
      'UPSTREAM_MALFORMED',
    ],
  ])('or one %s is a fault', async (_what, answer, code) => {
    const { ask } = await world(lane, () => answer);
    const answers = await ask('subscription { lTicks(from: 1) { id } }');
    expect(answers.map(({ errors = [] }) => errors.map(({ extensions }) => extensions?.['code']))).toContainEqual([
      code,
    ]);
    expect(JSON.stringify(answers)).not.toContain('secret');
  });
});
