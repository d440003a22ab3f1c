import { fileURLToPath } from 'node:url';
import { createClientAsync } from 'soap';
import type { CallContext, CallItem } from '../../src/adapter/adapter.ts';
import { soap } from '../../src/adapters/soap/index.ts';
import { openReader } from '../../src/source/open-reader.ts';
import { defaultSourceOptions } from '../../src/source/source.ts';
import { carefulItems, DirectoryClient, hastyItems, type Invoice } from '../clients/directory.ts';

/** One client of `soap-list.ts`: makes as many calls as its parent says, and tells what each cost. */
export type HopSystem = 'adapter' | 'by hand' | 'without namespaces' | 'soap';

type Ask = (count: number) => Promise<readonly Partial<Invoice>[]>;

const [system, endpoint = ''] = process.argv.slice(2) as [HopSystem, string]; // our own parent
const wsdl = fileURLToPath(new URL('../documents/directory.wsdl', import.meta.url));
const underWay = 16;

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
  const source = { name: 'directory', protocol: 'soap', document: wsdl, endpoint, options: defaultSourceOptions };
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

function asked(): Ask | Promise<Ask> {
  switch (system) {
    case 'adapter':
      return byAdapter();
    case 'by hand':
      return byHand(carefulItems);
    case 'without namespaces':
      return byHand(hastyItems);
    case 'soap':
      return bySoap();
  }
}

const ask = await asked();

async function cost(count: number, calls: number): Promise<number> {
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

process.on('message', async ({ count, calls }: { readonly count: number; readonly calls: number }) => {
  const micros = await cost(count, calls);
  process.send?.({ micros, rssMb: process.memoryUsage.rss() / 1024 / 1024 });
});
process.send?.('ready');
