import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { stringify } from 'yaml';
import type { Blueprint } from '../../src/adapter/adapter.ts';
import { uploadsIn } from '../../src/adapter/uploads-in.ts';
import type { SoapCall } from '../../src/adapters/soap/model/call.ts';
import type { Model } from '../../src/adapters/soap/model/model.ts';
import { GatewayError } from '../../src/base/error.ts';
import { createGateway } from '../../src/gateway.ts';
import { multipartForm } from '../support/multipart-form.ts';

interface GraphQLAnswer {
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly { readonly message: string; readonly extensions: Readonly<Record<string, unknown>> }[];
}

/** Nothing of an operation is too large here. */
const limits = {
  body: '64MB',
  document: '64MB',
  tokens: 1_000_000,
  depth: 1_000,
  cost: 1_000_000_000,
  variableDepth: 1_000,
  variableValues: 1_000_000,
  variableString: '64MB',
  resultNodes: 1_000_000_000,
};

/** A gateway that listens, over one WSDL and one backend; undefined where nothing can be asked. */
export async function openWsdl(document: string, root: string, endpoint: string) {
  const folder = await mkdtemp(join(tmpdir(), 'selvage-round-trip-'));
  const config = join(folder, 'selvage.yaml');
  const sources = { it: { protocol: 'soap', document, root, endpoint } };
  await writeFile(config, stringify({ gateway: { port: 0, limits, deadline: '60s' }, sources }));
  const remove = () => rm(folder, { recursive: true });
  const opened = await createGateway({
    config,
    env: {},
    log: pino({ level: 'silent' }),
    report: () => undefined,
  }).catch(async (error: unknown) => {
    await remove();
    if (error instanceof GatewayError) return undefined; // nothing of the document can be asked
    throw error;
  });
  if (!opened) return undefined;
  const gateway = opened;
  const close = async () => {
    await gateway.close();
    await remove();
  };
  const subschema = gateway.current()?.subschemas.get('it');
  if (!subschema) {
    await close();
    return undefined;
  }
  const { url } = await gateway.listen();
  return {
    blueprint: subschema.blueprint as Blueprint<SoapCall, Model>, // the protocol says so
    async ask(query: string, variables: object): Promise<GraphQLAnswer> {
      const hasFiles = uploadsIn(variables).length > 0;
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: hasFiles ? { 'x-selvage-csrf': '1' } : { 'content-type': 'application/json' },
        body: hasFiles ? multipartForm(query, variables) : JSON.stringify({ query, variables }),
      });
      return (await response.json()) as GraphQLAnswer; // a GraphQL response
    },
    close,
  };
}
