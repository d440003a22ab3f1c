import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { createClientAsync } from 'soap';
import type { CallContext, CallItem } from '../src/adapter/adapter.ts';
import { soap } from '../src/adapters/soap/index.ts';
import { openReader } from '../src/source/open-reader.ts';
import { defaultSourceOptions } from '../src/source/source.ts';
import { carefulItems, DirectoryClient, hastyItems, type Invoice } from './clients/directory.ts';

/**
 * What one SOAP call costs its client: our adapter's against undici with saxes by hand, and against `soap`'s own. CPU of this process alone, the
 * server has one of its own; medians of interleaved rounds, 16 calls under way. `npm run bench:soap -- [rounds] [calls]`
 */
const [rounds, calls] = [Number(process.argv[2] ?? 9), Number(process.argv[3] ?? 1_000)];
const underWay = 16;

const wsdl = fileURLToPath(new URL('./documents/directory.wsdl', import.meta.url));
const server = spawn(
  process.execPath,
  ['--import', 'tsx', fileURLToPath(new URL('./servers/soap-list.ts', import.meta.url))],
  { stdio: ['ignore', 'pipe', 'inherit'] },
);
const [line] = (await once(server.stdout, 'data')) as [Buffer];
const endpoint = `http://127.0.0.1:${String(line).trim()}/directory`;

type Ask = (count: number) => Promise<readonly Invoice[]>;

function byHand(read: typeof carefulItems): Ask {
  const client = new DirectoryClient(endpoint, read);
  return count => client.getInvoices(count);
}

async function bySoap(): Promise<Ask> {
  const client = await createClientAsync(wsdl, {}, endpoint);
  return async companyId => {
    const [{ invoice }] = (await client['GetInvoicesAsync']({ companyId })) as [{ invoice: Invoice[] }]; // our own backend
    return invoice;
  };
}

async function byAdapter(): Promise<Ask> {
  const options = { ...defaultSourceOptions, concurrency: 64 };
  const source = { name: 'directory', protocol: 'soap', document: wsdl, endpoint, options };
  const described = await soap.describe(source, { reader: openReader(source), signal: new AbortController().signal });
  if (!described.ok) throw new TypeError(JSON.stringify(described.diagnostics));
  const subschema = soap.connect(described.value.blueprint, source);
  const call = subschema.blueprint.calls['Query.getInvoices'];
  const never: CallContext['signal'] = {
    ...{ aborted: false, reason: undefined },
    addEventListener: () => undefined,
    removeEventListener: () => undefined,
  };
  return async companyId => {
    const item: CallItem = { args: { companyId } };
    const context: CallContext = { signal: never, deadline: performance.now() + 10_000, headers: {}, requestId: 'r' };
    const [outcome] = await subschema.send(call, [item], context);
    if (!outcome || 'fault' in outcome) throw outcome?.fault;
    return outcome.value as Invoice[]; // as its document says
  };
}

/** Microseconds of CPU for each call. */
async function cost(ask: Ask, count: number, calls: number): Promise<number> {
  let left = calls;
  const before = process.cpuUsage();
  const worker = async () => {
    while (left > 0) {
      left -= 1;
      const found = await ask(count);
      if (found.length !== count || typeof found.at(-1)?.quantity !== 'number')
        throw new TypeError('not what was asked for');
    }
  };
  await Promise.all(Array.from({ length: underWay }, worker));
  const { user, system } = process.cpuUsage(before);
  return (user + system) / calls;
}

const median = (all: readonly number[]) =>
  [...all].sort((one, other) => one - other)[Math.floor(all.length / 2)] ?? Number.NaN;

const systems: Readonly<Record<string, Ask>> = {
  adapter: await byAdapter(),
  'by hand': byHand(carefulItems),
  'without namespaces': byHand(hastyItems),
  soap: await bySoap(),
};
const names = Object.keys(systems);
const figures = new Map<string, number[]>();
const figuresOf = (name: string, count: number) => figures.get(`${name} ${count}`) ?? [];
for (let round = 0; round <= rounds; round += 1) {
  for (const count of [50, 100, 200]) {
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      const figure = await cost(systems[name]!, count, name === 'soap' ? Math.ceil(calls / 5) : calls);
      if (round > 0) figures.set(`${name} ${count}`, [...figuresOf(name, count), figure]); // the first warms up
    }
  }
}
const ratio = (one: readonly number[], other: readonly number[]) =>
  median(one.map((figure, round) => figure / other[round]!)).toFixed(2);
for (const count of [50, 100, 200]) {
  const ours = figuresOf('adapter', count);
  const told = names.map(name => `${name} ${median(figuresOf(name, count)).toFixed(0)} µs`);
  const others = names.slice(1).map(name => `${ratio(ours, figuresOf(name, count))} x ${name}`);
  console.log(`${count} items: ${told.join(', ')}; adapter ${others.join(', ')}`);
}
console.log(`adapter, 200 items x 100: ${ratio(figuresOf('adapter', 200), figuresOf('adapter', 100))}`);
server.kill();
process.exit(0);
