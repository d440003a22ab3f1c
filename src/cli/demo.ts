import { runDemo } from '../demo/demo.ts';
import { type ExitCode, exitCode } from './exit-code.ts';
import { optimizeAsUsual } from './optimization.ts';
import type { Terminal } from './terminal.ts';

/** `selvage demo`: until a signal asks it to end. */
export async function demo(options: { readonly port?: number }, terminal: Terminal): Promise<ExitCode> {
  const stopped = terminal.stopped();
  const running = await runDemo({ ...options, log: line => terminal.out(`${line}\n`) });
  optimizeAsUsual();
  await stopped;
  await running.close();
  return exitCode.ok;
}
