import { appendFileSync } from 'node:fs';
import { createRequire, register } from 'node:module';
import { isMainThread } from 'node:worker_threads';

// With `node --import`: writes the address of every module that the process loads into the file that RECORD_MODULES names. What is
// imported passes `load`, which runs in a thread of its own; what is required stands in the cache at the end.
const file = process.env.RECORD_MODULES;
if (isMainThread) {
  register(import.meta.url);
  const { cache } = createRequire(import.meta.url);
  process.on('exit', () => appendFileSync(file, Object.keys(cache).join('\n')));
}

export function load(url, context, next) {
  appendFileSync(file, `${url}\n`);
  return next(url, context);
}
