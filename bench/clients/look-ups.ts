import type { Place } from '../place.ts';
import type { Company } from './directory.ts';
import { RestClient } from './rest.ts';

export interface User {
  readonly id: number;
  readonly companyId?: number;
}

export type LookUp<T> = (ids: readonly number[]) => Promise<readonly (T | undefined)[]>;

/** What a batch of keys is looked up by, in their order, as a set's backends offer it. */
export async function lookUpsOf({ set, rest, grpc, soap }: Omit<Place, 'folder'>): Promise<{
  readonly users: LookUp<User>;
  readonly companies: LookUp<Company>;
}> {
  const client = new RestClient(rest);
  const none: LookUp<Company> = async ids => ids.map(() => undefined);
  if (set === 'slow')
    return { users: ids => Promise.all(ids.map(id => client.get<User>(`/users/${id}`))), companies: none };
  if (set === 'chain') {
    const [{ peopleClient }, { DirectoryClient }] = await Promise.all([
      import('./people.ts'),
      import('./directory.ts'),
    ]);
    const people = peopleClient(grpc);
    const directory = new DirectoryClient(soap);
    return {
      users: async ids => inOrder(ids, await people(ids)),
      companies: async ids => inOrder(ids, await directory.getCompanies(ids)),
    };
  }
  return {
    users: async ids =>
      inOrder(ids, await client.get<readonly User[]>(`/users?${ids.map(id => `id=${id}`).join('&')}`)),
    companies: none,
  };
}

function inOrder<T extends { readonly id: number }>(ids: readonly number[], found: readonly T[]): (T | undefined)[] {
  const byId = new Map(found.map(each => [each.id, each]));
  return ids.map(id => byId.get(id));
}
