#!/usr/bin/env node
import { existsSync } from 'node:fs';

const argv = process.argv.slice(2);

// Unless this is production, graphql-js looks at each of its values for a second copy of itself.
process.env.NODE_ENV ??= 'production';

// In a clone, what runs is built from src/ when that has changed; the package has no src/ and holds the build.
if (existsSync(new URL('../src/cli/main.ts', import.meta.url))) {
  const { ensureBuilt } = await import('../scripts/ensure-built.mjs');
  const serves = (argv[0] === 'demo' || argv[0] === 'serve') && !argv.includes('--help') && !argv.includes('-h');
  try {
    await Promise.all(['code', ...(serves ? ['graphiql'] : [])].map(ensureBuilt));
  } catch (error) {
    process.stderr.write(`selvage: the build failed (${error.message.split('\n', 1)[0]}). Is "npm ci" done?\n`);
    process.exit(70);
  }
}

const { runProcess } = await import('../dist/main.js');
await runProcess(argv);
