import { readFile } from 'node:fs/promises';
import type { Diagnostic } from '../base/diagnostic.ts';
import { type Position, textPositions } from '../source/text-positions.ts';

/** For a person: where a diagnostic names a JSON Pointer in a file, the line and the column that it leads to stand behind the file. */
export async function withLines(diagnostics: readonly Diagnostic[]): Promise<readonly Diagnostic[]> {
  const pointers = new Map<string, Set<string>>();
  for (const { at } of diagnostics) {
    const [address, pointer] = at;
    if (!address?.startsWith('/') || !pointer?.startsWith('/')) continue;
    pointers.set(address, (pointers.get(address) ?? new Set()).add(pointer));
  }
  const positions = new Map<string, ReadonlyMap<string, Position>>();
  for (const [address, wanted] of pointers) positions.set(address, await positionsIn(address, wanted));
  return diagnostics.map(diagnostic => {
    const [address = '', pointer = '', ...more] = diagnostic.at;
    const position = positions.get(address)?.get(pointer);
    if (!position) return diagnostic;
    return { ...diagnostic, at: [`${address}:${position.line}:${position.column}`, pointer, ...more] };
  });
}

/** The file was read before. What changed or went in between has no lines. */
async function positionsIn(file: string, pointers: ReadonlySet<string>): Promise<ReadonlyMap<string, Position>> {
  try {
    return await textPositions(await readFile(file, 'utf8'), pointers);
  } catch {
    return new Map();
  }
}
