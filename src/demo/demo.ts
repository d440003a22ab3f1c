import { readFile } from 'node:fs/promises';
import { stripIgnoredCharacters } from 'graphql';
import { createGateway } from '../gateway.ts';
import type { StartBackend } from './backend.ts';
import { startBilling } from './billing.ts';
import { startCatalogue } from './catalogue.ts';
import { firstFreePort } from './free-port.ts';
import { packageFile } from './package-file.ts';
import { startReviews } from './reviews.ts';
import { startStock } from './stock.ts';

interface DemoOptions {
  /** The gateway's port. Default: 4000, or the next one that is free. */
  readonly port?: number;
  /** Gets every line that the demo prints. Default: stdout does. */
  readonly log?: (line: string) => void;
}

export interface Demo {
  /** The gateway's address, without a path; GraphQL and GraphiQL are at `/graphql`. */
  readonly url: string;
  /** Ends the gateway, then the backends. */
  close(): Promise<void>;
}

const preferredPort = 4000;

/** Each backend by its source's name in `schemas/selvage.demo.yaml`. */
const starts: Readonly<Record<string, StartBackend>> = {
  catalogue: startCatalogue,
  stock: startStock,
  billing: startBilling,
  reviews: startReviews,
};

/**
 * Starts four backends, each a server of its own protocol on a free port of the loopback interface, and the gateway in front of them.
 * Prints where GraphiQL is, the demo's query, and `READY`; from then on every request that a backend gets. Rejects with a GatewayError
 * where the port that was asked for is taken.
 */
export async function runDemo(options: DemoOptions = {}): Promise<Demo> {
  const print = options.log ?? (line => void process.stdout.write(`${line}\n`));
  let ready = false;
  const running: { close(): Promise<void> }[] = [];
  const close = async () => {
    for (const each of running.splice(0).reverse()) await each.close();
  };
  try {
    const endpoints: Record<string, string> = {};
    for (const [name, start] of Object.entries(starts)) {
      const backend = await start(line => ready && print(`${name.padEnd(10)} ${line}`));
      running.push(backend);
      endpoints[`${name.toUpperCase()}_URL`] = backend.endpoint;
    }
    const query = await readFile(packageFile('schemas/queries/demo.graphql'), 'utf8');
    const gateway = await createGateway({
      config: packageFile('schemas/selvage.demo.yaml'),
      env: endpoints,
      port: options.port ?? (await firstFreePort(preferredPort)),
      graphiqlQuery: query,
    });
    running.push(gateway);
    const { url } = await gateway.listen();
    for (const line of welcome(url, query)) print(line);
    ready = true;
    return { url, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function welcome(url: string, query: string): readonly string[] {
  const body = JSON.stringify({ query: stripIgnoredCharacters(query) });
  return [
    `GraphiQL: ${url}/graphql`,
    '',
    'A query that crosses all four (schemas/queries/demo.graphql):',
    '',
    query.trim(),
    '',
    `curl ${url}/graphql -H 'content-type: application/json' -d '${body}'`,
    '',
    'READY',
  ];
}
