import { sep } from 'node:path';
import { matchesAny } from '../base/glob.ts';

/** The folder below which everything lies that an absolute glob can match. */
export function baseOf(glob: string): string {
  const parts = glob.split(sep);
  const fixed = parts.findIndex(part => part.includes('*'));
  return parts.slice(0, fixed < 0 ? -1 : fixed).join(sep) || sep;
}

/** Does an absolute path match? `*` stands for any characters of one name, `**` for any number of folders. */
export function matchesPath(path: string, glob: string): boolean {
  return matchesParts(path.split(sep), glob.split(sep));
}

function matchesParts(path: readonly string[], glob: readonly string[]): boolean {
  const [first, ...rest] = glob;
  if (first === undefined) return path.length === 0;
  if (first === '**') return path.some((_, index) => matchesParts(path.slice(index), rest));
  return path.length > 0 && matchesAny(path[0]!, [first]) && matchesParts(path.slice(1), rest);
}
