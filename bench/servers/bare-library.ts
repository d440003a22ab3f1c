import { fileURLToPath } from 'node:url';
import { createClientAsync } from 'soap';
import { place } from '../clients/given-place.ts';
import { peopleClient } from '../clients/people.ts';
import { type Answer, serveQueries } from '../clients/query-server.ts';
import { users } from '../data.ts';
import { workloads } from '../workload.ts';

/** One hop as the usual client library makes it, npm `soap` or grpc-js with proto-loader, behind node:http. */
const queryOf = (name: string) => workloads.find(each => each.name === name)?.query ?? name;

const wsdl = fileURLToPath(new URL('../documents/directory.wsdl', import.meta.url));
const directory = await createClientAsync(wsdl, {}, place.soap);
const getUsers = peopleClient(place.grpc);
const ids = users.map(({ id }) => id);

interface Invoice {
  readonly number: string;
  readonly product: string;
  readonly quantity: number;
  readonly paid: boolean;
  readonly note: string;
}

async function soap(): Promise<Answer> {
  const [{ invoice }] = (await directory['GetInvoicesAsync']({ companyId: 1 })) as [{ invoice: Invoice[] }]; // our own backend
  return { data: { getInvoices: invoice } };
}

async function grpc(): Promise<Answer> {
  const found = await getUsers(ids);
  return { data: { batchGetUsers: { users: found.map(({ id, name, email }) => ({ id, name, email })) } } };
}

serveQueries(
  new Map([
    [queryOf('soap'), soap],
    [queryOf('grpc'), grpc],
  ]),
  place.port,
);
