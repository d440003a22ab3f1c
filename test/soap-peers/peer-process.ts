import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/** A server of another make, which says on a line of its own where it listens. */
export async function startPeer(command: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } });
  const url = await Promise.race([addressIn(child, 'stdout'), addressIn(child, 'stderr')]);
  // Nobody reads on: a full pipe would stop it.
  child.stdout.resume();
  child.stderr.resume();
  return {
    url,
    async stop() {
      const ended = once(child, 'exit');
      child.kill();
      await ended;
    },
  };
}

async function addressIn(child: ChildProcess, stream: 'stdout' | 'stderr'): Promise<string> {
  let said = '';
  for await (const chunk of child[stream]?.iterator({ destroyOnReturn: false }) ?? []) {
    said += String(chunk);
    const [url] = /http:\/\/127\.0\.0\.1:\d+/.exec(said) ?? [];
    if (url !== undefined) return url;
  }
  if (stream === 'stdout') return new Promise(() => {}); // the other one tells
  throw new TypeError(`The server did not start: ${said}`);
}
