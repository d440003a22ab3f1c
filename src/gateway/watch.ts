import { existsSync } from 'node:fs';
import { dirname, sep } from 'node:path';
import { watch as watchPaths } from 'chokidar';
import { baseOf, matchesPath } from './path-glob.ts';

/** What is watched: absolute paths. */
export interface Watched {
  /** Files, which need not exist yet, and folders with all that is in them. */
  readonly paths: readonly string[];
  readonly globs: readonly string[];
}

export interface Watch {
  /** Watches something else from now on. */
  follow(watched: Watched): void;
  close(): Promise<void>;
}

export interface WatchListener {
  changed(): void;
  /** The system does not let us watch: too many files, mostly. */
  failed(error: unknown): void;
  /** Milliseconds. Default 250. */
  readonly delay?: number;
}

/**
 * Calls back once things have been quiet for `delay` milliseconds after a change. Folders are watched, not files, so that a file that is
 * replaced, or comes later, is seen too. Resolves when it watches.
 */
export async function watch(watched: Watched, { changed, failed, delay = 250 }: WatchListener): Promise<Watch> {
  let now = watched;
  let timer: NodeJS.Timeout | undefined;
  const roots = new Set(rootsOf(now));
  const watcher = watchPaths([...roots], {
    ignoreInitial: true,
    ignored: (path, stats) => stats !== undefined && !concerns(now, path, stats.isDirectory()),
  });
  watcher.on('all', (event, path) => {
    // What is put into a new folder at once may come before the folder is watched: the folder itself tells.
    if (!isWatched(now, path) && !(event === 'addDir' && concerns(now, path, true))) return;
    clearTimeout(timer);
    timer = setTimeout(changed, delay);
  });
  watcher.on('error', failed);
  await new Promise<void>(resolve => watcher.once('ready', () => resolve()));
  return {
    follow(next) {
      now = next;
      const added = rootsOf(next).filter(root => !roots.has(root));
      for (const root of added) roots.add(root);
      watcher.add(added);
    },
    async close() {
      clearTimeout(timer);
      await watcher.close();
    },
  };
}

function foldersOf({ paths, globs }: Watched): string[] {
  return [...new Set([...paths.map(path => dirname(path)), ...globs.map(baseOf)])];
}

/** The nearest folders that exist. */
function rootsOf(watched: Watched): string[] {
  return [
    ...new Set(
      foldersOf(watched).map(folder => {
        let existing = folder;
        while (!existsSync(existing) && dirname(existing) !== existing) existing = dirname(existing);
        return existing;
      }),
    ),
  ];
}

function isWatched({ paths, globs }: Watched, path: string): boolean {
  return paths.some(each => isWithin(path, each)) || globs.some(glob => matchesPath(path, glob));
}

/** A file that is watched, or a folder on the way to one. */
function concerns(watched: Watched, path: string, isFolder: boolean): boolean {
  if (isWatched(watched, path)) return true;
  if (!isFolder) return false;
  return (
    foldersOf(watched).some(folder => isWithin(folder, path)) ||
    watched.globs.some(glob => glob.includes('**') && isWithin(path, baseOf(glob)))
  );
}

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}
