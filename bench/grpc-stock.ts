import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Client, credentials } from '@grpc/grpc-js';
import { parse, Root } from 'protobufjs';
import type { CallContext } from '../src/adapter/adapter.ts';
import { grpc } from '../src/adapters/grpc/index.ts';
import { createCodec } from '../src/adapters/grpc/wire/codec.ts';
import { Stop } from '../src/base/stop.ts';
import { openReader } from '../src/source/open-reader.ts';
import { defaultSourceOptions, type Source } from '../src/source/source.ts';

const proto = fileURLToPath(new URL('./documents/stock.proto', import.meta.url));
const { root } = parse(await readFile(proto, 'utf8'), new Root());

/** What GraphQL coerces an item to. */
const itemOf = (id: number) => ({
  ...{ id, name: `Item number ${id}`, weight: id * 1.25, fresh: id % 2 === 0, kind: id % 2 === 0 ? 'FRUIT' : 'TOOL' },
  ...{ price: { units: String(1_000 + id), nanos: 500_000, currency: 'EUR' }, tags: ['red', 'sweet'] },
  ...{
    sizes: [1, 2, 300],
    description: 'Says what the item is, in a sentence or two – at length.',
    stock: '123456789',
  },
});

async function blueprintOf(source: Source) {
  const described = await grpc.describe(source, { reader: openReader(source), signal: new AbortController().signal });
  if (!described.ok) throw new TypeError(JSON.stringify(described.diagnostics));
  return described.value.blueprint;
}

const sourceAt = (endpoint: string): Source => ({
  ...{ name: 'stock', protocol: 'grpc', document: proto, endpoint, options: defaultSourceOptions },
});

/** Microseconds of CPU. */
async function cpuOf(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

export const median = (all: readonly number[]) =>
  [...all].sort((one, other) => one - other)[Math.floor(all.length / 2)] ?? Number.NaN;

/** Writing a request of 200 objects: our codec from coerced arguments, and protobufjs, by hand from the same and from messages that are ready. */
export async function tellWriting(rounds: number): Promise<void> {
  const { model } = await blueprintOf(sourceAt('127.0.0.1:1'));
  const codec = createCodec(model as Parameters<typeof createCodec>[0]); // a blueprint of its own adapter
  const items = Array.from({ length: 200 }, (_, id) => itemOf(id + 1));
  const type = root.lookupType('bench.stock.PutItemsRequest');
  const message = type.fromObject({ items });
  const name = { source: 'stock', operation: 'putItems' };
  const ways = {
    protobufjs: () => type.encode(type.fromObject({ items })).finish(),
    'of ready messages': () => type.encode(message).finish(),
    ours: () => codec.encode('bench.stock.PutItemsRequest', { items }, name),
  };
  if (Buffer.compare(ways.ours(), ways.protobufjs()) !== 0) throw new TypeError('not the same bytes');
  const times = 300;
  const spent = Object.entries(ways).map(([way, work]) => ({ way, work, micros: [] as number[] }));
  for (let round = 0; round <= rounds; round += 1) {
    for (const { work, micros } of spent) {
      const all = await cpuOf(() => {
        for (let count = 0; count < times; count += 1) work();
      });
      if (round > 0) micros.push(all / times); // the first warms all up
    }
  }
  const base = spent[0]!.micros;
  const told = spent.map(({ way, micros }) => {
    const ratio = median(micros.map((each, round) => each / base[round]!));
    return `${way} ${median(micros).toFixed(0)} µs (${ratio.toFixed(2)})`;
  });
  console.log(`a request of 200 objects, ${ways.ours().length} bytes, is written: ${told.join(', ')}`);
}

/** What streams that are open at once cost for each of their events, opening included. */
export async function tellStreams(rounds: number, streams: number): Promise<void> {
  const server = spawn(
    process.execPath,
    [
      ...['--import', 'tsx', fileURLToPath(new URL('./servers/grpc-stream.ts', import.meta.url))],
      ...[JSON.stringify(root.toJSON()), JSON.stringify(itemOf(7))],
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const [line] = (await once(server.stdout, 'data')) as [Buffer];
  const endpoint = `127.0.0.1:${String(line).trim()}`;
  const events = 20;
  const [hand, adapter] = [byHand(endpoint), await byAdapter(endpoint)];
  const [own, by]: [number[], number[]] = [[], []];
  for (let round = 0; round <= rounds; round += 1) {
    const one = (await cpuOf(() => hand(streams, events))) / streams / events;
    const other = (await cpuOf(() => adapter(streams, events))) / streams / events;
    if (round === 0) continue;
    by.push(one);
    own.push(other);
  }
  const ratio = median(own.map((each, index) => each / by[index]!));
  console.log(
    `${streams} streams at once of ${events} events: by hand ${median(by).toFixed(0)} µs an event, adapter ${median(own).toFixed(0)} µs, ratio ${ratio.toFixed(2)}`,
  );
  server.kill();
}

/** Opens streams, and takes their events to the end. */
type Drain = (streams: number, events: number) => Promise<void>;

function byHand(endpoint: string): Drain {
  const [request, item] = ['WatchItemsRequest', 'Item'].map(name => root.lookupType(`bench.stock.${name}`));
  const client = new Client(endpoint, credentials.createInsecure());
  const encode = (count: number) => Buffer.from(request!.encode({ count }).finish());
  const decode = (bytes: Buffer) => item!.decode(bytes);
  const drain = (events: number) =>
    new Promise<void>((resolve, reject) => {
      const call = client.makeServerStreamRequest('/bench.stock.Stock/WatchItems', encode, decode, events);
      let came = 0;
      call.on('data', () => {
        came += 1;
      });
      call.on('error', reject);
      call.on('end', () => (came === events ? resolve() : reject(new TypeError(`${came} events`))));
    });
  return async (streams, events) => {
    await Promise.all(Array.from({ length: streams }, () => drain(events)));
  };
}

async function byAdapter(endpoint: string): Promise<Drain> {
  const source = sourceAt(endpoint);
  const subschema = grpc.connect(await blueprintOf(source), source);
  const call = subschema.blueprint.calls['Subscription.watchItems'];
  const drain = async (events: number) => {
    const context: CallContext = {
      ...{ signal: new Stop(), deadline: Number.POSITIVE_INFINITY, headers: {}, requestId: 'r' },
    };
    let came = 0;
    for await (const outcome of subschema.subscribe!(call, { args: { count: events } }, context)) {
      if ('fault' in outcome) throw outcome.fault;
      came += 1;
    }
    if (came !== events) throw new TypeError(`${came} events`);
  };
  return async (streams, events) => {
    await Promise.all(Array.from({ length: streams }, () => drain(events)));
  };
}
