import type { Logger } from 'pino';
import type { Checked } from './base/checked.ts';
import { type Diagnostic, formatDiagnostics } from './base/diagnostic.ts';
import { GatewayError } from './base/error.ts';
import type { Env } from './config/env.ts';
import type { Config } from './config.ts';
import type { Counters } from './edge/counters.ts';
import type { Handler, Lane } from './edge/handler.ts';
import { LiveGateway, readConfig } from './gateway/live-gateway.ts';
import type { RegistryOptions, SourceState } from './registry/registry.ts';
import type { Supergraph } from './supergraph/supergraph.ts';

export interface GatewayOptions {
  /** The path of a `selvage.yaml`, which `reload` reads again; or what `loadConfig` made of one, which stays. */
  readonly config: string | Config;
  /** What `${NAME}` in the configuration means. Default: the process's environment. */
  readonly env?: Env;
  /** Default: JSON lines on stderr, from the configuration's `log.level` up. */
  readonly log?: Logger;
  /** Instead of the configuration's. */
  readonly port?: number;
  /** Instead of the configuration's. */
  readonly host?: string;
  /** Reload when the configuration, the overlay or a local document is saved? Default: no. */
  readonly watch?: boolean;
  /** Is told what every attempt at a revision came to, the first one too. Default: the log is. */
  readonly report?: (outcome: Checked<Supergraph>) => void;
  /** What stands in GraphiQL's editor at the first visit. */
  readonly graphiqlQuery?: string;
  /** `reference`: operations are not planned, but executed by stitch and graphql-js: slow, for comparison and as a way out. Default `plan`. */
  readonly lane?: Lane;
  /** `yoga`: every request goes through graphql-yoga, also the plain POST that has a door of its own. Default `both`. */
  readonly door?: 'both' | 'yoga';
  /** Of the registry; for tests of it. */
  readonly registry?: Partial<RegistryOptions>;
}

/** A gateway: its revision, and the server in front of it. */
export interface Gateway {
  /** Without a path, `http://127.0.0.1:4000`; GraphQL is at `/graphql`. Undefined until it listens. */
  readonly url: string | undefined;
  /** Of the listener of `/metrics`, where `gateway.admin` asks for one. Undefined until it listens. */
  readonly adminUrl: string | undefined;
  /** Rejects with a GatewayError that says what to do where the port cannot be had. */
  listen(): Promise<{ readonly url: string; readonly port: number }>;
  /** Runs an operation without a server. */
  readonly handler: Handler;
  /** What was counted since the start. */
  readonly counters: Counters;
  /** Reads everything again and swaps in the new revision whole; on any error the old one goes on serving. */
  reload(): Promise<Checked<Supergraph>>;
  /** The revision that serves. Undefined while no source's document could be read; that is tried again. */
  current(): Supergraph | undefined;
  sources(): readonly SourceState[];
  /** Lets requests under way finish, then closes every connection. */
  close(): Promise<void>;
}

/** Makes a gateway. Rejects with a GatewayError that holds all diagnostics where the configuration or the overlay is wrong. */
export async function createGateway(options: GatewayOptions): Promise<Gateway> {
  const config = await readConfig(options);
  if (!config.ok) throw unusable(config.diagnostics);
  const gateway = new LiveGateway(options, config.value);
  const outcome = await gateway.start(config.value, config.diagnostics);
  if (outcome.ok || gateway.sources().length > 0) return gateway;
  await gateway.close();
  throw unusable(outcome.diagnostics);
}

/** Tells the errors, then the warnings; the notes are for `check`. */
function unusable(diagnostics: readonly Diagnostic[]): GatewayError {
  const told = (['error', 'warning'] as const).flatMap(severity =>
    diagnostics.filter(each => each.severity === severity),
  );
  return new GatewayError('INTERNAL_SERVER_ERROR', formatDiagnostics(told), { cause: diagnostics });
}
