import { readFile, writeFile } from 'node:fs/promises';
import { dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import { adapters } from '../adapters/index.ts';
import { type Checked, checked, refused } from '../base/checked.ts';
import type { Diagnostic } from '../base/diagnostic.ts';
import { GatewayError } from '../base/error.ts';
import { type Config, readConfig } from '../config.ts';
import { policyNamesOf } from '../edge/authorization/options.ts';
import { readOverlay } from '../gateway/overlay-files.ts';
import type { LoadedSource } from '../registry/load-source.ts';
import { createRegistry } from '../registry/registry.ts';
import type { Supergraph } from '../supergraph/supergraph.ts';
import { type ExitCode, exitCode } from './exit-code.ts';
import { insertSource, type SourceEntry, sourceLines } from './insert-source.ts';
import { schemaOf, typeCount } from './inspection.ts';
import { readPointed } from './pointed-source.ts';
import { countLine, diagnosticLines } from './print-diagnostics.ts';
import { isProtocol } from './protocol-option.ts';
import { suggestedName } from './suggested-name.ts';
import type { Terminal } from './terminal.ts';
import { withLines } from './with-lines.ts';

export interface AddOptions {
  readonly config: string;
  readonly name?: string;
  readonly url?: string;
  readonly protocol?: string;
}

const newFile = '# What Selvage serves. Check it with "selvage check", run it with "selvage serve".\n';

/** `selvage add`: one more source in selvage.yaml, once it is known to go together with the others. */
export async function add(document: string, options: AddOptions, terminal: Terminal): Promise<ExitCode> {
  if (!isProtocol(options.protocol, terminal)) return exitCode.usage;
  const path = options.config;
  const before = await textOf(path);
  const config = await readConfig(before ?? '', path, terminal.env);
  if (!config.ok) {
    terminal.err(`${diagnosticLines(config.diagnostics)}Nothing was added: the configuration has mistakes.\n`);
    return exitCode.configuration;
  }
  const pointed = await readPointed(
    {
      document,
      ...(options.url === undefined ? {} : { endpoint: options.url }),
      ...(options.protocol === undefined ? {} : { protocol: options.protocol }),
    },
    options.name ?? 'document',
  );
  if (!pointed.loaded.ok) return refuse(pointed.loaded.diagnostics, terminal);
  const loaded = pointed.loaded.value;
  const name = options.name ?? (await suggestedName(loaded, document));
  if (config.value.sources.some(source => source.name === name))
    return refuse([alreadyThere(name, options.config)], terminal);
  const written = await write(before ?? newFile, path, name, entryOf(loaded, path), terminal);
  if (!written.ok) return refuse(written.diagnostics.map(asOption), terminal);
  const { text, entry } = written.value;
  await writeFile(path, text).catch(error => Promise.reject(unusable(path, 'written', error)));
  tell(name, entry, loaded, `${before === undefined ? 'Made' : 'Added to'} ${options.config}:`, terminal);
  terminal.err(diagnosticLines(await withLines(loaded.diagnostics.filter(({ severity }) => severity !== 'note'))));
  return exitCode.ok;
}

/** Undefined where there is no file yet. */
async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw unusable(path, 'read', error);
  }
}

function unusable(path: string, done: string, error: unknown): GatewayError {
  return new GatewayError('INTERNAL_SERVER_ERROR', `${path} cannot be ${done} (${codeOf(error)}).`, { cause: error });
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
}

/** The text with the source in it, under a prefix if its names would meet those of others. */
async function write(
  text: string,
  path: string,
  name: string,
  entry: SourceEntry,
  terminal: Terminal,
): Promise<Checked<{ text: string; entry: SourceEntry }>> {
  const attempt = async (tried: SourceEntry) => {
    const next = insertSource(text, name, tried);
    const config = await readConfig(next, path, terminal.env);
    const outcome = config.ok ? await compose(config.value) : config;
    return { next, tried, outcome };
  };
  const plain = await attempt(entry);
  const chosen =
    plain.outcome.ok || !plain.outcome.diagnostics.some(isConflict)
      ? plain
      : await attempt({ ...entry, prefix: prefixOf(name) });
  const { outcome, next, tried } = chosen;
  return outcome.ok ? checked({ text: next, entry: tried }, outcome.diagnostics) : refused(...outcome.diagnostics);
}

async function compose(config: Config): Promise<Checked<Supergraph>> {
  const overlay = await readOverlay(config.gateway.overlay);
  if (!overlay.ok) return overlay;
  const registry = createRegistry({ adapters });
  try {
    const { sources, policies, edge } = config;
    const policyNames = policyNamesOf(edge.authorization);
    return await registry.apply({ sources, overlay: overlay.value, policies, policyNames });
  } finally {
    await registry.close();
  }
}

function isConflict({ severity, code }: Diagnostic): boolean {
  return severity === 'error' && (code === 'TYPE_CONFLICT' || code === 'FIELD_CONFLICT' || code === 'NAME_COLLISION');
}

function prefixOf(name: string): string {
  return `${name.replace(/[^A-Za-z0-9]/g, '_')}_`;
}

/** Paths are written relative to the configuration, as it reads them. */
function entryOf({ source, description }: LoadedSource, configPath: string): SourceEntry {
  const { protocol, document, endpoint, options } = source;
  return {
    protocol,
    ...(document === undefined
      ? {}
      : { document: isAbsolute(document) ? pathFrom(dirname(resolve(configPath)), document) : document }),
    ...(options.reflection ? { reflection: true } : {}),
    ...(description.fingerprint === undefined ? {} : { pin: description.fingerprint }),
    ...(endpoint === undefined ? {} : { endpoint }),
  };
}

function pathFrom(folder: string, file: string): string {
  return relative(folder, file).split(sep).join('/') || '.';
}

function alreadyThere(name: string, config: string): Diagnostic {
  const message = `There is a source "${name}" already.`;
  return {
    severity: 'error',
    code: 'CONFIG_EXISTS',
    message,
    at: [config, `sources.${name}`],
    hint: 'give this one another name with --name',
  };
}

/** What the configuration would lack is to be given on the command line. */
function asOption(diagnostic: Diagnostic): Diagnostic {
  const isEndpoint = diagnostic.code === 'CONFIG_MISSING_KEY' && diagnostic.at.at(-1)?.endsWith('.endpoint');
  return isEndpoint ? { ...diagnostic, at: diagnostic.at.slice(1), hint: 'say where it runs with --url' } : diagnostic;
}

function refuse(diagnostics: readonly Diagnostic[], terminal: Terminal): ExitCode {
  terminal.err(`${diagnosticLines(diagnostics)}Nothing was added.\n`);
  return exitCode.failed;
}

function tell(
  name: string,
  entry: SourceEntry,
  { description, diagnostics }: LoadedSource,
  heading: string,
  terminal: Terminal,
): void {
  const { imported, total } = description.operations;
  const { schema } = schemaOf(description.blueprint.typeDefs, name);
  const types = schema ? typeCount(schema) : 0;
  terminal.out(`${heading}\n\n${sourceLines(name, entry)}\n`);
  terminal.out(
    `${name}: ${entry['protocol']}, ${imported} of ${total} operations, ${types} types; ${countLine(diagnostics)}\n`,
  );
  if (typeof entry['prefix'] === 'string')
    terminal.out(`Its names begin with ${entry['prefix']}: other sources have the same ones.\n`);
}
