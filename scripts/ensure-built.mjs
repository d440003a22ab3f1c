import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = new URL('../', import.meta.url);
const path = name => fileURLToPath(new URL(name, root));

/** What is built: from which files, to which stamp, and how. A part is fresh while its stamp names the newest of its files. */
const parts = {
  code: {
    from: ['src', 'scripts/build-code.mjs', 'package.json', 'package-lock.json'],
    without: path('src/console'),
    stamp: path('dist/.built'),
    command: ['scripts/build-code.mjs'],
  },
  types: {
    from: ['src', 'tsconfig.json', 'tsconfig.build.json', 'package.json'],
    without: path('src/console'),
    stamp: path('dist/types/.built'),
    command: ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json', '--noCheck'],
  },
  graphiql: {
    from: ['src/console', 'scripts/build-graphiql.ts', 'package-lock.json'],
    without: '',
    stamp: path('dist/graphiql/.built'),
    command: ['node_modules/tsx/dist/cli.mjs', 'scripts/build-graphiql.ts'],
  },
};

/**
 * Builds a part of `dist/` if it is missing or older than its sources; says so on stderr. Of several processes one builds, the others wait.
 * @param {'code' | 'types' | 'graphiql'} name
 */
export async function ensureBuilt(name) {
  const part = parts[name];
  if (isFresh(part)) return;
  await whileLocked(path(`node_modules/.selvage-${name}.lock`), async () => {
    if (isFresh(part)) return;
    process.stderr.write(`selvage: building ${name} …\n`);
    const newest = newestOf(part);
    await run(part.command);
    writeFileSync(part.stamp, newest);
  });
}

/** What the tool prints is shown where it fails. */
async function run(command) {
  if (!existsSync(path(command[0]))) throw new Error(`${command[0]} is not installed`);
  try {
    await promisify(execFile)(process.execPath, command, { cwd: fileURLToPath(root), maxBuffer: 2 ** 26 });
  } catch (error) {
    process.stderr.write(`${error.stdout ?? ''}${error.stderr ?? ''}`);
    throw error;
  }
}

function isFresh(part) {
  try {
    return readFileSync(part.stamp, 'utf8') === newestOf(part);
  } catch {
    return false;
  }
}

/** The time of the last change; a folder's own changes when a file in it comes or goes. */
function newestOf({ from, without }) {
  const times = from.flatMap(name => timesOf(path(name), without));
  return `${Math.max(...times)}`;
}

function timesOf(file, without) {
  const status = statSync(file);
  if (!status.isDirectory() || file === without) return [status.isDirectory() ? 0 : status.mtimeMs];
  return [status.mtimeMs, ...readdirSync(file).flatMap(name => timesOf(`${file}/${name}`, without))];
}

async function whileLocked(lock, work) {
  for (;;) {
    try {
      mkdirSync(lock);
      writeFileSync(`${lock}/pid`, `${process.pid}`);
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      if (isAbandoned(lock)) rmSync(lock, { recursive: true, force: true });
      else await wait(100);
    }
  }
  try {
    await work();
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}

/** Its process is gone (someone pressed Ctrl-C), or it is older than any build. */
function isAbandoned(lock) {
  try {
    if (Date.now() - statSync(lock).mtimeMs > 5 * 60_000) return true;
    process.kill(Number(readFileSync(`${lock}/pid`, 'utf8')), 0);
    return false;
  } catch (error) {
    return error.code === 'ESRCH';
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await Promise.all(process.argv.slice(2).map(ensureBuilt));
