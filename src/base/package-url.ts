/** The folder that holds `src/` or `dist/`, whichever this runs from, and however deep in it. */
const folder = /^.*\/(?=(?:src|dist)\/)/.exec(import.meta.url)?.[0];

/** Where a file of this package is, by its path from the package's root. */
export function packageUrl(path: string): URL {
  return new URL(path, folder);
}
