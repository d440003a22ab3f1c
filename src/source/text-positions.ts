import { jsonOffsets } from './json-offsets.ts';
import { pointerTree } from './pointer-tree.ts';

/** Counted from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Larger YAML takes longer to go through than a line number is worth. */
const mostYaml = 4 * 1024 * 1024;

/** Where JSON Pointers lead in a text of JSON or YAML, by pointer; those that lead nowhere are not in it. */
export async function textPositions(text: string, pointers: Iterable<string>): Promise<ReadonlyMap<string, Position>> {
  const tree = pointerTree(pointers);
  if (tree.inner.size === 0) return new Map();
  const offsets = await offsetsIn(text, tree);
  const positions = new Map<string, Position>();
  let line = 1;
  let start = 0;
  for (const [pointer, offset] of [...offsets].sort(([, a], [, b]) => a - b)) {
    for (let end = text.indexOf('\n', start); end >= 0 && end < offset; end = text.indexOf('\n', start)) {
      line += 1;
      start = end + 1;
    }
    positions.set(pointer, { line, column: offset - start + 1 });
  }
  return positions;
}

async function offsetsIn(text: string, tree: ReturnType<typeof pointerTree>): Promise<ReadonlyMap<string, number>> {
  if (isJson(text)) return jsonOffsets(text.replace(/^\uFEFF/, ' '), tree);
  if (text.length > mostYaml) return new Map();
  return (await import('./yaml-offsets.ts')).yamlOffsets(text, tree);
}

function isJson(text: string): boolean {
  if (!/^\uFEFF?\s*[{[]/.test(text)) return false;
  try {
    JSON.parse(text.replace(/^\uFEFF/, ''));
    return true;
  } catch {
    return false;
  }
}
