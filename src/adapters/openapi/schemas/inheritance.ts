import { isRecord } from '../../../base/json.ts';
import type { Located } from '../document/document.ts';
import { child, children, type Resolver, referenceOf } from '../document/resolver.ts';

/** Which of the document's schemas build upon which by `allOf`: for parents that a discriminator makes the stand-in of their heirs. */
export class Inheritance {
  readonly #heirs = new Map<unknown, Located[]>();

  constructor(components: readonly Located[], resolver: Resolver) {
    for (const heir of components) {
      for (const member of children(child(heir, 'allOf'))) {
        const parent = referenceOf(member.value) === undefined ? undefined : resolver.deref(member);
        if (!parent) continue;
        const known = this.#heirs.get(parent.value);
        if (known) known.push(heir);
        else this.#heirs.set(parent.value, [heir]);
      }
    }
  }

  /** The heirs of a schema with a discriminator and their heirs, in the order of the document; none of any other. */
  heirsOf(schema: Located): readonly Located[] {
    if (!isRecord(schema.value) || !Object.hasOwn(schema.value, 'discriminator')) return [];
    const found = new Map<unknown, Located>([[schema.value, schema]]);
    for (const { value } of found.values()) {
      for (const heir of this.#heirs.get(value) ?? []) if (!found.has(heir.value)) found.set(heir.value, heir); // a Map goes on with what is added
    }
    found.delete(schema.value);
    return [...found.values()];
  }
}
