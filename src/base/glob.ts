/** Does a name match one of the globs, in which `*` stands for any characters? Linear: no regular expression is built from input. */
export function matchesAny(name: string, globs: readonly string[]): boolean {
  return globs.some(glob => matches(name, glob));
}

function matches(name: string, glob: string): boolean {
  const [head = '', ...rest] = glob.split('*');
  if (rest.length === 0) return name === glob;
  if (!name.startsWith(head)) return false;
  const tail = rest.pop()!;
  let from = head.length;
  for (const part of rest) {
    const found = name.indexOf(part, from);
    if (found < 0) return false;
    from = found + part.length;
  }
  return name.length - tail.length >= from && name.endsWith(tail);
}
