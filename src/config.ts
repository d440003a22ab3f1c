import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { adapters } from './adapters/index.ts';
import { type Checked, refused, unlessErrors } from './base/checked.ts';
import { isRecord, own } from './base/json.ts';
import { ConfigTree, type ConfigValue } from './config/config-tree.ts';
import { readCredential, readCredentials, staticCredentialOf } from './config/credential/credential-shape.ts';
import { readEdge } from './config/edge/edge-shape.ts';
import type { Env } from './config/env.ts';
import { applyHttpRules } from './config/gateway/http-shape.ts';
import { readListenerTls } from './config/gateway/listener-tls.ts';
import { readPolicies } from './config/policies.ts';
import { reportIssues } from './config/report-issues.ts';
import { fileShape, sourceShape, type WrittenSource } from './config/shape.ts';
import { applySourceRules } from './config/source/source-rules.ts';
import { readTls } from './config/source/tls-files.ts';
import type { CostOptions } from './edge/cost/cost-options.ts';
import type { EdgeOptions } from './edge/edge-options.ts';
import type { Limits } from './edge/limits/limits.ts';
import type { SingleFlightOptions } from './edge/single-flight.ts';
import type { CorsOptions } from './server/cors.ts';
import type { Connections } from './server/listener/connections.ts';
import type { ListenerTls } from './server/listener/listener-tls.ts';
import type { DeclaredSource } from './source/declared-source.ts';
import type { Credential, SourceOptions, TlsOptions } from './source/source.ts';
import type { CoordinatePolicy } from './supergraph/schema/annotate.ts';

/** `selvage.yaml`, checked: every default filled in, every address absolute, every duration in milliseconds and size in bytes. */
export interface Config {
  /** The file it was read from, as it was given. */
  readonly path: string;
  readonly gateway: {
    /** Default 4000; 0 takes any that is free. */
    readonly port: number;
    /** Default 127.0.0.1. */
    readonly host: string;
    /** Absent: plain HTTP. */
    readonly tls?: ListenerTls;
    /** The listener of `/metrics`; absent: there is none. Its host is of this machine alone; default 127.0.0.1. */
    readonly admin?: { readonly port: number; readonly host: string };
    /** Absolute globs of the overlay's files. Default `schemas/overlay/*.graphql` beside the file. */
    readonly overlay: readonly string[];
    readonly limits: Limits;
    /** Addresses and networks of the proxies in front, whose `X-Forwarded-For` is believed. Default: none. */
    readonly trustedProxies: readonly string[];
    readonly connections: Connections;
    /** Absent: no page of another origin may read an answer. */
    readonly cors?: CorsOptions;
    /** May clients ask for the schema? Default `on`. */
    readonly introspection: 'on' | 'off';
    readonly cost: CostOptions;
    /** The whole of one request, in milliseconds. Default 10,000. */
    readonly deadline: number;
    /** Is an answer that comes again byte for byte read only once? Default true. */
    readonly recall: boolean;
    readonly singleFlight: SingleFlightOptions;
  };
  /** Who may come in, to what and how often. */
  readonly edge: EdgeOptions;
  /** What is said of types and fields beside the overlay and the sources' documents. */
  readonly policies: readonly CoordinatePolicy[];
  readonly sources: readonly DeclaredSource[];
  readonly log: { readonly level: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent' };
}

/**
 * Reads the configuration. `${NAME}` and `${NAME:-default}` are replaced from `env`, here and nowhere else. All mistakes are told at once;
 * that there are no sources is one.
 *
 * Refusals: CONFIG_NOT_FOUND, CONFIG_SYNTAX, CONFIG_UNKNOWN_KEY, CONFIG_INVALID_VALUE, CONFIG_MISSING_KEY, CONFIG_DUPLICATE_SOURCE,
 * CONFIG_ENV_NOT_SET, CONFIG_ENV_MALFORMED, PROTOCOL_UNKNOWN. Warnings: CONFIG_LITERAL_SECRET.
 */
export async function loadConfig(path: string, env: Env): Promise<Checked<Config>> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    const message = code === 'ENOENT' ? 'There is no configuration.' : `The configuration cannot be read (${code}).`;
    const hint = '"selvage add <document>" writes one; "--config <file>" names another; "selvage demo" needs none';
    return refused({ severity: 'error', code: 'CONFIG_NOT_FOUND', message, at: [path], hint });
  }
  const config = await readConfig(text, path, env);
  if (!config.ok || config.value.sources.length > 0) return config;
  const hint = 'add one with "selvage add <document>"';
  const none = { message: 'There are no sources.', at: [path, 'sources'], hint };
  return refused(...config.diagnostics, { severity: 'error', code: 'CONFIG_MISSING_KEY', ...none });
}

/** A configuration's text that was read from `path`, to whose folder its addresses are relative. */
export async function readConfig(text: string, path: string, env: Env): Promise<Checked<Config>> {
  const tree = new ConfigTree(text, path, env);
  if (tree.diagnostics.some(({ code }) => code === 'CONFIG_SYNTAX') && tree.value === null)
    return refused(...tree.diagnostics);
  const folder = dirname(resolve(path));
  const file = fileShape.safeParse(tree.value);
  if (!file.success) reportIssues(tree, [], file.error.issues);
  const allowHosts = file.data?.allowHosts ?? [];
  const sources = await readSources(tree, folder, allowHosts);
  if (!file.success) return refused(...tree.diagnostics);
  const { overlay, tls, admission: _, ...gateway } = file.data.gateway; // admission is the edge's
  applyHttpRules(gateway, tree);
  const config: Config = {
    path,
    policies: readPolicies(file.data.policies, tree),
    edge: await readEdge(file.data, folder, tree),
    gateway: {
      ...gateway,
      ...optional('tls', tls && (await readListenerTls(tls, folder, tree))),
      overlay: [overlay].flat().map(glob => resolve(folder, glob)),
    },
    sources,
    log: file.data.log,
  };
  return unlessErrors(config, tree.diagnostics);
}

async function readSources(tree: ConfigTree, folder: string, allowHosts: readonly string[]): Promise<DeclaredSource[]> {
  const written = isRecord(tree.value) ? (own(tree.value, 'sources') ?? {}) : {};
  if (!isRecord(written)) {
    tree.wrong(['sources'], '"sources" must be a map: each source under its name.');
    return [];
  }
  const sources: DeclaredSource[] = [];
  for (const [name, value] of Object.entries(written)) {
    const path = ['sources', name];
    const parsed = sourceShape.safeParse(value);
    if (!parsed.success) reportIssues(tree, path, parsed.error.issues);
    applySourceRules(tree, path, isRecord(value) ? (value as Record<string, ConfigValue>) : {}, Object.keys(adapters)); // the tree holds nothing else
    if (!parsed.success) continue;
    const tls = await tlsOf(parsed.data, folder, tree, [...path, 'tls']);
    const credential = await readCredential(parsed.data.credential, folder, tree, [...path, 'credential']);
    const credentials = await readCredentials(parsed.data.credentials, folder, tree, [...path, 'credentials']);
    sources.push(declare(name, parsed.data, { tls, credential, credentials }, folder, allowHosts));
  }
  return sources;
}

async function tlsOf({ tls }: WrittenSource, folder: string, tree: ConfigTree, path: readonly string[]) {
  return typeof tls === 'object' ? readTls(tls, folder, tree, path) : tls;
}

interface Signing extends Pick<SourceOptions, 'credentials'> {
  readonly tls: boolean | TlsOptions | undefined;
  readonly credential: Credential | undefined;
}

function declare(
  name: string,
  written: WrittenSource,
  { tls, credential, credentials }: Signing,
  folder: string,
  allowHosts: readonly string[],
): DeclaredSource {
  const {
    protocol,
    document,
    endpoint,
    root,
    include,
    tls: _,
    credential: __,
    documentCredential,
    ...options
  } = written;
  const known = protocol ?? (options.reflection ? 'grpc' : undefined);
  return {
    name,
    ...optional('protocol', known),
    ...optional('document', document === undefined ? undefined : addressOf(document, folder)),
    ...optional('endpoint', endpoint),
    options: {
      ...options,
      credentials,
      ...optional('credential', credential),
      ...optional('documentCredential', staticCredentialOf(documentCredential)),
      ...optional('tls', tls),
      ...optional('root', root === undefined ? undefined : resolve(folder, root)),
      include: include.map(each => resolve(folder, each)),
      allowHosts,
    },
  };
}

function addressOf(document: string, folder: string): string {
  return /^https?:\/\//i.test(document) ? document : resolve(folder, document);
}

/** A property that is there only where it has a value. */
function optional<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { [P in K]: V }); // a computed key widens to string
}
