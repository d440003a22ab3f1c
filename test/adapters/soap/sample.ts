import { leavesWithin, type Types } from '../../../src/adapters/soap/fields.ts';
import type {
  BodyModel,
  ComplexType,
  Particle,
  Primitive,
  SimpleType,
  TypeKey,
} from '../../../src/adapters/soap/model.ts';

/** Values of XSD types, by a seed: whatever the schema allows, facets apart. */
export class Sampler {
  readonly #types: Types;
  readonly #strings: (random: () => number) => string;
  #state: number;

  constructor(types: Types, seed: number, strings: (random: () => number) => string = plainString) {
    this.#types = types;
    this.#state = seed;
    this.#strings = strings;
  }

  /** Arguments for a body, their names in any order. */
  args(body: BodyModel): Record<string, unknown> {
    if (body.shape === 'empty') return {};
    const value = this.value(body.type, 0);
    return body.shape === 'bare' ? { input: value } : (value as Record<string, unknown>); // a wrapper is of a complex type
  }

  value(key: TypeKey, depth: number): unknown {
    const type = this.#types[key];
    if (type?.kind === 'simple') return this.simple(type);
    if (type?.kind === 'substitution') {
      const member = this.#pick(type.members);
      const model = member && this.#types[member.type];
      const own =
        model?.kind === 'complex' && !model.abstract
          ? this.#own(model, depth + 1)
          : this.value(member!.type, depth + 1);
      return { [member!.field]: own };
    }
    if (type?.kind !== 'complex') return null;
    if (!type.variants) return this.#own(type, depth + 1);
    const simplest = [...type.variants].sort((a, b) => this.#size(a.type) - this.#size(b.type));
    const variant = depth > 5 ? simplest[0]! : this.#pick(type.variants)!;
    return { [variant.field]: this.#own(this.#types[variant.type] as ComplexType, depth + 1) }; // variants are complex types
  }

  simple(type: SimpleType): unknown {
    if (type.list) return Array.from({ length: 1 + this.#below(3) }, () => this.#item({ ...type, list: false }, true));
    return this.#item(type, false);
  }

  #item(type: SimpleType, inList: boolean): unknown {
    if (type.values) return this.#pick(type.values)?.[0] ?? '';
    const choices = samples[type.primitive];
    if (choices) return this.#pick(choices);
    const text = inList || type.whiteSpace !== 'preserve' ? `t${this.#below(1000)}` : this.#strings(this.#random);
    return type.primitive === 'XML' ? '<x xmlns="urn:x">y</x>' : text;
  }

  #own(type: ComplexType, depth: number): Record<string, unknown> {
    const entries: [string, unknown][] = [];
    for (const attribute of type.attributes) {
      if (attribute.required || this.#below(2) === 0)
        entries.push([attribute.field, attribute.default ?? this.value(attribute.type, depth)]);
    }
    if (type.value !== undefined) entries.push(['_value', this.value(type.value, depth)]);
    if (type.content) this.#particle(type.content, depth, entries);
    // Shuffled: the schema's order is the writer's duty.
    for (let i = entries.length - 1; i > 0; i--) {
      const j = this.#below(i + 1);
      [entries[i], entries[j]] = [entries[j]!, entries[i]!];
    }
    const record: Record<string, unknown> = {};
    for (const [field, value] of entries) {
      const former = record[field];
      record[field] = Array.isArray(former) && Array.isArray(value) ? [...former, ...value] : (former ?? value);
    }
    return record;
  }

  #particle(particle: Particle, depth: number, entries: [string, unknown][]): void {
    switch (particle.kind) {
      case 'element': {
        const count = this.#count(particle.min, particle.max, depth);
        if (particle.list) {
          if (count > 0)
            entries.push([particle.field, Array.from({ length: count }, () => this.value(particle.type, depth))]);
        } else if (particle.nillable && (this.#below(4) === 0 || depth > 8)) entries.push([particle.field, null]);
        else if (count > 0) entries.push([particle.field, this.value(particle.type, depth)]);
        return;
      }
      case 'any':
        return;
      case 'group': {
        const count = this.#count(particle.min, undefined, depth);
        if (count === 0) return;
        const items = Array.from({ length: count }, () =>
          this.#own(this.#types[particle.type] as ComplexType, depth + 1),
        ); // a group's type is complex
        entries.push([particle.field, items]);
        return;
      }
      case 'base': {
        const base = this.#types[particle.type];
        if (base?.kind === 'complex' && base.content) this.#particle(base.content, depth, entries);
        return;
      }
      case 'choice': {
        if (particle.optional && (depth > 4 || this.#below(3) === 0)) return;
        const branches = [...particle.items];
        const branch = depth > 4 ? branches.sort((a, b) => this.#weight(a) - this.#weight(b))[0] : this.#pick(branches);
        if (branch?.kind === 'element') this.#particle({ ...branch, min: Math.max(1, branch.min) }, depth, entries);
        else if (branch) this.#particle(branch, depth, entries);
        return;
      }
      default:
        if (particle.optional && (depth > 4 || this.#below(3) === 0)) return;
        for (const item of particle.items) this.#particle(item, depth, entries);
    }
  }

  #weight(particle: Particle): number {
    return particle.kind === 'element' && this.#types[particle.type]?.kind === 'simple' ? 0 : 1;
  }

  #size(key: TypeKey): number {
    const type = this.#types[key];
    return type?.kind === 'complex'
      ? leavesWithin(this.#types, type).filter(leaf => leaf.kind === 'element' && leaf.min > 0).length
      : 0;
  }

  #count(min: number, max: number | undefined, depth: number): number {
    if (depth > 4) return min;
    return Math.min(max ?? min + 2, min + this.#below(3));
  }

  #pick<T>(items: readonly T[]): T | undefined {
    return items[this.#below(items.length)];
  }

  #below(limit: number): number {
    return Math.floor(this.#random() * limit);
  }

  /** Mulberry32. */
  readonly #random = (): number => {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

function plainString(random: () => number): string {
  return `s${Math.floor(random() * 1000)}`;
}

const samples: Readonly<Partial<Record<Primitive, readonly unknown[]>>> = {
  Boolean: [true, false],
  Int: [0, 1, 7, 100],
  Int64: ['4294967295', '0', '12'],
  BigInt: ['1', '9007199254740993'],
  Decimal: ['123456789.123456789123', '0.10', '5'],
  Float: [1.5, 0.25, 1e21],
  DateTime: ['2009-01-01T00:00:00.123456+01:00', '2009-12-31T23:59:59'],
  Date: ['2009-12-31', '2009-01-01Z'],
  Time: ['23:59:59.5', '00:00:00Z'],
  Duration: ['P1DT2H', 'PT0.5S'],
  Base64: ['aGVsbG8=', ''],
  HexBinary: ['0AFF'],
  QName: ['{urn:q}name'],
  JSON: ['text'],
};
