import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { printSchema } from 'graphql';
import { pino } from 'pino';
import { stringify } from 'yaml';
import type { Checked } from '../../src/base/checked.ts';
import { formatDiagnostic } from '../../src/base/diagnostic.ts';
import type { Lane } from '../../src/edge/handler.ts';
import { createGateway } from '../../src/gateway.ts';
import type { Supergraph } from '../../src/supergraph/supergraph.ts';

interface Written {
  /** As they stand in `selvage.yaml`. */
  readonly sources: Readonly<Record<string, object>>;
  readonly overlay?: string;
  readonly limits?: Readonly<Record<string, number>>;
  /** Default: plan. */
  readonly lane?: Lane;
}

interface Answer {
  readonly data?: unknown;
  readonly errors?: readonly {
    readonly message: string;
    readonly path: readonly unknown[];
    readonly extensions: object;
  }[];
}

/** A gateway that listens, made from a `selvage.yaml` in a folder of its own. Rejects where registration has an error. */
export async function openGateway({ sources, overlay, limits = {}, lane = 'plan' }: Written) {
  const folder = await mkdtemp(join(tmpdir(), 'selvage-corpus-'));
  if (overlay !== undefined) await writeFile(join(folder, 'overlay.graphql'), overlay);
  const gatewaySettings = { port: 0, limits, ...(overlay === undefined ? {} : { overlay: 'overlay.graphql' }) };
  await writeFile(join(folder, 'selvage.yaml'), stringify({ gateway: gatewaySettings, sources }));
  const said: Checked<Supergraph>[] = [];
  const gateway = await createGateway({
    config: join(folder, 'selvage.yaml'),
    env: {},
    log: pino({ level: 'silent' }),
    lane,
    report: outcome => said.push(outcome),
  });
  const close = async () => {
    await gateway.close();
    await rm(folder, { recursive: true });
  };
  const wrong = said.flatMap(({ diagnostics }) => diagnostics).filter(({ severity }) => severity === 'error');
  if (wrong.length > 0) {
    await close();
    throw new TypeError(wrong.map(formatDiagnostic).join('\n'));
  }
  const { url } = await gateway.listen();
  return {
    url: `${url}/graphql`,
    /** Of registration, as `selvage check` prints them. */
    told: said.flatMap(({ diagnostics }) => diagnostics.map(formatDiagnostic)),
    sdl: () => printSchema(gateway.current()!.schema),
    /** Posts an operation; correlation ids, which are random, are taken out of the answer. */
    async ask(query: string, variables: object = {}, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ query, variables }),
      });
      const text = await response.text();
      return JSON.parse(text.replaceAll(/,?"correlationId":"[^"]*"/g, '')) as Answer; // a GraphQL response
    },
    close,
  };
}
