import { isRecord } from '../../../base/json.ts';
import type { Located } from '../document/document.ts';
import { child, children, type Resolver, referenceOf } from '../document/resolver.ts';
import { isNullable, wrappedBy } from './statements.ts';

type Component = Located & { readonly key: string };

/** Which of the document's schemas build upon which by `allOf`: for parents that a discriminator makes the stand-in of their heirs. */
export class Inheritance {
  readonly #resolver: Resolver;
  readonly #heirs = new Map<unknown, Component[]>();
  readonly #represented = new Set<unknown>();

  constructor(components: readonly Component[], resolver: Resolver) {
    this.#resolver = resolver;
    for (const heir of components) {
      for (const member of children(child(heir, 'allOf'))) {
        const parent = referenceOf(member.value) === undefined ? undefined : resolver.deref(member);
        if (!parent) continue;
        const known = this.#heirs.get(parent.value);
        if (known) known.push(heir);
        else this.#heirs.set(parent.value, [heir]);
      }
    }
    for (const value of this.#heirs.keys())
      for (const heir of this.heirsOf({ value })) this.#represented.add(heir.value);
  }

  /** Does a parent stand in for the schema? Then it is a type of its own, even if it adds nothing to the parent. */
  isHeir(schema: unknown): boolean {
    return this.#represented.has(schema);
  }

  /**
   * The heirs of a schema with a discriminator and their heirs, in the order of the document; none of any other. One that adds nothing is
   * only another way to say the same where the parent names others as its heirs, and where it allows null.
   */
  heirsOf({ value: parent }: Pick<Located, 'value'>): readonly Located[] {
    if (!isRecord(parent) || !Object.hasOwn(parent, 'discriminator')) return [];
    const found = new Map((this.#heirs.get(parent) ?? []).map(heir => [heir.value, heir]));
    for (const value of found.keys()) {
      for (const heir of this.#heirs.get(value) ?? []) if (!found.has(heir.value)) found.set(heir.value, heir); // a Map goes on with what is added
    }
    found.delete(parent);
    const named = keysNamedBy(parent);
    return [...found.values()].filter(
      heir => !wrappedBy(heir) || (named.size > 0 ? named.has(heir.key) : !allowsNull(heir)),
    );
  }

  /** Is the parent among what the branch joins by `allOf`? Then the branch is its heir, and no part of it. */
  buildsOn(branch: Located, parent: Located): boolean {
    const joined = new Map<unknown, Located>([[branch.value, branch]]);
    for (const schema of joined.values()) {
      const here = this.#resolver.deref(schema);
      if (here && here.value === parent.value) return true;
      for (const member of here ? children(child(here, 'allOf')) : []) joined.set(member.value, member); // a Map goes on with what is added
    }
    return false;
  }
}

/** The components that the parent's mapping and alternatives name: a reference ends with the key, and a mapping may have that alone. */
function keysNamedBy(parent: Readonly<Record<string, unknown>>): ReadonlySet<string> {
  const { discriminator, oneOf, anyOf } = parent;
  const mapping = isRecord(discriminator) && isRecord(discriminator['mapping']) ? discriminator['mapping'] : {};
  const branches = [oneOf, anyOf].flatMap(list => (Array.isArray(list) ? list : []));
  const references = [...Object.values(mapping), ...branches.map(referenceOf)];
  return new Set(references.flatMap(text => (typeof text === 'string' ? [text.split('/').at(-1)!] : [])));
}

function allowsNull(heir: Located): boolean {
  return [heir, ...children(child(heir, 'allOf'))].some(({ value }) => isNullable(value));
}
