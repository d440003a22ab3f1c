import { fileURLToPath } from 'node:url';
import { packageUrl } from '../base/package-url.ts';

/** The absolute path of a file of the package, by its path from the package's root. */
export function packageFile(path: string): string {
  return fileURLToPath(packageUrl(path));
}
