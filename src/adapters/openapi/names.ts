import { reservedTypeNames } from '../../adapter/definitions.ts';
import type { Diagnostic } from '../../base/diagnostic.ts';
import { isLegalName, pascalName, shortHash, uniqueNames } from '../../base/names.ts';
import type { Located } from './document.ts';
import type { Direction, Shape } from './shape.ts';

/** The types that are ours, whatever a document calls its own. */
const reserved: ReadonlySet<string> = new Set([...reservedTypeNames, 'File', 'HttpFile']);

/** Gives every type a name of its own. The document's components keep theirs whichever of them are used. */
export class TypeNames {
  readonly #components: ReadonlyMap<string, string>;
  readonly #taken: Set<string>;
  readonly #address: string;
  readonly #report: (diagnostic: Diagnostic) => void;

  /** `components`: the keys of the schemas of the document at `address`. */
  constructor(address: string, components: readonly string[], report: (diagnostic: Diagnostic) => void) {
    this.#address = address;
    this.#components = uniqueNames(components, pascalName, reserved);
    this.#taken = new Set([...this.#components.values(), ...reserved]);
    this.#report = report;
  }

  /** The name of a schema that is a component of the document itself. */
  component(schema: Located): string | undefined {
    if (schema.address !== this.#address) return undefined;
    const match = /^\/(?:components\/schemas|definitions)\/([^/]+)$/.exec(schema.pointer);
    return match ? this.#components.get(match[1]!.replaceAll('~1', '/').replaceAll('~0', '~')) : undefined;
  }

  isTaken(name: string): boolean {
    return this.#taken.has(name);
  }

  /** The name that is wanted, or one that is told apart by where the schema stands. */
  claim(wanted: string, schema: Located): string {
    let name = wanted;
    const place = `${schema.address.split(/[\\/]/).at(-1)}#${schema.pointer}`; // the same wherever the folder lies
    for (let salt = place; this.#taken.has(name); salt += '+') name = `${wanted}_${shortHash(salt)}`;
    this.#taken.add(name);
    if (name !== wanted) {
      this.#report({
        severity: 'note',
        code: 'NAME_COLLISION',
        message: `Another type is called ${wanted}; this one is ${name}.`,
        at: [schema.address, schema.pointer],
        hint: 'x-graphql-type-name gives a type another name.',
      });
    }
    return name;
  }
}

/** What the target of a reference is called, from where it stands: its keys without the keywords between them. */
export function nameOfTarget(target: Located): string {
  const path = target.pointer.split('/').slice(1);
  const inComponents = path[0] === 'components' || path[0] === 'definitions';
  const file = target.address
    .split(/[\\/]/)
    .at(-1)!
    .replace(/\.(ya?ml|json)$/i, '');
  const keys = inComponents ? path.slice(path[0] === 'components' ? 2 : 1) : path;
  const spoken = keys.flatMap(key => (key === 'items' ? ['Item'] : silent.has(key) ? [] : [key]));
  const inside = spoken.map(key => pascalName(key.replaceAll('~1', '/').replaceAll('~0', '~'))).join('');
  return inside === '' ? pascalName(file) : inside;
}

const silent: ReadonlySet<string> = new Set([
  'properties',
  'allOf',
  'oneOf',
  'anyOf',
  'schema',
  'content',
  '$defs',
  'definitions',
]);

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
