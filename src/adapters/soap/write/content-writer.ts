import type { Types } from '../model/fields.ts';
import type { ElementField, GroupField, ModelGroup, Particle, WildcardField } from '../model/model.ts';
import { recordOf, refused } from './given-values.ts';
import { fieldPath, ValueReader, type Values } from './value-reader.ts';
import { fragment } from './xml-fragment.ts';

type WriteElement = (element: ElementField, value: unknown, path: string) => string;

/** Writes content as its model demands it (XSD 1.0 part 1, 3.8): in its order, as often as it may be, and one branch of a choice. */
export class ContentWriter {
  readonly #types: Types;
  readonly #element: WriteElement;

  constructor(types: Types, element: WriteElement) {
    this.#types = types;
    this.#element = element;
  }

  /** All content of one element: what is given of it is written, or refused. */
  write(content: Particle, values: Values, path: string): string {
    const reader = new ValueReader(values, path);
    const text = this.#particle(content, reader);
    const left = reader.left();
    if (left.length === 0) return text;
    const fields = new Set(this.#fieldsOf(content));
    const surplus = left.find(field => fields.has(field));
    if (surplus !== undefined)
      throw refused(fieldPath(path, surplus), 'there is more of it than the schema has room for');
    return text;
  }

  #particle(particle: Particle, values: ValueReader): string {
    switch (particle.kind) {
      case 'element':
        return this.#occurrences(particle, values);
      case 'any':
        return this.#listed(particle, values)
          .map((item, index) => fragment(item, `${values.at(particle.field)}.${index}`, particle))
          .join('');
      case 'group':
        return this.#groups(particle, values);
      case 'base': {
        const base = this.#types[particle.type];
        return base?.kind === 'complex' && base.content ? this.#particle(base.content, values) : '';
      }
      case 'choice':
        return this.#choice(particle, values);
      default:
        if (particle.optional && !this.#given(particle, values)) return '';
        return particle.items.map(item => this.#particle(item, values)).join('');
    }
  }

  #occurrences(particle: ElementField, values: ValueReader): string {
    const at = values.at(particle.field);
    if (!particle.list) {
      const value = values.one(particle.field);
      if (value === undefined || (value === null && !particle.nillable)) {
        if (particle.min === 0) return '';
        if (value === undefined && particle.default !== undefined) return this.#element(particle, undefined, at);
        if (value === undefined && particle.nillable) return this.#element(particle, null, at);
        throw refused(at, 'a value is required');
      }
      return this.#element(particle, value, at);
    }
    const items = values.take(particle.field, particle.max);
    if (items.length < particle.min) throw refused(at, `at least ${particle.min} are required`);
    return items.map((item, index) => this.#element(particle, item, `${at}.${index}`)).join('');
  }

  #listed(particle: WildcardField | GroupField, values: ValueReader): readonly unknown[] {
    const items = values.take(particle.field, particle.max);
    if (items.length >= particle.min) return items;
    throw refused(values.at(particle.field), `at least ${particle.min} are required`);
  }

  #groups(particle: GroupField, values: ValueReader): string {
    const type = this.#types[particle.type];
    const content = type?.kind === 'complex' ? type.content : undefined;
    const at = values.at(particle.field);
    if (!content) return '';
    return this.#listed(particle, values)
      .map((item, index) => this.write(content, recordOf(item, `${at}.${index}`), `${at}.${index}`))
      .join('');
  }

  /** Exactly one branch (XSD 1.0 part 1, 3.8.4): the one that has what is given. */
  #choice(particle: ModelGroup, values: ValueReader): string {
    const given = particle.items.filter(item => this.#given(item, values));
    if (given.length === 0) {
      const nil = particle.items.filter(item => item.kind === 'element' && item.nillable && values.isNull(item.field));
      if (nil.length === 1) return this.#particle(nil[0]!, values); // there is one
    }
    const fields = particle.items.flatMap(item => this.#fieldsOf(item));
    if (given.length === 0) {
      if (particle.optional || particle.items.some(item => this.#emptiable(item))) return '';
      throw refused(values.at(fields[0] ?? ''), `exactly one of ${fields.join(', ')} is required`);
    }
    const wanted = new Set(fields.filter(field => values.has(field)));
    const covering = given.filter(item => {
      const covered = new Set(this.#fieldsOf(item));
      return [...wanted].every(field => covered.has(field));
    });
    // Branches may have elements in common: then what each demands tells which is meant.
    const branch = covering.find(item => covering.length === 1 || this.#isSatisfied(item, values)) ?? covering[0];
    if (!branch) throw refused(values.at([...wanted][1] ?? ''), `only one of ${[...wanted].join(', ')} may be given`);
    return this.#particle(branch, values);
  }

  #given(particle: Particle, values: ValueReader): boolean {
    return this.#fieldsOf(particle).some(field => values.has(field));
  }

  /** Is all given that a particle demands? */
  #isSatisfied(particle: Particle, values: ValueReader): boolean {
    switch (particle.kind) {
      case 'element':
        return particle.min === 0 || particle.default !== undefined || particle.nillable || values.has(particle.field);
      case 'any':
      case 'group':
        return particle.min === 0 || values.has(particle.field);
      case 'base': {
        const base = this.#types[particle.type];
        return base?.kind !== 'complex' || !base.content || this.#isSatisfied(base.content, values);
      }
      case 'choice':
        return this.#emptiable(particle) || particle.items.some(item => this.#isSatisfied(item, values));
      default:
        return (
          (particle.optional && !this.#given(particle, values)) ||
          particle.items.every(item => this.#isSatisfied(item, values))
        );
    }
  }

  #fieldsOf(particle: Particle): string[] {
    if ('items' in particle) return particle.items.flatMap(item => this.#fieldsOf(item));
    if (particle.kind !== 'base') return [particle.field];
    const base = this.#types[particle.type];
    return base?.kind === 'complex' && base.content ? this.#fieldsOf(base.content) : [];
  }

  #emptiable(particle: Particle): boolean {
    if (particle.kind === 'choice') return particle.optional || particle.items.some(item => this.#emptiable(item));
    if ('items' in particle) return particle.optional || particle.items.every(item => this.#emptiable(item));
    return particle.kind !== 'base' && particle.min === 0;
  }
}
