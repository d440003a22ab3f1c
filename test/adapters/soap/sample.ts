import fc from 'fast-check';
import type { BodyModel } from '../../../src/adapters/soap/model/call.ts';
import { leavesWithin, type Types } from '../../../src/adapters/soap/model/fields.ts';
import type {
  Bound,
  ComplexType,
  Facets,
  Particle,
  Primitive,
  SimpleType,
  TypeKey,
} from '../../../src/adapters/soap/model/model.ts';
import { ecmaPattern } from '../../../src/adapters/soap/model/xsd-pattern.ts';
import { Upload } from '../../../src/base/upload.ts';
import { wholeFile } from '../../support/whole-file.ts';

/** Values of XSD types, by a seed: whatever the schema allows. */
export class Sampler {
  readonly #types: Types;
  readonly #strings: (random: () => number) => string;
  #state: number;
  #ids = 0;

  constructor(types: Types, seed: number, strings: (random: () => number) => string = plainString) {
    this.#types = types;
    this.#state = seed;
    this.#strings = strings;
  }

  /** Arguments for a body, their names in any order. */
  args(body: BodyModel): Record<string, unknown> {
    const attached = (body.attached ?? []).map(({ part, argument = part, holds, type }) => [
      argument,
      holds === 'file' ? anyFile() : this.value(type, 0),
    ]);
    return { ...this.#bodyArgs(body), ...Object.fromEntries(attached) };
  }

  #bodyArgs(body: BodyModel): Record<string, unknown> {
    if (body.shape === 'empty') return {};
    const value = body.element && this.#isOpaque(body.type) ? elementText(body.element) : this.value(body.type, 0);
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
    if (type?.kind === 'array') return this.#array(type.item, type.rank, depth + 1);
    if (type?.kind !== 'complex') return null;
    if (!type.variants) return this.#own(type, depth + 1);
    const simplest = [...type.variants].sort((a, b) => this.#size(a.type) - this.#size(b.type));
    const variant = depth > 5 ? simplest[0]! : this.#pick(type.variants)!;
    return { [variant.field]: this.#own(this.#types[variant.type] as ComplexType, depth + 1) }; // variants are complex types
  }

  simple(type: SimpleType): unknown {
    if (type.refers) return anyFile();
    if (!type.list) return this.#item(type, false);
    const [least, most = least + 3] = type.items ?? [1, undefined];
    const count = Math.min(most, least + this.#below(3));
    return Array.from({ length: count }, () => this.#item({ ...type, list: false }, true));
  }

  #item(type: SimpleType, inList: boolean): unknown {
    const member = type.members && this.#pick(type.members);
    if (member) {
      const value = this.simple(member);
      const [, lexical = value] = member.values?.find(([name]) => name === value) ?? [];
      return Array.isArray(lexical) ? lexical.join(' ') : type.primitive === 'String' ? String(lexical) : lexical;
    }
    if (type.values) return this.#pick(type.values)?.[0] ?? '';
    if (type.facets) return this.#byFacets(type.primitive, type.facets);
    const choices = samples[type.primitive];
    if (choices) return this.#pick(choices);
    const text = inList || type.whiteSpace !== 'preserve' ? `t${this.#below(1000)}` : this.#strings(this.#random);
    return type.primitive === 'XML' ? '<x xmlns="urn:x">y</x>' : text;
  }

  #byFacets(primitive: Primitive, { patterns, length, form, least, most, digits, fractionDigits }: Facets): unknown {
    const seed = this.#below(2 ** 30);
    const [source] = patterns?.at(-1) ?? [];
    const ecma = source === undefined ? undefined : ecmaPattern(source);
    if (ecma !== undefined) {
      const maxLength = length?.[1] === undefined ? {} : { maxLength: length[1] };
      const known = ecma.replaceAll('\\p{Nd}', '\\d'); // xmllint's Unicode is an old one: later digits are none to it
      const options = fc.sample(fc.stringMatching(new RegExp(known, 'u'), maxLength), { seed, numRuns: 20 });
      const text = options.find(one => one.length >= (length?.[0] ?? 0)) ?? options[0];
      return primitive === 'Int' || primitive === 'Float' ? Number(text) : text;
    }
    if (least ?? most ?? digits ?? fractionDigits) return this.#inRange(primitive, least, most, digits, fractionDigits);
    const [fewest, many = fewest + 5] = length ?? [1, undefined];
    const count = Math.min(many, fewest + this.#below(4));
    if (primitive === 'HexBinary') return '0F'.repeat(count);
    if (primitive === 'Base64') return Buffer.alloc(count, 7).toString('base64');
    if (form === 'ID') {
      this.#ids += 1;
      return `id${this.#ids}`;
    }
    const formed = form === undefined ? undefined : formSamples[form];
    return formed ?? (length ? 'x'.repeat(count) : `t${this.#below(1000)}`);
  }

  #inRange(primitive: Primitive, least?: Bound, most?: Bound, digits?: number, fraction?: number): unknown {
    const low = least ? Number(least.value) + (least.exclusive ? 1 : 0) : undefined;
    const high = most ? Number(most.value) - (most.exclusive ? 1 : 0) : undefined;
    const start = low ?? (high === undefined ? 0 : high - 9);
    const room = Math.min(9, high === undefined ? 9 : Math.max(0, high - start), 10 ** Math.min(digits ?? 9, 9) - 1);
    const whole = Math.max(-(2 ** 31), Math.min(start, 2 ** 31 - 10)) + this.#below(room + 1);
    const isExact = primitive === 'Int' || primitive === 'Float';
    const tail =
      primitive === 'Decimal' && fraction !== 0 && digits !== 1 && whole >= 0 && room > 0 && whole < 9 ? '.0' : '';
    return isExact ? whole : `${whole}${tail}`;
  }

  /** Equally long in each dimension. */
  #array(item: TypeKey, rank: number, depth: number): unknown[] {
    const length = depth > 4 ? 0 : 2;
    return Array.from({ length }, () => (rank > 1 ? this.#array(item, rank - 1, depth) : this.value(item, depth)));
  }

  #isOpaque(key: TypeKey): boolean {
    const type = this.#types[key];
    return type?.kind === 'simple' && type.primitive === 'XML';
  }

  #own(type: ComplexType, depth: number): Record<string, unknown> {
    const entries: [string, unknown][] = [];
    for (const attribute of type.attributes) {
      if (!attribute.fixed && (attribute.required || this.#below(2) === 0))
        entries.push([attribute.field, this.value(attribute.type, depth)]);
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
        if (particle.fixed) return;
        const value = () => (this.#isOpaque(particle.type) ? elementText(particle) : this.value(particle.type, depth));
        if (particle.list) {
          if (count > 0) entries.push([particle.field, Array.from({ length: count }, value)]);
        } else if (particle.nillable && (this.#below(4) === 0 || depth > 8)) entries.push([particle.field, null]);
        else if (count > 0 && !(particle.default !== undefined && this.#below(2) === 0))
          entries.push([particle.field, value()]);
        return;
      }
      case 'any': {
        const count = particle.min > 0 ? particle.min : this.#below(10) === 0 ? 1 : 0;
        const namespace = particle.only?.[0] ?? 'urn:x';
        if (count > 0)
          entries.push([particle.field, Array.from({ length: count }, () => elementText({ namespace, local: 'x' }))]);
        return;
      }
      case 'group': {
        const count = this.#count(particle.min, particle.max, depth);
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
        if (depth > 6 && branch?.kind === 'element' && branch.min === 0) return; // a branch may be chosen by nothing
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

function anyFile(): Upload {
  return new Upload(wholeFile(Buffer.from('<é>', 'latin1'), 'a.gif', 'image/gif'), 'variables');
}

/** What stands for an element of which the schema says nothing. */
function elementText({ namespace, local }: { readonly namespace: string; readonly local: string }): string {
  return namespace === '' ? `<${local}>y</${local}>` : `<p:${local} xmlns:p="${namespace}">y</p:${local}>`;
}

const formSamples: Readonly<Record<string, string>> = {
  language: 'en-GB',
  gYear: '2009',
  gYearMonth: '2009-12',
  gMonth: '--12',
  gMonthDay: '--12-31',
  gDay: '---31',
};

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
