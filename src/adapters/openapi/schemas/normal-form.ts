import type { Diagnostic } from '../../../base/diagnostic.ts';
import { isRecord, own } from '../../../base/json.ts';
import type { Located } from '../document/document.ts';
import { oncePerPlace } from '../document/once-per-place.ts';
import { child, children, type Resolver, referenceOf } from '../document/resolver.ts';
import { speaksToUs } from '../document/said.ts';
import type { Inheritance } from './inheritance.ts';
import { Joins } from './joins.ts';
import { type Flattened, layOver, type Part } from './lay-over.ts';
import {
  allowsAnything,
  conditionalsOf,
  hasBranches,
  isNull,
  isNullable,
  isStructural,
  leavesOpen,
  onlyRequires,
  says,
  wrappedBy,
} from './statements.ts';

/** A schema behind its references and wrappers: what it comes down to, and what was said on the way. */
export interface Reduced {
  /** Two schemas that come down to one value are one type. */
  readonly schema: Located;
  readonly nullable: boolean;
  readonly readOnly: boolean;
  readonly writeOnly: boolean;
  /** Set where a reference led here. */
  readonly target: Located | undefined;
  readonly description: string | undefined;
  /** The schemas on the way, the last one too, that say something to Selvage. */
  readonly said: readonly Located[];
}

/** What a schema wraps. */
interface Inner {
  readonly schema: Located;
  readonly nullable: boolean;
  readonly referred: boolean;
}

const unmarked = { nullable: false, readOnly: false, writeOnly: false, description: undefined, said: [] } as const;

/** More schemas that hold at once are no document but an attack. */
const mostConjuncts = 1_000;

/** Reads schemas through a resolver; every question about a schema is answered here, and none about GraphQL. */
export class NormalForm {
  readonly #resolver: Resolver;
  readonly #inheritance: Inheritance;
  readonly #meet: (schema: unknown) => void;
  readonly #report: (diagnostic: Diagnostic) => void;
  readonly #joins: Joins;
  readonly #flattened = new Map<unknown, Flattened>();
  readonly #reduced = new Map<unknown, Reduced>();
  /** Is what a reference leads to called, in XML, by its component rather than by the property? So since OpenAPI 3.2 (4.26.3). */
  readonly namesXmlByComponent: boolean;

  /** `meet`: is told of the schemas that are read, whether they say something to Selvage or not. */
  constructor(
    resolver: Resolver,
    inheritance: Inheritance,
    meet: (schema: unknown) => void,
    report: (diagnostic: Diagnostic) => void,
  ) {
    this.#resolver = resolver;
    this.#inheritance = inheritance;
    this.#joins = new Joins(resolver);
    this.#meet = meet;
    this.#report = report;
    const { value } = resolver.root;
    this.namesXmlByComponent = isRecord(value) && /^3\.2\b/.test(String(own(value, 'openapi')));
  }

  /**
   * Follows references and wrappers of one schema (`allOf: [x]`, `anyOf: [x, null]`) to what they wrap. What a schema comes down to is
   * remembered, so that chains are gone through once.
   */
  reduce(located: Located): Reduced {
    return this.#known(located) ?? this.#reduce(located);
  }

  /** What wraps nothing comes down to itself, where it stands: what an alias puts in another place, too, is another schema there. */
  #known({ value, address, pointer }: Located): Reduced | undefined {
    const known = this.#reduced.get(value);
    const schema = known?.schema;
    const isHere = schema?.value !== value || (schema?.pointer === pointer && schema.address === address);
    return isHere ? known : undefined;
  }

  #reduce(located: Located): Reduced {
    const way: { readonly at: Located; readonly inner: Inner }[] = [];
    const passed = new Set<unknown>();
    let here = located;
    let end: Reduced | undefined;
    while (!end) {
      const inner = this.#inner(here);
      if (!inner) end = this.#plain(here);
      else if (passed.has(here.value)) end = this.#circular(located);
      else {
        passed.add(here.value);
        way.push({ at: here, inner });
        here = inner.schema;
        end = this.#known(here);
      }
    }
    for (const { at, inner } of way.reverse()) {
      end = this.#wrapped(at, inner, end);
      this.#reduced.set(at.value, end);
    }
    return end;
  }

  #plain(schema: Located): Reduced {
    const plain = { schema, target: undefined, ...this.#marksOf(schema) };
    this.#reduced.set(schema.value, plain);
    return plain;
  }

  #wrapped(at: Located, inner: Inner, end: Reduced): Reduced {
    const marks = this.#marksOf(at);
    return {
      schema: end.schema,
      nullable: marks.nullable || inner.nullable || end.nullable,
      readOnly: marks.readOnly || end.readOnly,
      writeOnly: marks.writeOnly || end.writeOnly,
      target: end.target ?? (inner.referred ? inner.schema : undefined),
      description: marks.description ?? end.description,
      said: marks.said.length > 0 ? [...marks.said, ...end.said] : end.said,
    };
  }

  #circular(located: Located): Reduced {
    this.#reportCycle(located);
    const schema = { ...located, value: {} };
    const nothing = { readOnly: false, writeOnly: false, target: undefined, description: undefined, said: [] };
    return { schema, nullable: true, ...nothing };
  }

  /** What a schema says of its values, whatever they are. */
  #marksOf(here: Located): Pick<Reduced, 'nullable' | 'readOnly' | 'writeOnly' | 'description' | 'said'> {
    const { value } = here;
    if (!isRecord(value)) return unmarked;
    this.#meet(value);
    const { readOnly, writeOnly, description } = value;
    return {
      nullable: isNullable(value),
      readOnly: readOnly === true,
      writeOnly: writeOnly === true,
      description: typeof description === 'string' ? description : undefined,
      said: speaksToUs(value) ? [here] : [],
    };
  }

  /** What a part of the document that is no schema is, behind its references. */
  follow(located: Located): Located | undefined {
    return this.#resolver.deref(located);
  }

  /** The branches of `oneOf` and `anyOf` that allow values of their own; without `null`. */
  alternatives(located: Located): Located[] {
    if (!hasBranches(located.value)) return [];
    const branches = [...children(child(located, 'oneOf')), ...children(child(located, 'anyOf'))];
    const isOpen = leavesOpen(located.value);
    return branches.filter(
      ({ value }) =>
        (isStructural(value) || (isOpen && allowsAnything(value))) && !isNull(value) && !onlyRequires(value),
    );
  }

  /** Does any alternative allow null, however deep? A schema that states a type has said itself whether it does. */
  readonly hasNullable = oncePerPlace((located): boolean => {
    const met = new Set<unknown>();
    const waiting = [located];
    for (let here = waiting.pop(); here; here = waiting.pop()) {
      if (!isRecord(here.value) || Object.hasOwn(here.value, 'type') || met.has(here.value)) continue;
      met.add(here.value);
      for (const branch of this.alternatives(here)) {
        const { schema, nullable } = this.reduce(branch);
        if (nullable || allowsAnything(schema.value)) return true;
        waiting.push(schema);
      }
    }
    return false;
  });

  /**
   * The schemas that hold at once: this one, and what references, `allOf` and the only alternative beside null lead to. What stands beside
   * a reference means nothing before 3.1 (OpenAPI 3.0, 4.7.23.1).
   */
  conjuncts(located: Located): Located[] {
    const met = new Set<unknown>();
    const found: Located[] = [];
    const waiting = [located];
    for (let here = waiting.pop(); here && found.length < mostConjuncts; here = waiting.pop()) {
      if (!isRecord(here.value) || met.has(here.value)) continue;
      met.add(here.value);
      const referred = this.#referred(here);
      if (referred) waiting.push(referred);
      if (
        referenceOf(here.value) !== undefined &&
        (this.#resolver.version === '2.0' || this.#resolver.version === '3.0')
      )
        continue;
      found.push(here);
      waiting.push(...this.#joins.membersOf(here));
      for (const keyword of ['oneOf', 'anyOf']) {
        const branches = children(child(here, keyword)).filter(branch => !isNull(branch.value));
        if (branches.length === 1) waiting.push(branches[0]!);
      }
    }
    return found;
  }

  /** Lays an object's parts over one another. Alternatives inside become properties that may be absent. */
  flatten(located: Located): Flattened {
    const known = this.#flattened.get(located.value);
    if (known) return known;
    const flat = layOver(located, this.#parts(located), this.#joins, this.#meet, part => this.reduce(part).schema);
    if (typeof located.value === 'object') this.#flattened.set(located.value, flat);
    return flat;
  }

  /** The schemas that `allOf` joins, own keywords last, in the order of the document; a work-list, so that no chain is too long. */
  #parts(located: Located): Part[] {
    const parts: Part[] = [];
    const seen = new Set<unknown>();
    const waiting: (Part & { readonly opened?: true })[] = [{ schema: located, holds: 'always' }];
    for (let next = waiting.pop(); next; next = waiting.pop()) {
      const { schema, holds, opened } = next;
      if (opened) {
        parts.push({ schema, holds });
        continue;
      }
      if (seen.has(schema.value)) continue;
      seen.add(schema.value);
      const referred = this.#referred(schema);
      waiting.push({ schema, holds, opened: true });
      const branches = this.alternatives(schema).filter(branch => !this.#inheritance.buildsOn(branch, schema));
      for (const each of conditionalsOf(schema).reverse()) waiting.push({ schema: each, holds: 'condition' });
      for (const branch of branches.reverse()) waiting.push({ schema: branch, holds: 'alternative' });
      for (const member of [...this.#joins.membersOf(schema)].reverse()) waiting.push({ schema: member, holds });
      if (referred) waiting.push({ schema: referred, holds });
    }
    return parts;
  }

  #referred(schema: Located): Located | undefined {
    const reference = referenceOf(schema.value);
    return reference === undefined ? undefined : this.#resolver.follow(reference, schema);
  }

  /** The one schema that this one wraps; undefined where it says anything of its own. */
  #inner(here: Located): Inner | undefined {
    const { value } = here;
    if (!isRecord(value)) return undefined;
    const reference = referenceOf(value);
    if (reference !== undefined) {
      if (says(value, ['$ref', '$dynamicRef', '$recursiveRef', 'type'])) return undefined;
      const schema = this.#resolver.follow(reference, here);
      return {
        schema: schema ?? { ...here, value: {} },
        nullable: schema === undefined,
        referred: schema !== undefined,
      };
    }
    const all = children(child(here, 'allOf'));
    if (all.length > 0) {
      const schema = this.#inheritance.isHeir(value) ? undefined : wrappedBy(here);
      if (!schema) return undefined;
      return {
        schema,
        nullable: all.some(member => isNullable(member.value) && !isStructural(member.value)),
        referred: false,
      };
    }
    const branches = hasBranches(value) ? [...children(child(here, 'oneOf')), ...children(child(here, 'anyOf'))] : [];
    if (branches.length === 0 || says(value, ['oneOf', 'anyOf', 'type'])) return undefined;
    const left = this.alternatives(here);
    if (left.length !== 1) return undefined;
    return { schema: left[0]!, nullable: branches.some(branch => isNull(branch.value)), referred: false };
  }

  #reportCycle(located: Located): void {
    this.#report({
      severity: 'warning',
      code: 'REFERENCE_CYCLE',
      message: 'The schema is defined by itself alone, so any value is allowed.',
      at: [located.address, located.pointer],
      hint: 'Let one of the schemas in the circle state a type.',
    });
  }
}

/** An object's keywords; a schema that is `true` has none. */
export function keywordsOf(schema: Located): Readonly<Record<string, unknown>> {
  return isRecord(schema.value) ? schema.value : {};
}
