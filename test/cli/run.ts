import { main } from '../../src/cli/main.ts';
import type { Env } from '../../src/config/env.ts';

export interface Run {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a command line in this process. */
export async function run(
  argv: readonly string[],
  env: Env = {},
  stopped: Promise<void> = Promise.resolve(),
): Promise<Run> {
  let out = '';
  let err = '';
  const code = await main(argv, {
    env,
    out: text => {
      out += text;
    },
    err: text => {
      err += text;
    },
    stopped: () => stopped,
  });
  return { code, out, err };
}
