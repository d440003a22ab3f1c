import type { Adapter, Description } from '../adapter/adapter.ts';
import { type Checked, checked, refused } from '../base/checked.ts';
import type { Diagnostic, DiagnosticCode } from '../base/diagnostic.ts';
import { didYouMean } from '../base/suggestion.ts';
import { soapCredentials } from '../source/credential.ts';
import type { DeclaredSource } from '../source/declared-source.ts';
import { openReader } from '../source/open-reader.ts';
import { optionOwners } from '../source/option-owners.ts';
import type { DocumentReader } from '../source/reader.ts';
import { defaultSourceOptions, type Source } from '../source/source.ts';
import { type Adapters, detectProtocol } from './detect-protocol.ts';
import { ReadingRecord } from './reading-record.ts';

/** A source whose document was read and described. */
export interface LoadedSource {
  /** Its protocol is known now. */
  readonly source: Source;
  readonly adapter: Adapter;
  readonly description: Description<unknown, unknown>;
  readonly diagnostics: readonly Diagnostic[];
  readonly record: ReadingRecord;
}

/** Milliseconds for one source's documents, all of them together. */
const defaultLoadTimeout = 30_000;

/**
 * Reads and describes a source's document. Whatever a document does, the answer is diagnostics: DOCUMENT_TIMEOUT when it takes too
 * long, DOCUMENT_INVALID when an adapter breaks over it.
 */
export async function loadSource(
  declared: DeclaredSource,
  adapters: Adapters,
  options: { readonly timeout?: number; readonly signal?: AbortSignal; readonly lint?: boolean } = {},
): Promise<Checked<LoadedSource>> {
  const timeout = options.timeout ?? defaultLoadTimeout;
  const time = AbortSignal.timeout(timeout);
  const signal = options.signal ? AbortSignal.any([options.signal, time]) : time;
  const at = [declared.document ?? declared.endpoint ?? declared.name];
  try {
    return await Promise.race([load(declared, adapters, signal, options.lint ?? false), rejectionOf(signal)]);
  } catch (error) {
    if (signal.aborted) {
      const message = `The source "${declared.name}" was not read within ${timeout / 1000} s.`;
      return refused({
        severity: 'error',
        code: 'DOCUMENT_TIMEOUT',
        message,
        at,
        hint: 'is its host up, and is the document not too large?',
      });
    }
    const message = `The document of "${declared.name}" cannot be described (${reasonOf(error)}).`;
    return refused({
      severity: 'error',
      code: 'DOCUMENT_INVALID',
      message,
      at,
      hint: 'this is a mistake of Selvage: please report it with the document',
    });
  }
}

/** Without a protocol, `openReader` still knows all that it asks of a source. */
export function readerOf(declared: DeclaredSource): DocumentReader {
  return openReader({ protocol: '', ...declared });
}

async function load(
  declared: DeclaredSource,
  adapters: Adapters,
  signal: AbortSignal,
  lint: boolean,
): Promise<Checked<LoadedSource>> {
  const record = new ReadingRecord();
  const reader = record.around(readerOf(declared));
  const protocol = await protocolOf(declared, reader, adapters);
  if (!protocol.ok) return protocol;
  const open = Object.hasOwn(adapters, protocol.value) ? adapters[protocol.value] : undefined;
  if (!open) return refused(unknownProtocol(protocol.value, declared.name, adapters));
  const source: Source = { ...declared, protocol: protocol.value };
  const misplaced = misplacedOptions(source);
  if (misplaced.length > 0) return refused(...misplaced);
  const adapter = await open();
  const described = await adapter.describe(source, { reader, signal, lint });
  if (!described.ok) return (await misdeclared(described.diagnostics, source, reader, adapters)) ?? described;
  const { value: description, diagnostics } = described;
  return checked({ source, adapter, description, diagnostics, record }, diagnostics);
}

/** What is wrong with a document often follows from its being another protocol's. */
async function misdeclared(
  told: readonly Diagnostic[],
  { document, protocol }: Source,
  reader: DocumentReader,
  adapters: Adapters,
): Promise<Checked<never> | undefined> {
  if (document === undefined || !told.some(({ code }) => unreadable.has(code))) return undefined;
  const detected = await detectProtocol(document, reader, { [protocol]: adapters[protocol]!, ...adapters }); // it was opened
  if (!detected.ok || detected.value === protocol) return undefined;
  return refused({
    severity: 'error',
    code: 'DOCUMENT_INVALID',
    message: `This is no document of ${protocol}, but one of ${detected.value}.`,
    at: [document],
    hint: `write protocol: ${detected.value}, or is it the right file?`,
  });
}

const unreadable: ReadonlySet<DiagnosticCode> = new Set(['DOCUMENT_SYNTAX', 'DOCUMENT_INVALID']);

async function protocolOf(
  declared: DeclaredSource,
  reader: DocumentReader,
  adapters: Adapters,
): Promise<Checked<string>> {
  if (declared.protocol !== undefined) return checked(declared.protocol);
  if (declared.document !== undefined) return detectProtocol(declared.document, reader, adapters);
  return refused({
    severity: 'error',
    code: 'PROTOCOL_UNKNOWN',
    message: `The source "${declared.name}" has no document to tell its protocol from.`,
    at: [declared.name],
    hint: `name one of ${Object.keys(adapters).join(', ')}`,
  });
}

/** A protocol that was told from the document decides which options the source can have. */
function misplacedOptions({ name, protocol, options }: Source): Diagnostic[] {
  const written: Readonly<Record<string, unknown>> = { ...options };
  const standard: Readonly<Record<string, unknown>> = { ...defaultSourceOptions };
  const { credential } = options;
  const kinds = protocol === 'soap' ? [] : Object.keys(credential ?? {}).filter(kind => soapCredentials.has(kind));
  const misplaced = kinds.map((kind): Diagnostic => {
    const message = `"${kind}" is a credential of soap sources; this one is ${protocol}.`;
    return { severity: 'error', code: 'CONFIG_UNKNOWN_KEY', message, at: [name, 'credential'], hint: 'remove it' };
  });
  const others = Object.entries(optionOwners).flatMap(([option, owners]): Diagnostic[] => {
    if (owners.includes(protocol) || JSON.stringify(written[option]) === JSON.stringify(standard[option])) return [];
    const message = `"${option}" is an option of ${owners.join(', ')} sources; this one is ${protocol}.`;
    return [{ severity: 'error', code: 'CONFIG_UNKNOWN_KEY', message, at: [name, option], hint: 'remove it' }];
  });
  return [...misplaced, ...others];
}

function unknownProtocol(protocol: string, name: string, adapters: Adapters): Diagnostic {
  const known = Object.keys(adapters);
  const message = `"${protocol}" is no protocol.${didYouMean(protocol, known)}`;
  return { severity: 'error', code: 'PROTOCOL_UNKNOWN', message, at: [name], hint: `protocols: ${known.join(', ')}` };
}

/** One line. */
export function reasonOf(error: unknown): string {
  return (error instanceof Error ? `${error.name}: ${error.message}` : String(error)).split('\n', 1)[0]!;
}

function rejectionOf(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const give = () => reject(signal.reason);
    if (signal.aborted) give();
    else signal.addEventListener('abort', give, { once: true });
  });
}
