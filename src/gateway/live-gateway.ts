import { isAbsolute, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { destination, type Logger, pino } from 'pino';
import { adapters } from '../adapters/index.ts';
import { type Checked, checked } from '../base/checked.ts';
import type { Diagnostic } from '../base/diagnostic.ts';
import { processEnv } from '../config/env.ts';
import { type Config, loadConfig } from '../config.ts';
import { Admission } from '../edge/admission/admission.ts';
import { policyNamesOf } from '../edge/authorization/options.ts';
import { createCore } from '../edge/core.ts';
import { Counters } from '../edge/counters.ts';
import type { Handler } from '../edge/handler.ts';
import { type DoorResponses, doorResponses } from '../edge/responses/door-responses.ts';
import { OpenSubscriptions } from '../edge/subscriptions/open-subscriptions.ts';
import { Traces } from '../edge/trace/traces.ts';
import type { Gateway, GatewayOptions } from '../gateway.ts';
import { createRegistry, type Registry, type SourceState } from '../registry/registry.ts';
import { createAdminServer } from '../server/admin.ts';
import { createServer, type RunningServer } from '../server/server.ts';
import type { Supergraph } from '../supergraph/supergraph.ts';
import { readOverlay } from './overlay-files.ts';
import { type Watch, type Watched, watch } from './watch.ts';

type End = () => void | Promise<void>;

/** Reads its configuration anew when it is told to, and swaps what changed: the revision, the core, never the server. */
export class LiveGateway implements Gateway {
  readonly handler: Handler = request => this.#core(request);
  readonly counters = new Counters();
  readonly #options: GatewayOptions;
  readonly #log: Logger;
  readonly #registry: Registry;
  #config: Config;
  #core: Handler;
  readonly #traces = new Traces();
  readonly #subscriptions = new OpenSubscriptions();
  #responses: DoorResponses;
  #admission: Admission | undefined;
  #server: Promise<RunningServer> | undefined;
  #running: RunningServer | undefined;
  #admin: Promise<RunningServer> | undefined;
  #runningAdmin: RunningServer | undefined;
  #watch: Watch | undefined;
  /** Of the core that is used, and of those that requests may still be under way in. */
  readonly #ends = new Set<readonly End[]>();
  #coreEnds: readonly End[] = [];
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: GatewayOptions, config: Config) {
    this.#options = options;
    this.#config = config;
    this.#log = options.log ?? pino({ level: config.log.level }, stderr());
    this.#registry = createRegistry({ adapters, grace: config.gateway.deadline + 1_000, ...options.registry });
    this.#core = this.#coreOf(config);
    this.#responses = doorResponses(config.edge.responses);
    this.#registry.onRevision((outcome, cause) => {
      if (cause === 'retry') this.#tell(outcome);
      if (outcome.ok) this.#subscriptions.endAllBut(outcome.value);
    });
  }

  /** Refused: nothing serves, and unless a source is awaited nothing will. */
  async start(config: Config, said: readonly Diagnostic[]): Promise<Checked<Supergraph>> {
    if (this.#options.watch === true) {
      this.#watch = await watch(this.#watched(config), {
        changed: () => void this.reload().catch(() => undefined), // logged in its turn
        failed: error => this.#log.warn({ err: error }, 'changes of files are not seen: watching failed'),
      });
    }
    const outcome = await this.#inTurn(() => this.#apply(checked(config, said)));
    if (outcome.ok || this.sources().length > 0) this.#tell(outcome);
    return outcome;
  }

  get url(): string | undefined {
    return this.#running?.url;
  }

  get adminUrl(): string | undefined {
    return this.#runningAdmin?.url;
  }

  async listen(): Promise<{ readonly url: string; readonly port: number }> {
    const { port, host, limits, admin } = this.#config.gateway;
    const shared = { ready: () => this.current() !== undefined, log: this.#log, counters: this.counters };
    if (admin) {
      this.#admin ??= createAdminServer({ ...shared, ...admin, traces: this.#traces });
      this.#runningAdmin = await this.#admin;
    }
    this.#server ??= createServer({
      ...shared,
      handler: this.handler,
      limits,
      ...listenerOf(this.#config),
      port: this.#options.port ?? port,
      host: this.#options.host ?? host,
      door: this.#options.door ?? 'both',
      responses: () => this.#responses,
      overloaded: () => this.#admission?.isFull === true,
      ...socketsOf(this.#config),
      receiver: source => this.current()?.subschemas.get(source)?.receive,
      ...(this.#options.graphiqlQuery === undefined ? {} : { graphiql: { query: this.#options.graphiqlQuery } }),
    });
    this.#running = await this.#server;
    return { url: this.#running.url, port: this.#running.port };
  }

  reload(): Promise<Checked<Supergraph>> {
    return this.#inTurn(async () => {
      const outcome = await this.#apply(await readConfig(this.#options));
      this.#tell(outcome);
      return outcome;
    });
  }

  current(): Supergraph | undefined {
    return this.#registry.current();
  }

  sources(): readonly SourceState[] {
    return this.#registry.sources();
  }

  async close(): Promise<void> {
    await this.#watch?.close();
    await this.#turn;
    const server = await this.#server?.catch(() => undefined);
    this.#subscriptions.close();
    await server?.close();
    const admin = await this.#admin?.catch(() => undefined);
    await admin?.close();
    for (const ends of this.#ends) await this.#end(ends);
    await this.#registry.close();
  }

  /** One after another: what was read last is applied last. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(error => this.#log.error({ err: error }, 'the reload broke off'));
    return turn;
  }

  async #apply(config: Checked<Config>): Promise<Checked<Supergraph>> {
    if (!config.ok) return config;
    const outcome = await this.#change(config.value);
    return { ...outcome, diagnostics: [...config.diagnostics, ...outcome.diagnostics] };
  }

  async #change(config: Config): Promise<Checked<Supergraph>> {
    const overlay = await readOverlay(config.gateway.overlay);
    const outcome = overlay.ok
      ? await this.#registry.apply({
          sources: config.sources,
          overlay: overlay.value,
          policies: config.policies,
          policyNames: policyNamesOf(config.edge.authorization),
        })
      : overlay;
    if (outcome.ok || this.current() === undefined) this.#settle(config);
    this.#watch?.follow(this.#watched(config));
    return outcome;
  }

  #settle(config: Config): void {
    const { gateway: before, edge } = this.#config;
    const { port, host, admin, limits } = config.gateway;
    this.#config = config;
    if (!this.#options.log) this.#log.level = config.log.level;
    if (!isDeepStrictEqual(coreParts(config.gateway, config.edge), coreParts(before, edge))) {
      this.#retire(this.#coreEnds, before.deadline);
      this.#subscriptions.endAll('shutdown'); // who may have them is decided anew
      this.#core = this.#coreOf(config);
      this.#responses = doorResponses(config.edge.responses);
    }
    const fixed = [
      before.port,
      before.host,
      before.admin,
      before.limits.body,
      listenerOf({ gateway: before }),
      socketsOf({ edge }),
    ];
    if (isDeepStrictEqual([port, host, admin, limits.body, listenerOf(config), socketsOf(config)], fixed)) return;
    this.#log.warn(
      'gateway.port, host, tls, admin, limits.body, trustedProxies, connections, cors, subscriptions.heartbeat and webSockets take effect when the gateway is started again',
    );
  }

  #coreOf({ edge, gateway }: Config): Handler {
    const { lane = 'plan' } = this.#options;
    const ends: End[] = [];
    this.#coreEnds = ends;
    this.#ends.add(ends);
    const whenClosed = (end: End) => void ends.push(end);
    this.#admission = Admission.open(edge.admission, whenClosed);
    const tools = {
      ...coreParts(gateway, edge),
      whenClosed,
      traces: this.#traces,
      log: this.#log,
      subscriptions: this.#subscriptions,
      admission: this.#admission,
    };
    return createCore({ ...tools, supergraph: () => this.current(), lane, counters: this.counters });
  }

  /** Requests under way end with the core that they began with. Milliseconds. */
  #retire(ends: readonly End[], after: number): void {
    setTimeout(() => void this.#end(ends), after + 1_000).unref();
  }

  async #end(ends: readonly End[]): Promise<void> {
    if (!this.#ends.delete(ends)) return;
    for (const end of ends) {
      try {
        await end();
      } catch (error) {
        this.#log.warn({ err: error }, 'something did not end as it should');
      }
    }
  }

  #watched(config = this.#config): Watched {
    const documents = config.sources.map(({ document }) => document ?? '').filter(isAbsolute);
    return {
      paths: [resolve(config.path), ...documents, ...config.edge.identity.files, ...this.#registry.files()],
      globs: config.gateway.overlay,
    };
  }

  #tell(outcome: Checked<Supergraph>): void {
    if (outcome.ok) this.#log.info({ revision: outcome.value.revision, sources: this.sources() }, 'a revision serves');
    else
      this.#log.error(
        { revision: this.current()?.revision },
        'the change is refused; the old revision goes on serving',
      );
    if (this.#options.report) this.#options.report(outcome);
    else
      for (const diagnostic of outcome.diagnostics)
        this.#log[logLevel[diagnostic.severity]]({ diagnostic }, diagnostic.message);
  }
}

/** What the listener is made with, and keeps. */
function listenerOf({ gateway: { tls, trustedProxies, connections, cors } }: Pick<Config, 'gateway'>) {
  return { ...(tls ? { tls } : {}), trustedProxies, connections, ...(cors ? { cors } : {}) };
}

/** The same, of what streams over it. */
function socketsOf({ edge: { subscriptions } }: Pick<Config, 'edge'>) {
  const { heartbeat, webSockets } = subscriptions;
  return { heartbeat, ...(webSockets ? { webSockets } : {}) };
}

/** What a core is made of: where it changes, a new core takes over. */
function coreParts(gateway: Config['gateway'], edge: Config['edge']) {
  const { limits, cost, introspection, deadline, recall, singleFlight } = gateway;
  return { limits, cost, introspection: introspection === 'on', deadline, recall, singleFlight, edge };
}

/**
 * The log of all gateways of a process. Lines leave together, 100 ms later at most, and all of them when the process ends: a write for
 * each would cost more than the line.
 */
function stderr(): ReturnType<typeof destination> {
  shared ??= destination({ fd: 2, sync: false, minLength: 4_096, periodicFlush: 100 });
  return shared;
}

let shared: ReturnType<typeof destination> | undefined;

const logLevel = { error: 'error', warning: 'warn', note: 'info' } as const;

/** The configuration as it is now; one that was given instead of a path stays as it is. */
export function readConfig({ config, env = processEnv }: GatewayOptions): Promise<Checked<Config>> {
  return typeof config === 'string' ? loadConfig(config, env) : Promise.resolve(checked(config));
}
