import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:http2';
import { fileURLToPath } from 'node:url';
import { Client, credentials } from '@grpc/grpc-js';
import { parse, Root } from 'protobufjs';
import type { CallContext, CallItem } from '../src/adapter/adapter.ts';
import { grpc } from '../src/adapters/grpc/index.ts';
import { openReader } from '../src/source/open-reader.ts';
import { defaultSourceOptions } from '../src/source/source.ts';
import { median, tellStreams, tellWriting } from './grpc-stock.ts';

/**
 * What one unary call costs its client: our adapter's against grpc-js with protobufjs, by hand, and against bare node:http2 with protobufjs,
 * which has a deadline and a status but no channel: one connection, no retries, no balancing, no look at GOAWAY. Then what writing a large
 * request costs, and 1,000 streams at once. CPU of this process alone, the server has one of its own; medians of interleaved rounds, 32
 * calls under way. `npm run bench:grpc -- [rounds] [calls]`
 */
const [rounds, calls] = [Number(process.argv[2] ?? 9), Number(process.argv[3] ?? 6_000)];
const underWay = 32;

const proto = fileURLToPath(new URL('./documents/people.proto', import.meta.url));
const { root } = parse(await readFile(proto, 'utf8'), new Root());
const server = spawn(
  process.execPath,
  ['--import', 'tsx', fileURLToPath(new URL('./servers/grpc-list.ts', import.meta.url)), JSON.stringify(root.toJSON())],
  { stdio: ['ignore', 'pipe', 'inherit'] },
);
const [line] = (await once(server.stdout, 'data')) as [Buffer];
const endpoint = `127.0.0.1:${String(line).trim()}`;

interface User {
  readonly id: number;
  readonly name: string;
  readonly email: string;
}

type Ask = (ids: readonly number[]) => Promise<readonly User[]>;

function byHand(): Ask {
  const [request, reply] = ['BatchGetUsersRequest', 'BatchGetUsersResponse'].map(name =>
    root.lookupType(`bench.people.${name}`),
  );
  const client = new Client(endpoint, credentials.createInsecure());
  const encode = (ids: readonly number[]) => Buffer.from(request!.encode({ ids }).finish());
  const decode = (bytes: Buffer) => reply!.decode(bytes) as unknown as { users: User[] };
  return ids =>
    new Promise((resolve, reject) => {
      client.makeUnaryRequest('/bench.people.People/BatchGetUsers', encode, decode, ids, (error, answer) => {
        if (error || !answer) reject(error);
        else resolve(answer.users);
      });
    });
}

function byHttp2(): Ask {
  const [request, reply] = ['BatchGetUsersRequest', 'BatchGetUsersResponse'].map(name =>
    root.lookupType(`bench.people.${name}`),
  );
  const session = connect(`http://${endpoint}`);
  const headers = {
    ...{ ':method': 'POST', ':path': '/bench.people.People/BatchGetUsers', 'content-type': 'application/grpc' },
    ...{ te: 'trailers', 'grpc-timeout': '10S' },
  };
  return ids =>
    new Promise((resolve, reject) => {
      const stream = session.request(headers);
      const chunks: Buffer[] = [];
      const timer = setTimeout(() => stream.close(), 10_000);
      let status = '';
      stream.on('response', each => {
        status = String(each['grpc-status'] ?? '');
      });
      stream.on('trailers', each => {
        status = String(each['grpc-status']);
      });
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('error', reject);
      stream.on('end', () => {
        clearTimeout(timer);
        if (status !== '0') reject(new TypeError(`status ${status}`));
        else resolve((reply!.decode(Buffer.concat(chunks).subarray(5)) as unknown as { users: User[] }).users);
      });
      const message = request!.encode({ ids }).finish();
      const framed = Buffer.allocUnsafe(5 + message.length);
      framed[0] = 0;
      framed.writeUInt32BE(message.length, 1);
      framed.set(message, 5);
      stream.end(framed);
    });
}

async function byAdapter(): Promise<Ask> {
  const source = { name: 'people', protocol: 'grpc', document: proto, endpoint, options: defaultSourceOptions };
  const described = await grpc.describe(source, { reader: openReader(source), signal: new AbortController().signal });
  if (!described.ok) throw new TypeError(JSON.stringify(described.diagnostics));
  const subschema = grpc.connect(described.value.blueprint, source);
  const call = subschema.blueprint.calls['Query.batchGetUsers'];
  const never: CallContext['signal'] = {
    ...{ aborted: false, reason: undefined },
    addEventListener: () => undefined,
    removeEventListener: () => undefined,
  };
  return async ids => {
    const item: CallItem = { args: { ids } };
    const context: CallContext = { signal: never, deadline: performance.now() + 10_000, headers: {}, requestId: 'r' };
    const [outcome] = await subschema.send(call, [item], context);
    if (!outcome || 'fault' in outcome) throw outcome?.fault;
    return (outcome.value as { users: User[] }).users; // as its document says
  };
}

/** Microseconds of CPU for each call. */
async function cost(ask: Ask, ids: readonly number[]): Promise<number> {
  let left = calls;
  const before = process.cpuUsage();
  const worker = async () => {
    while (left > 0) {
      left -= 1;
      const users = await ask(ids);
      if (users.length !== ids.length || users.at(-1)?.id !== ids.length) throw new TypeError('not what was asked for');
    }
  };
  await Promise.all(Array.from({ length: underWay }, worker));
  const { user, system } = process.cpuUsage(before);
  return (user + system) / calls;
}

const systems = { 'by hand': byHand(), adapter: await byAdapter(), 'node:http2': byHttp2() };
const names = Object.keys(systems) as (keyof typeof systems)[]; // as they are written above
for (const size of [1, 10, 40]) {
  const ids = Array.from({ length: size }, (_, index) => index + 1);
  const spent = { 'by hand': [] as number[], adapter: [] as number[], 'node:http2': [] as number[] };
  for (let round = 0; round <= rounds; round += 1) {
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      const micros = await cost(systems[name], ids);
      if (round > 0) spent[name].push(micros); // the first warms all up
    }
  }
  const ratio = (name: keyof typeof systems) =>
    median(spent[name].map((each, round) => each / spent['by hand'][round]!)).toFixed(2);
  const told = names.map(name => `${name} ${median(spent[name]).toFixed(0)} µs (${ratio(name)})`);
  console.log(`${size} users: ${told.join(', ')}`);
}
server.kill();
await tellWriting(rounds);
await tellStreams(Math.min(rounds, 5), 1_000);
process.exit(0);
