import type { Diagnostic } from '../../../base/diagnostic.ts';
import { fieldName, isLegalName, lowerFirst, uniqueNames } from '../../../base/names.ts';
import type { Direction, Shape } from '../call/shape.ts';
import type { Located } from '../document/document.ts';

/** mapping: unchanged where it is legal; a sign is spelt out, the rest becomes `_`, and words that GraphQL keeps get one before. */
export function enumValueName(wire: string): string {
  if (wire === '') return '_EMPTY';
  if (wire === 'true' || wire === 'false' || wire === 'null') return `_${wire}`;
  if (isLegalName(wire)) return wire;
  const spelt = wire
    .replace(/^\+/, 'plus_')
    .replace(/^-/, 'minus_')
    .replace(/[^_0-9A-Za-z]/g, '_');
  if (/^_*$/.test(spelt)) return `_x${Buffer.from(wire).toString('hex').slice(0, 16)}`;
  const single = spelt.replace(/^_{2,}/, '_');
  return /^[0-9]/.test(single) ? `_${single}` : single;
}

/** A shape as a part of a name: `[Pet]` -> `PetList`. */
export function spoken(shape: Shape): string {
  switch (shape.kind) {
    case 'scalar':
      return shape.scalar;
    case 'type':
      return shape.name;
    case 'list':
      return `${spoken(shape.of)}List`;
    case 'map':
      return shape.entry.replace(/EntryInput$|Entry$/, 'Map');
  }
}

/** An input's name without the ending that tells it from its output twin. */
export function withoutInput(name: string, direction: Direction): string {
  return direction === 'input' ? name.replace(/Input(?=List$|$)/, '') : name;
}

/** The fields of an input of which one is given are called after their types. */
export function optionNames(shapes: readonly Shape[]): string[] {
  const wanted = shapes.map(shape => {
    const type = withoutInput(spoken(shape), 'input');
    return shape.kind === 'scalar' && /^[A-Z]+$/.test(type) ? type.toLowerCase() : lowerFirst(type);
  });
  const names = uniqueNames(wanted, fieldName);
  return wanted.map(name => names.get(name)!);
}

/** Tells of names that are not what they would be, because another one of the same scope is called so. */
export function reportRenamed(
  what: string,
  names: ReadonlyMap<string, string>,
  sanitise: (key: string) => string,
  { address, pointer }: Located,
  report: (diagnostic: Diagnostic) => void,
): void {
  for (const [key, name] of names) {
    const wanted = name === key ? name : sanitise(key);
    if (name === wanted) continue;
    const message = `Another ${what} is called ${wanted}; that of ${JSON.stringify(key.slice(0, 100))} is ${name}.`;
    report({ severity: 'note', code: 'NAME_COLLISION', message, at: [address, pointer] });
  }
}
