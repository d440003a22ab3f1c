import { type CallModel, ids, type Leaf, type ObjectType, type Shape, type SourceModel, typeOf } from './model.ts';
import { Random } from './random.ts';

/** Stands where a field failed: GraphQL tells an error there, others leave null. */
export class FieldFailure {
  readonly code: string;

  constructor(code: string) {
    this.code = code;
  }
}

/** An object, whatever the protocol: of what type it says to be, and its fields. */
export class Row {
  readonly type: string;
  readonly fields: ReadonlyMap<string, unknown>;

  constructor(type: string, fields: ReadonlyMap<string, unknown>) {
    this.type = type;
    this.fields = fields;
  }
}

/** What a call does: answers, or fails in one of some ways that each protocol has its own form of. */
export type Manner = 'fine' | 'status' | 'garbage' | 'empty' | 'reset' | 'hang';

export interface Reply {
  readonly manner: Manner;
  /** Which status, where the manner has several. */
  readonly nth: number;
  /** Milliseconds. */
  readonly delay: number;
  readonly value: unknown;
}

/** How deep rows hold rows. */
const maxDepth = 2;

/**
 * What all backends answer in one case. Each answer hangs on the case's seed, the call, and the key of what is asked alone: every lane gets
 * the same, however it groups its keys.
 */
export class CaseAnswers {
  readonly #seed: string;
  readonly #wrongPercent: number;
  readonly #failPercent: number;
  readonly #slow: boolean;
  readonly #hangs: boolean;

  constructor(seed: string) {
    const random = new Random('answers', seed);
    this.#seed = seed;
    this.#wrongPercent = random.pick([0, 0, 1, 3, 8, 20]);
    this.#failPercent = random.pick([0, 0, 0, 8, 25]);
    this.#slow = random.chance(10);
    this.#hangs = random.chance(0.01);
  }

  /** `asked`: the ids of `many`, `keyed` and `one`, the wish's of `make`. */
  reply(source: SourceModel, call: CallModel, asked: readonly string[]): Reply {
    const alone = call.kind === 'one' || call.kind === 'make' ? (asked[0] ?? '') : '';
    const random = new Random(this.#seed, source.index, call.name, alone);
    const failing = random.chance(this.#failPercent);
    const manner = failing ? random.pick(['status', 'status', 'status', 'garbage', 'empty', 'reset'] as const) : 'fine';
    return {
      manner: this.#hangs && random.chance(20) ? 'hang' : manner,
      nth: random.below(100),
      delay: this.#slow && random.chance(50) ? 1 + random.below(3) : 0,
      value: manner === 'fine' ? this.#value(source, call, asked, random) : undefined,
    };
  }

  #value(source: SourceModel, call: CallModel, asked: readonly string[], random: Random): unknown {
    switch (call.kind) {
      case 'many':
      case 'keyed':
        return this.#list(source, call, asked, random);
      case 'all':
        return this.#list(source, call, ids.slice(0, 1 + random.below(4)), random);
      case 'any':
        return ids.slice(0, 1 + random.below(4)).map(id => this.#abstract(source, id, 0));
      default:
        return this.#known(source, call.type, asked[0] ?? '') ? this.#row(source, call.type, asked[0] ?? '', 0) : null;
    }
  }

  #list(source: SourceModel, { type }: CallModel, asked: readonly string[], random: Random): unknown[] {
    const rows = asked.filter(id => this.#known(source, type, id)).map((id): unknown => this.#row(source, type, id, 0));
    switch (random.below(6)) {
      case 0:
        return rows.reverse();
      case 1:
        return [...rows, ...rows];
      case 2:
        return [null, ...rows, null];
      case 3:
        return this.#wrongPercent > 0 ? [...rows, this.#wrong(random)] : rows;
      default:
        return rows;
    }
  }

  #known({ index }: SourceModel, type: string, id: string): boolean {
    return new Random(this.#seed, index, type, id, 'known').chance(85);
  }

  #row(source: SourceModel, typeName: string, id: string, depth: number): Row {
    const type = typeOf(source, typeName);
    const fields = new Map<string, unknown>();
    for (const { name, shape } of type.fields) {
      const random = new Random(this.#seed, source.index, typeName, id, name, depth);
      const value = this.#field(source, type, name, shape, id, depth, random);
      if (value !== undefined) fields.set(name, value);
    }
    return new Row(
      random100(this.#seed, source.index, typeName, id) < this.#wrongPercent / 4 ? 'Nothing' : typeName,
      fields,
    );
  }

  #field(
    source: SourceModel,
    { entity }: ObjectType,
    name: string,
    shape: Shape,
    id: string,
    depth: number,
    random: Random,
  ): unknown {
    // The keys that are asked for by are wrong more seldom: else nothing would be found.
    const percent = name === 'id' && entity !== undefined ? this.#wrongPercent / 8 : this.#wrongPercent;
    if (random.chance(percent)) return this.#fault(random);
    if (name === 'id') return id;
    if (name.startsWith('grp')) return `g${Number(id) % 2}`;
    if (name.startsWith('refs'))
      return Array.from({ length: random.below(4) }, () => (random.chance(10) ? null : random.pick(ids)));
    if (name.startsWith('ref')) return random.chance(10) ? null : random.pick(ids);
    return this.#shaped(source, shape, `${id}.${name}`, depth, random);
  }

  #shaped(source: SourceModel, shape: Shape, at: string, depth: number, random: Random): unknown {
    switch (shape.kind) {
      case 'leaf':
        return leafValue(source, shape.leaf, random);
      case 'list': {
        const length = depth >= maxDepth && shape.of.kind !== 'leaf' ? 0 : random.below(4);
        return Array.from({ length }, (_, index) => {
          if (random.chance(this.#wrongPercent)) return this.#fault(random) ?? null;
          return this.#shaped(source, shape.of, `${at}.${index}`, depth, random);
        });
      }
      case 'abstract':
        return depth >= maxDepth ? null : this.#abstract(source, random.pick(ids), depth + 1);
      case 'object':
        if (depth >= maxDepth) return null;
        return this.#row(source, shape.type, random.pick(ids), depth + 1);
    }
  }

  #abstract(source: SourceModel, id: string, depth: number): unknown {
    const random = new Random(this.#seed, source.index, 'abstract', id);
    if (random.chance(this.#wrongPercent)) return this.#fault(random) ?? null;
    return this.#row(source, random.pick(source.abstract.members), id, depth);
  }

  #fault(random: Random): unknown {
    switch (random.below(4)) {
      case 0:
        return null;
      case 1:
        return undefined;
      case 2:
        return new FieldFailure(random.pick(['', 'FORBIDDEN', 'NOT_FOUND', 'ODD']));
      default:
        return this.#wrong(random);
    }
  }

  #wrong(random: Random): unknown {
    return random.pick<unknown>(['wrong', '', 12.5, 3_000_000_000, true, { x: 1 }, [1], [], ['a', null], {}]);
  }
}

function random100(...seed: readonly (number | string)[]): number {
  return new Random(...seed).below(100);
}

function leafValue({ enumValues }: SourceModel, leaf: Leaf, random: Random): unknown {
  switch (leaf) {
    case 'String':
      return random.pick([
        'plain',
        'with "quotes" \\ and <tags> & more',
        'né\u2028\ud83d\ude00',
        '',
        `text ${random.below(99)}`,
      ]);
    case 'Int':
      return random.pick([0, -1, 2_147_483_647, random.below(1000)]);
    case 'Float':
      return random.pick([0.5, -0.25, 1e21, random.below(1000) / 8]);
    case 'Boolean':
      return random.chance(50);
    case 'Long':
      return random.pick([7, -7, 9_007_199_254_740_000, random.below(1000)]);
    case 'Time':
      return '2026-02-03T04:05:06Z';
    case 'Enum':
      return random.pick(enumValues);
  }
}
