import { printSchema } from 'graphql';
import { isError } from '../base/diagnostic.ts';
import { type ExitCode, exitCode } from './exit-code.ts';
import { loadAll } from './load-all.ts';
import { diagnosticLines } from './print-diagnostics.ts';
import type { Terminal } from './terminal.ts';

/** `selvage print`: the SDL of the schema that clients see; of what could be read, where not everything could. */
export async function print(options: { readonly config: string }, terminal: Terminal): Promise<ExitCode> {
  const { config, supergraph, diagnostics } = await loadAll(options.config, terminal);
  terminal.err(diagnosticLines(diagnostics));
  if (!config.ok) return exitCode.configuration;
  if (supergraph.ok) terminal.out(`${printSchema(supergraph.value.schema)}\n`);
  return diagnostics.some(isError) ? exitCode.failed : exitCode.ok;
}
