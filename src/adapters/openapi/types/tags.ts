import { literal } from './literal.ts';
import type { TypeDraft } from './type-drafts.ts';

/** Alternatives of inputs are told by a property's value: whoever gives one need not say so again. */
export class Tags {
  /** By type and property: the values. */
  readonly #values = new Map<string, Map<string, Set<string>>>();

  add(type: string, property: string, value: string): void {
    const properties = this.#values.get(type) ?? new Map<string, Set<string>>();
    this.#values.set(type, properties);
    properties.set(property, (properties.get(property) ?? new Set()).add(value));
  }

  /** The type with the value as the default of the property, where all alternatives agree on it. */
  applied(draft: TypeDraft, enumName: (type: string, wire: string) => string | undefined): TypeDraft {
    const tags = this.#values.get(draft.name);
    if (!tags || draft.shape.kind !== 'object') return draft;
    const notes = new Map(draft.notes);
    for (const { name, wire, shape } of draft.shape.fields) {
      const [value, ...others] = tags.get(wire) ?? [];
      const note = notes.get(name);
      if (value === undefined || others.length > 0 || !note || note.default || !shape.nonNull) continue;
      notes.set(name, { ...note, default: literal(value, shape, enumName) });
    }
    return { ...draft, notes };
  }

  clear(): void {
    this.#values.clear();
  }
}
