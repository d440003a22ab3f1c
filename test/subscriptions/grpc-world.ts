import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import type { Lane } from '../../src/edge/handler.ts';
import { createGateway, type Gateway } from '../../src/gateway.ts';
import { type StreamBackend, streamBackend } from '../adapters/grpc/stream-backend.ts';
import { type SseClient, sseClient } from './streaming-gateway.ts';

const proto = `
syntax = "proto3";
package ticks.v1;
message Room { string room = 1; }
message Tick { int32 id = 1; string room = 2; string product_id = 3; }
message Products { repeated string ids = 1; }
message Product { string id = 1; string name = 2; }
message ProductList { repeated Product products = 1; }
message Sum { int64 total = 1; }
service Ticks {
  rpc Watch(Room) returns (stream Tick);
  rpc Add(stream Tick) returns (Sum);
  rpc Chat(stream Tick) returns (stream Tick);
  rpc ListProducts(Products) returns (ProductList);
}
`;

/** Asked of the other source: a REST backend would do as well, but this one counts. */
const overlay = `extend type Tick {
  product: Product @resolve(call: "ticks.listProducts", batch: { key: "$parent.productId", into: "ids", match: "id" }, select: "products")
}`;

interface Options {
  readonly sections?: string;
  /** Keys of the source. */
  readonly source?: string;
  readonly lane?: Lane;
}

/** A whole gateway before a gRPC server whose streams the test writes. */
export interface GrpcWorld {
  readonly gateway: Gateway;
  readonly backend: StreamBackend;
  readonly url: string;
  subscribe(query: string, variables?: Record<string, unknown>): Promise<SseClient>;
  query(query: string): Promise<unknown>;
  close(): Promise<void>;
}

export async function grpcWorld({ sections = '', source = '', lane }: Options = {}): Promise<GrpcWorld> {
  const folder = await mkdtemp(join(tmpdir(), 'selvage-grpc-'));
  const backend = await streamBackend(proto, {
    unary: (_method, request) => {
      const { ids = [] } = request as { ids?: string[] };
      return { products: ids.map(id => ({ id, name: `name of ${id}` })) };
    },
  });
  await writeFile(join(folder, 'ticks.proto'), proto);
  await writeFile(join(folder, 'overlay.graphql'), overlay);
  await writeFile(
    join(folder, 'selvage.yaml'),
    `gateway: { port: 0, overlay: overlay.graphql }
sources:
  ticks:
    document: ticks.proto
    endpoint: "${backend.endpoint}"
    ${source}
${sections}
`,
  );
  const gateway = await createGateway({
    config: join(folder, 'selvage.yaml'),
    env: {},
    log: pino({ level: 'silent' }),
    ...(lane ? { lane } : {}),
  });
  const { url } = await gateway.listen();
  const left: (() => void)[] = [];
  return {
    gateway,
    backend,
    url,
    async subscribe(query, variables) {
      const client = await sseClient(`${url}/graphql`, query, variables ? { variables } : {});
      left.push(() => client.leave());
      return client;
    },
    async query(query) {
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query }),
      });
      return response.json();
    },
    async close() {
      for (const leave of left) leave();
      await gateway.close();
      await backend.close();
      await rm(folder, { recursive: true });
    },
  };
}
