import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import { grpc } from '../../src/adapters/grpc/index.ts';
import type { Lane } from '../../src/edge/handler.ts';
import { createGateway, type Gateway } from '../../src/gateway.ts';
import { Catalogue, openMember } from '../../src/supergraph/catalogue.ts';
import { batchOffers } from '../../src/supergraph/links/batch-offers.ts';
import { describeProto, sourceOf } from '../adapters/grpc/backend.ts';
import { type ServedCall, type StreamBackend, streamBackend } from '../adapters/grpc/stream-backend.ts';

const proto = `
syntax = "proto3";
package shop.v1;
message Empty {}
message Order { int32 id = 1; string product_name = 2; }
message Orders { repeated Order orders = 1; }
message Names { string parent = 1; repeated string names = 2; }
message Product { string name = 1; int64 price = 2; }
message Products { repeated Product products = 1; }
service Shop { rpc ListOrders(Empty) returns (Orders); rpc BatchGetProducts(Names) returns (Products); }
`;

let gateway: Gateway;
let backend: StreamBackend;
let folder: string;

const close = async () => {
  await gateway.close();
  await backend.close();
  await rm(folder, { recursive: true });
};

/** Fifty orders of as many products, of which the batch knows all but every tenth, and answers the other way round. */
async function world(
  lane: Lane,
  overlay: string,
  answers: (names: readonly string[], call: ServedCall) => string[] | undefined,
) {
  backend = await streamBackend(proto, {
    unary: (method, request, call) => {
      if (method === 'ListOrders')
        return { orders: Array.from({ length: 50 }, (_, id) => ({ id: id + 1, productName: `p/${id + 1}` })) };
      const { names = [] } = request as { names?: string[] };
      return answers(names, call)?.reduce(
        (reply, name) => ({ products: [{ name, price: `9007199254740${name.slice(2)}` }, ...reply.products] }),
        { products: [] as { name: string; price: string }[] },
      );
    },
  });
  folder = await mkdtemp(join(tmpdir(), 'selvage-batches-'));
  await writeFile(join(folder, 'shop.proto'), proto);
  await writeFile(join(folder, 'overlay.graphql'), overlay);
  await writeFile(
    join(folder, 'selvage.yaml'),
    `gateway: { port: 0, overlay: overlay.graphql }\nsources:\n  shop: { document: shop.proto, endpoint: "${backend.endpoint}" }\n`,
  );
  gateway = await createGateway({
    config: join(folder, 'selvage.yaml'),
    env: {},
    log: pino({ level: 'silent' }),
    lane,
  });
  const { url } = await gateway.listen();
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: '{ listOrders { orders { id product { price } } } }' }),
  });
  return (await response.json()) as {
    data: { listOrders: { orders: { id: number; product: { price: string } | null }[] } };
    errors?: { path: unknown[]; extensions: object }[];
  };
}

const offered =
  'extend type Order { product: Product @resolve(call: "shop.batchGetProducts", batch: { key: "$parent.productName", into: "names", match: "name" }, select: "products") }';

describe.each(['plan', 'reference'] as const)('fifty parents, lane %s', lane => {
  afterEach(close);

  it('are one BatchGet, each with its own answer, and those that it does not know with none', async () => {
    const { data, errors } = await world(lane, offered, names => names.filter(name => !name.endsWith('0')));
    expect(errors).toBeUndefined();
    for (const { id, product } of data.listOrders.orders)
      expect(product).toEqual(id % 10 === 0 ? null : { price: `9007199254740${id}` });
    expect(backend.calls.map(({ method }) => method)).toEqual(['ListOrders', 'BatchGetProducts']);
    expect(backend.calls[1]?.requests).toEqual([{ names: Array.from({ length: 50 }, (_, id) => `p/${id + 1}`) }]);
  });

  it('are several where the batch is bounded, and one that fails takes no other with it', async () => {
    const bounded = offered.replace('match: "name"', 'match: "name", max: 20');
    const before = backend;
    const answering = world(lane, bounded, names => (names.includes('p/21') ? undefined : [...names]));
    const failing = async () => {
      for (;;) {
        const call =
          backend === before
            ? undefined
            : backend.calls.find(({ requests }) => JSON.stringify(requests).includes('"p/21"'));
        if (call?.method === 'BatchGetProducts') return call.fail(14, 'ORA-1');
        await new Promise(resolve => setTimeout(resolve, 5));
      }
    };
    const [{ data, errors = [] }] = await Promise.all([answering, failing()]);
    const lost = data.listOrders.orders.filter(({ product }) => product === null).map(({ id }) => id);
    expect(lost).toEqual(Array.from({ length: 20 }, (_, index) => index + 21));
    expect(errors.map(({ path }) => path[2])).toEqual(lost.map(id => id - 1));
    expect(errors[0]?.extensions).toMatchObject({ code: 'UPSTREAM_UNREACHABLE', grpc: { code: 14 } });
    expect(backend.calls).toHaveLength(4);
  });

  it('of which one is not there, and the batch fails for it, are asked in halves', async () => {
    const { data, errors } = await world(lane, offered, (names, call) => {
      if (!names.includes('p/21')) return [...names];
      call.fail(5);
      return undefined;
    });
    expect(errors).toBeUndefined();
    for (const { id, product } of data.listOrders.orders)
      expect(product).toEqual(id === 21 ? null : { price: `9007199254740${id}` });
    const sizes = backend.calls.slice(1).map(({ requests }) => (requests[0] as { names: string[] }).names.length);
    expect(sizes.toSorted((a, b) => b - a)).toEqual([50, 25, 25, 13, 12, 6, 6, 3, 3, 2, 1, 1, 1]);
  });
});

it('a BatchGet is offered, as the line to paste', async () => {
  const source = sourceOf();
  const described = await describeProto(proto, source);
  if (!described.ok) throw new TypeError(JSON.stringify(described.diagnostics));
  const member = openMember({ source, subschema: grpc.connect(described.value.blueprint, source) });
  expect(batchOffers(new Catalogue([member])).map(({ code, hint }) => [code, hint])).toEqual([
    ['BATCH_OFFERED', offered],
  ]);
});
