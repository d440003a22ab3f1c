import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const script = fileURLToPath(new URL('../scripts/ensure-built.mjs', import.meta.url));

/** Builds the gateway where src/ has changed, so that no start of it has to. */
export async function build(): Promise<void> {
  await promisify(execFile)(process.execPath, [script, 'code', 'graphiql']);
}
