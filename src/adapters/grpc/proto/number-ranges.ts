import type { Cursor } from './cursor.ts';

/** `5`, `5 to 9` or `5 to max`: its first and its last number. */
export function readRange(cursor: Cursor, max: number): [number, number] {
  const start = cursor.integer();
  if (!cursor.accept('to')) return [start, start];
  return [start, cursor.accept('max') ? max : cursor.integer()];
}

/** What follows `reserved`: names, quoted or (editions) not, or ranges that include their ends. */
export function readReserved(cursor: Cursor, max: number): { names: string[]; ranges: [number, number][] } {
  const names: string[] = [];
  const ranges: [number, number][] = [];
  do {
    if (cursor.peek().kind === 'string') names.push(cursor.plainString());
    else if (cursor.peek().kind === 'name') names.push(cursor.take().text);
    else ranges.push(readRange(cursor, max));
  } while (cursor.accept(','));
  cursor.expect(';');
  return { names, ranges };
}
