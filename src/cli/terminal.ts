import { Console } from 'node:console';
import { type Env, processEnv } from '../config/env.ts';

/** What a command may touch of the process it runs in. */
export interface Terminal {
  readonly env: Env;
  /** The command's product. */
  out(text: string): void;
  /** Everything else: diagnostics and logs. */
  err(text: string): void;
  /** Resolves when the process is asked to end. */
  stopped(): Promise<void>;
}

/** The process's own. Libraries that print do so on stderr: what stands on stdout is the command's product alone. */
export function processTerminal(): Terminal {
  globalThis.console = new Console(process.stderr, process.stderr);
  process.stdout.on('error', endWithReader);
  process.stderr.on('error', endWithReader);
  return {
    env: processEnv,
    out: text => void process.stdout.write(text),
    err: text => void process.stderr.write(text),
    stopped,
  };
}

/** Who reads the output may stop reading it: `selvage print | head`. */
function endWithReader(error: NodeJS.ErrnoException): void {
  process.exit(error.code === 'EPIPE' ? 0 : 70);
}

/** The second signal does not wait for the drain; its exit code is the shell's: 128 + the signal's number. */
function stopped(): Promise<void> {
  return new Promise(resolve => {
    let asked = false;
    for (const [signal, number] of [
      ['SIGINT', 2],
      ['SIGTERM', 15],
    ] as const) {
      process.on(signal, () => {
        if (asked) process.exit(128 + number);
        asked = true;
        resolve();
      });
    }
  });
}
