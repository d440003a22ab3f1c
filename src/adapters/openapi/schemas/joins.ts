import { type Located, pointerTo } from '../document/document.ts';
import { child, children, type Resolver } from '../document/resolver.ts';
import { annotationsOf, namesProperties } from './statements.ts';

/** What `allOf` joins: in the document, and of objects that several of its parts write out. */
export class Joins {
  readonly #resolver: Resolver;
  /** What objects are made of here, each where it stands: so it is called the same, whoever else uses it. */
  readonly #members = new Map<unknown, readonly Located[]>();

  constructor(resolver: Resolver) {
    this.#resolver = resolver;
  }

  membersOf(schema: Located): readonly Located[] {
    return this.#members.get(schema.value) ?? children(child(schema, 'allOf'));
  }

  /** Of one object that two parts of the whole write out, one that is both: a property of the whole. Of all else the later one. */
  property(whole: Located, key: string, earlier: Located, later: Located): Located {
    const isObject = namesProperties(earlier.value) || this.#members.has(earlier.value);
    if (!isObject || !namesProperties(later.value)) return later;
    const value = { type: 'object', ...annotationsOf(later.value), allOf: [earlier.value, later.value] };
    this.#members.set(value, [earlier, later]);
    const property = { value, address: whole.address, pointer: pointerTo(`${whole.pointer}/properties`, key) };
    this.#resolver.adopt(property, whole);
    return property;
  }
}
