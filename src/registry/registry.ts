import { isDeepStrictEqual } from 'node:util';
import type { Subschema } from '../adapter/adapter.ts';
import { type Checked, checked, refused } from '../base/checked.ts';
import type { Diagnostic } from '../base/diagnostic.ts';
import type { DeclaredSource } from '../source/declared-source.ts';
import { overlaidSources } from '../supergraph/operation-kinds.ts';
import type { Supergraph } from '../supergraph/supergraph.ts';
import { backOff } from './back-off.ts';
import { blueprintDigest } from './blueprint-digest.ts';
import type { Adapters } from './detect-protocol.ts';
import { type LoadedSource, loadSource, readerOf, reasonOf } from './load-source.ts';
import {
  type Absent,
  byName,
  type Connected,
  composed,
  type Desired,
  isConnected,
  isSame,
  nothing,
  type State,
  wasAbsent,
} from './state.ts';

export interface RegistryOptions {
  readonly adapters: Adapters;
  /** How long what a new revision no longer uses is kept for the requests under way, in milliseconds. Default 10,000. */
  readonly grace?: number;
  /** Milliseconds for reading one source. Default 30,000. */
  readonly loadTimeout?: number;
  /** Are documents compared with their specifications (`LoadIo.lint`)? Default: no. */
  readonly lint?: boolean;
  /** Milliseconds before a source that could not be read is tried again. Default: `backOff`. */
  readonly retryDelay?: (attempt: number) => number;
}

export interface SourceState {
  readonly name: string;
  /** Absent: its document could not be read, and is tried again. */
  readonly state: 'serving' | 'absent';
  readonly protocol?: string;
  readonly operations?: { readonly total: number; readonly imported: number };
}

/** Is told of every revision that is swapped in, with its diagnostics; and of a source that is tried again and fails in a new way. */
export type RevisionListener = (outcome: Checked<Supergraph>, cause: 'change' | 'retry') => void;

/** Holds the revision that serves, and makes the next one. */
export interface Registry {
  /**
   * Makes a revision and swaps it in whole; calls run one after another. A source that could not be read yet is left out, reported,
   * and tried again until it can. Any other error refuses the change, and the old revision goes on serving.
   */
  apply(desired: Desired): Promise<Checked<Supergraph>>;
  current(): Supergraph | undefined;
  /** In the order of the configuration. */
  sources(): readonly SourceState[];
  /** Files and folders that the sources' descriptions were, or are to be, read from. */
  files(): readonly string[];
  /** Returns what ends the listening. */
  onRevision(listener: RevisionListener): () => void;
  /** Closes all connections. */
  close(): Promise<void>;
}

export function createRegistry(options: RegistryOptions): Registry {
  return new LiveRegistry(options);
}

class LiveRegistry implements Registry {
  readonly #options: RegistryOptions;
  readonly #listeners = new Set<RevisionListener>();
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #retired = new Set<Subschema<unknown, unknown>>();
  readonly #closing = new AbortController();
  #state: State = nothing;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(options: RegistryOptions) {
    this.#options = options;
  }

  apply(desired: Desired): Promise<Checked<Supergraph>> {
    return this.#inTurn(() => this.#change(desired));
  }

  current(): Supergraph | undefined {
    return this.#state.supergraph;
  }

  sources(): readonly SourceState[] {
    return this.#state.desired.sources.map(({ name, protocol }) => {
      const loaded = this.#state.connected.get(name)?.loaded;
      if (!loaded) return { name, state: 'absent', ...(protocol === undefined ? {} : { protocol }) };
      return { name, state: 'serving', protocol: loaded.source.protocol, operations: loaded.description.operations };
    });
  }

  files(): readonly string[] {
    const awaited = [...this.#state.absent.values()].map(({ declared }) => declared.document ?? '');
    const read = [...this.#state.connected.values()].flatMap(({ loaded }) => loaded.record.files);
    return [...new Set([...read, ...awaited.filter(document => document.startsWith('/'))])].sort();
  }

  onRevision(listener: RevisionListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    for (const timer of this.#timers) clearTimeout(timer);
    await this.#queue;
    const open = [...this.#retired, ...[...this.#state.connected.values()].map(({ subschema }) => subschema)];
    this.#state = nothing;
    await Promise.allSettled(open.map(subschema => subschema.close()));
  }

  /** One change after another: each starts from the state that the last one left. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#queue.then(work);
    this.#queue = turn.catch(() => undefined);
    return turn;
  }

  async #change(wanted: Desired): Promise<Checked<Supergraph>> {
    if (wanted.sources.length === 0) return refused(noSources);
    const desired = { ...wanted, sources: overlaidSources(wanted.sources, wanted.overlay) };
    const before = this.#state;
    const prepared = await Promise.all(desired.sources.map(source => this.#prepare(source)));
    const connected = prepared.filter(isConnected);
    const absent = prepared.filter(each => !isConnected(each)) as readonly Absent[];
    const told = prepared.flatMap(each => (isConnected(each) ? each.loaded : each).diagnostics);
    if (before.supergraph && absent.some(each => !wasAbsent(before, each))) return this.#refuse(connected, told);
    const next = { desired, connected: byName(connected), absent: byName(absent) };
    if (connected.length === 0) {
      this.#install(next);
      return refused(...told);
    }
    if (before.supergraph && isSame(before, next)) {
      this.#state = { ...next, supergraph: before.supergraph };
      return checked(before.supergraph, told);
    }
    const supergraph = composed(next);
    if (!supergraph.ok) return this.#refuse(connected, [...told, ...supergraph.diagnostics]);
    this.#install({ ...next, supergraph: supergraph.value });
    const outcome = checked(supergraph.value, [...told, ...supergraph.diagnostics]);
    this.#tell(outcome, 'change');
    return outcome;
  }

  /** What serves already is used again where neither its declaration nor anything it was read from has changed. */
  async #prepare(declared: DeclaredSource): Promise<Connected | Absent> {
    const { adapters, loadTimeout, lint = false } = this.#options;
    const old = this.#state.connected.get(declared.name);
    const same = old && isDeepStrictEqual(old.declared, declared) ? old : undefined;
    if (same && !same.loaded.record.isEmpty && (await same.loaded.record.holds(readerOf(declared)))) return same;
    const loaded = await loadSource(declared, adapters, {
      signal: this.#closing.signal,
      lint,
      ...(loadTimeout === undefined ? {} : { timeout: loadTimeout }),
    });
    if (!loaded.ok) return { declared, diagnostics: loaded.diagnostics };
    const { adapter, source, description } = loaded.value;
    const { blueprint } = description;
    if (same && blueprintDigest(same.loaded.description.blueprint) === blueprintDigest(blueprint))
      return { ...same, loaded: loaded.value };
    if (same && isChanged(same.loaded.description, description)) {
      return { ...same, loaded: { ...same.loaded, diagnostics: [changed(declared, description.fingerprint)] } };
    }
    try {
      return { declared, loaded: loaded.value, subschema: adapter.connect(blueprint, source) };
    } catch (error) {
      return { declared, diagnostics: [unconnectable(declared, error)] };
    }
  }

  /** The old revision stays: what was connected for the new one alone is closed. */
  #refuse(connected: readonly Connected[], diagnostics: readonly Diagnostic[]): Checked<Supergraph> {
    this.#discard(connected);
    return refused(...diagnostics);
  }

  /** Closes what is not used after all; what serves, or is to be closed later, may be among it. */
  #discard(connected: readonly Connected[]): void {
    const used = new Set([...this.#state.connected.values()].map(({ subschema }) => subschema));
    for (const { subschema } of connected)
      if (!used.has(subschema) && !this.#retired.has(subschema)) discard(subschema);
  }

  #install(next: State): void {
    const kept = new Set([...next.connected.values()].map(({ subschema }) => subschema));
    for (const { subschema } of this.#state.connected.values()) if (!kept.has(subschema)) this.#retire(subschema);
    const before = this.#state;
    this.#state = next;
    for (const absent of next.absent.values()) if (!wasAbsent(before, absent)) this.#retryLater(absent, 0);
  }

  #retire(subschema: Subschema<unknown, unknown>): void {
    this.#retired.add(subschema);
    this.#after(this.#options.grace ?? 10_000, () => {
      this.#retired.delete(subschema);
      discard(subschema);
    });
  }

  #retryLater(absent: Absent, attempt: number): void {
    const delay = (this.#options.retryDelay ?? backOff)(attempt);
    this.#after(delay, async () => {
      const outcome = await this.#prepare(absent.declared);
      const settled = await this.#inTurn(async () => this.#settle(absent, outcome));
      if (settled) this.#retryLater(settled, attempt + 1);
    });
  }

  /** What is to be tried again, if anything. */
  #settle(absent: Absent, outcome: Connected | Absent): Absent | undefined {
    const { desired, connected, absent: others } = this.#state;
    const { name } = absent.declared;
    const awaited = others.get(name);
    const isAwaited = awaited !== undefined && isDeepStrictEqual(awaited.declared, absent.declared);
    if (!isConnected(outcome)) return isAwaited ? this.#stillAbsent(awaited, outcome.diagnostics) : undefined;
    if (!isAwaited || this.#closing.signal.aborted) {
      this.#discard([outcome]);
      return undefined;
    }
    const next = {
      desired,
      connected: new Map([...connected, [name, outcome]]),
      absent: new Map([...others].filter(([other]) => other !== name)),
    };
    const supergraph = composed(next);
    const diagnostics = [...outcome.loaded.diagnostics, ...supergraph.diagnostics];
    if (!supergraph.ok) {
      this.#discard([outcome]);
      return this.#stillAbsent(awaited, diagnostics);
    }
    this.#install({ ...next, supergraph: supergraph.value });
    this.#tell(checked(supergraph.value, diagnostics), 'retry');
    return undefined;
  }

  #stillAbsent(awaited: Absent, diagnostics: readonly Diagnostic[]): Absent {
    if (isDeepStrictEqual(awaited.diagnostics, diagnostics)) return awaited;
    const now = { declared: awaited.declared, diagnostics };
    this.#state = { ...this.#state, absent: new Map([...this.#state.absent, [awaited.declared.name, now]]) };
    this.#tell(refused(...diagnostics), 'retry');
    return now;
  }

  #tell(outcome: Checked<Supergraph>, cause: 'change' | 'retry'): void {
    for (const listener of this.#listeners) listener(outcome, cause);
  }

  /** These timers never keep the process alive. */
  #after(milliseconds: number, work: () => unknown): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      void work();
    }, milliseconds).unref();
    this.#timers.add(timer);
  }
}

const noSources: Diagnostic = {
  severity: 'error',
  code: 'CONFIG_MISSING_KEY',
  message: 'There are no sources.',
  at: ['sources'],
  hint: 'add one with "selvage add <document>"',
};

/** Of what fails in closing, nobody could make anything. */
function discard(subschema: Subschema<unknown, unknown>): void {
  subschema.close().catch(() => undefined);
}

function unconnectable({ name, endpoint }: DeclaredSource, error: unknown): Diagnostic {
  const message = `The source "${name}" cannot be connected (${reasonOf(error)}).`;
  const at = [name, ...(endpoint === undefined ? [] : [endpoint])];
  return { severity: 'error', code: 'CONFIG_INVALID_VALUE', message, at, hint: 'check its endpoint and tls' };
}

/** Does a backend that described itself say something else now? */
function isChanged(before: LoadedSource['description'], now: LoadedSource['description']): boolean {
  return before.fingerprint !== undefined && before.fingerprint !== now.fingerprint;
}

/** What serves goes on serving: a new schema is the operator's to take. */
function changed({ name, endpoint }: DeclaredSource, fingerprint = 'unknown'): Diagnostic {
  const message = `The backend of "${name}" describes itself otherwise than when it was first read; the schema stays as it was.`;
  const at = [name, ...(endpoint === undefined ? [] : [endpoint])];
  const hint = `if the new schema is right, set pin: ${fingerprint}, or start anew`;
  return { severity: 'warning', code: 'DOCUMENT_CHANGED', message, at, hint };
}
