import { fileURLToPath } from 'node:url';

/** The absolute path of a file of the package, by its path from the package's root: the same from `src/` and from `dist/`. */
export function packageFile(path: string): string {
  return fileURLToPath(new URL(`../../${path}`, import.meta.url));
}
