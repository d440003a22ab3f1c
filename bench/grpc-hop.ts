import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Client, credentials } from '@grpc/grpc-js';
import { parse, Root } from 'protobufjs';
import type { CallContext, CallItem } from '../src/adapter/adapter.ts';
import { grpc } from '../src/adapters/grpc/index.ts';
import { openReader } from '../src/source/open-reader.ts';
import { defaultSourceOptions } from '../src/source/source.ts';

/**
 * What one unary call costs its client: our adapter's against grpc-js with protobufjs, by hand. CPU of this process alone, the server has one of
 * its own; medians of interleaved rounds, 32 calls under way. `npm run bench:grpc -- [rounds] [calls]`
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

const median = (all: readonly number[]) =>
  [...all].sort((one, other) => one - other)[Math.floor(all.length / 2)] ?? Number.NaN;

const [hand, adapter] = [byHand(), await byAdapter()];
for (const size of [1, 10, 40]) {
  const ids = Array.from({ length: size }, (_, index) => index + 1);
  const [ours, theirs, ratios]: [number[], number[], number[]] = [[], [], []];
  for (let round = 0; round <= rounds; round += 1) {
    const first = round % 2 === 0 ? hand : adapter;
    const one = await cost(first, ids);
    const other = await cost(first === hand ? adapter : hand, ids);
    if (round === 0) continue; // it warms both up
    const [own, by] = first === hand ? [other, one] : [one, other];
    ours.push(own);
    theirs.push(by);
    ratios.push(own / by);
  }
  console.log(
    `${size} users: by hand ${median(theirs).toFixed(0)} µs, adapter ${median(ours).toFixed(0)} µs, ratio ${median(ratios).toFixed(2)}`,
  );
}
server.kill();
process.exit(0);
