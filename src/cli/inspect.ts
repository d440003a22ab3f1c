import { printSchema } from 'graphql';
import { isError } from '../base/diagnostic.ts';
import { type ExitCode, exitCode } from './exit-code.ts';
import { inspectDocument } from './inspection.ts';
import { countLine, diagnosticLines } from './print-diagnostics.ts';
import { isProtocol } from './protocol-option.ts';
import type { Terminal } from './terminal.ts';
import { withLines } from './with-lines.ts';

export interface InspectOptions {
  readonly json?: boolean;
  readonly sdl?: boolean;
  readonly root?: string;
  readonly include: readonly string[];
  readonly protocol?: string;
}

/** `selvage inspect`: what one document comes to, as text, as JSON or as SDL. */
export async function inspect(document: string, options: InspectOptions, terminal: Terminal): Promise<ExitCode> {
  const { json, sdl, ...pointer } = options;
  if (json && sdl) {
    terminal.err('error: --json and --sdl exclude each other.\n');
    return exitCode.usage;
  }
  if (!isProtocol(options.protocol, terminal)) return exitCode.usage;
  const { schema, ...inspection } = await inspectDocument({ document, ...pointer });
  const { protocol, operations, types, diagnostics } = inspection;
  if (json) {
    const told = diagnostics.map(({ severity, code, message, at, hint }) => ({ severity, code, message, at, hint }));
    terminal.out(`${JSON.stringify({ protocol, operations, types, diagnostics: told })}\n`);
  } else if (sdl) {
    terminal.err(diagnosticLines(await withLines(diagnostics)));
    if (schema) terminal.out(`${printSchema(schema)}\n`);
  } else {
    terminal.out(diagnosticLines(await withLines(diagnostics)));
    const { imported, total } = operations;
    terminal.out(
      `${protocol ?? 'unknown protocol'}: ${imported} of ${total} operations, ${types} types; ${countLine(diagnostics)}\n`,
    );
  }
  return diagnostics.some(isError) ? exitCode.failed : exitCode.ok;
}
