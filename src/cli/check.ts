import { isError } from '../base/diagnostic.ts';
import { type ExitCode, exitCode } from './exit-code.ts';
import { loadAll } from './load-all.ts';
import { countLine, diagnosticLines } from './print-diagnostics.ts';
import type { Terminal } from './terminal.ts';

/** `selvage check`: every diagnostic of the configuration, the documents, the overlay and what is between them. */
export async function check(options: { readonly config: string }, terminal: Terminal): Promise<ExitCode> {
  const { sources, diagnostics } = await loadAll(options.config, terminal);
  terminal.out(diagnosticLines(diagnostics));
  for (const { name, state, protocol = 'unknown protocol', operations } of sources) {
    const told = operations ? `${operations.imported} of ${operations.total} operations` : `${state}: not read`;
    terminal.out(`${name}: ${protocol}, ${told}\n`);
  }
  terminal.out(`${countLine(diagnostics)}\n`);
  return diagnostics.some(isError) ? exitCode.failed : exitCode.ok;
}
