import { fileURLToPath } from 'node:url';
import { credentials, loadPackageDefinition, type ServiceClientConstructor, type ServiceError } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';

export interface Person {
  readonly id: number;
  readonly name: string;
  readonly email: string;
  readonly companyId: number;
}

const proto = fileURLToPath(new URL('../documents/people.proto', import.meta.url));

type BatchGetUsers = (
  request: { readonly ids: readonly number[] },
  reply: (error: ServiceError | null, answer: { readonly users: readonly Person[] }) => void,
) => void;

/** The gRPC backend as everybody calls it from Node.js: grpc-js and proto-loader. */
export function peopleClient(address: string): (ids: readonly number[]) => Promise<readonly Person[]> {
  const { bench } = loadPackageDefinition(loadSync(proto, { defaults: true })) as unknown as {
    bench: { people: { People: ServiceClientConstructor } }; // our own file
  };
  const client = new bench.people.People(address, credentials.createInsecure());
  const batchGetUsers: BatchGetUsers = client['batchGetUsers']!.bind(client);
  return ids =>
    new Promise((resolve, reject) => {
      batchGetUsers({ ids }, (error, answer) => (error ? reject(error) : resolve(answer.users)));
    });
}
