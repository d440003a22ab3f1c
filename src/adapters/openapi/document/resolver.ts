import type { Diagnostic } from '../../../base/diagnostic.ts';
import { isRecord, own } from '../../../base/json.ts';
import { type Located, type OpenApiDocument, pointerTo, referenceKey, resourceAround } from './document.ts';

/** What a schema is on a certain way to it: a copy, in which some references lead elsewhere. */
export interface Instance {
  /** As the document has it. */
  readonly written: Located;
  /** Whose bindings make it another one; undefined where it is only that none are in force. */
  readonly maker: Located | undefined;
}

/** References that lead through one another (`#/a/b` where `a` is a reference) deeper than this are as good as a cycle. */
const mostNested = 100;
/** From one reference to the next: no document of a person or a generator comes near, and each use of the first walks over all of them. */
const mostHops = 100;

/** Follows references where they are met, remembering where each led. `DynamicResolver` does so where some depend on the way to them. */
export class Resolver {
  readonly #document: OpenApiDocument;
  readonly report: (diagnostic: Diagnostic) => void;
  /** By resource and reference. */
  readonly #found = new Map<string, Map<string, Located | undefined>>();
  #nested = 0;

  constructor(document: OpenApiDocument, report: (diagnostic: Diagnostic) => void) {
    this.#document = document;
    this.report = report;
  }

  get root(): Located {
    return { value: this.#document.root, address: this.#document.address, pointer: '' };
  }

  get version(): OpenApiDocument['version'] {
    return this.#document.version;
  }

  /** Undefined of what stands in the document itself. */
  instanceOf(_value: unknown): Instance | undefined {
    return undefined;
  }

  /** Makes what is made of an instance, beside what the document has, a part of it. */
  adopt(_made: Located, _whole: Located): void {}

  /** What the reference in `from` names; undefined, and reported once, where that is nothing. */
  follow(reference: string, from: Located): Located | undefined {
    const resource = this.#resourceOf(from);
    const key = resource.pointer === '' ? resource.address : `${resource.address}#${resource.pointer}`;
    const found = this.#found.get(key) ?? new Map<string, Located | undefined>();
    if (found.has(reference)) return found.get(reference);
    this.#found.set(key, found.set(reference, undefined)); // what leads to itself leads nowhere
    const target = this.#find(reference, resource);
    found.set(reference, target);
    if (!target && !this.#isUnreadable(reference, resource)) {
      this.report({
        severity: 'warning',
        code: 'REFERENCE_NOT_FOUND',
        message: `The reference "${reference.slice(0, 200)}" leads to nothing.`,
        at: [from.address, from.pointer],
        hint: 'Correct the reference or add what it names.',
      });
    }
    return target;
  }

  /** The object itself, or what its `$ref` names, over any number of hops. */
  deref(located: Located): Located | undefined {
    if (referenceOf(located.value) === undefined) return located;
    const last = this.hops(located).at(-1)!; // it is one itself
    return referenceOf(last.value) === undefined ? last : undefined;
  }

  /** The object itself and all that its `$ref` leads over, as far as that leads anywhere. */
  hops(located: Located): readonly Located[] {
    const passed = new Map<unknown, Located>();
    let here: Located | undefined = located;
    while (here && !passed.has(here.value) && passed.size < mostHops) {
      passed.set(here.value, here);
      const reference = referenceOf(here.value);
      if (reference === undefined) return [...passed.values()];
      here = this.follow(reference, here);
    }
    if (here) this.#reportEndless(located, passed.has(here.value));
    return [...passed.values()];
  }

  /** The file, or the part of it with a URI of its own, that a place belongs to. */
  #resourceOf(from: Located): Located {
    const around = resourceAround(this.#document.resources, from);
    return around ?? { value: this.#document.files.get(from.address), address: from.address, pointer: '' };
  }

  /** Loading told why, and more precisely. */
  #isUnreadable(reference: string, resource: Located): boolean {
    return this.#document.unreadable.has(referenceKey(resource, reference.split('#', 1)[0]!));
  }

  #reportEndless({ address, pointer }: Located, isCycle: boolean): void {
    this.report({
      severity: 'warning',
      code: 'REFERENCE_CYCLE',
      message: isCycle
        ? 'The reference leads back to itself.'
        : `The reference leads to another, and so on, over more than ${mostHops}.`,
      at: [address, pointer],
      hint: 'Let one of the references name a schema of its own.',
    });
  }

  #find(reference: string, resource: Located): Located | undefined {
    const hash = reference.indexOf('#');
    const file = hash < 0 ? reference : reference.slice(0, hash);
    const fragment = hash < 0 ? '' : unescaped(reference.slice(hash + 1));
    const start = file === '' ? resource : this.#document.targets.get(referenceKey(resource, file));
    if (!start || fragment === '') return start;
    const whole = { value: this.#document.files.get(start.address), address: start.address, pointer: '' };
    // A fragment is the resource's own. Documents that give their parts an `$id` often go on as if they had not.
    return this.#inside(start, fragment) ?? (start.pointer === '' ? undefined : this.#inside(whole, fragment));
  }

  #inside(start: Located, fragment: string): Located | undefined {
    if (!fragment.startsWith('/')) return this.#document.anchors.get(referenceKey(start, fragment));
    if (this.#nested >= mostNested) return undefined;
    this.#nested += 1;
    const found = this.#descend(start, fragment);
    this.#nested -= 1;
    return found;
  }

  #descend(start: Located, fragment: string): Located | undefined {
    let here: Located | undefined = start;
    for (const token of fragment.slice(1).split('/')) {
      const key = token.replaceAll('~1', '/').replaceAll('~0', '~');
      const inner: Located | undefined = child(here, key);
      if (inner) {
        here = inner;
        continue;
      }
      const through = this.deref(here); // the pointer goes on behind another reference
      here = through && through !== here ? child(through, key) : undefined;
      if (!here) return undefined;
    }
    return here;
  }
}

/** The part under an own key. */
export function child(located: Located, key: string | number): Located | undefined {
  const { value, address, pointer } = located;
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  return { value: (value as Record<string | number, unknown>)[key], address, pointer: pointerTo(pointer, key) }; // it has the key
}

/** The parts of an object or array, in its order; none of anything else. */
export function children(located: Located | undefined): (Located & { readonly key: string })[] {
  if (typeof located?.value !== 'object' || located.value === null) return [];
  const { address, pointer } = located;
  const parts = located.value as Readonly<Record<string, unknown>>; // of an array, by its places
  return Object.keys(parts).map(key => ({ key, value: parts[key], address, pointer: pointerTo(pointer, key) }));
}

/** The text of an own `$ref`, or of what stands for it. */
export function referenceOf(value: unknown): string | undefined {
  if (!isRecord(value)) return undefined;
  const reference = own(value, '$ref') ?? own(value, '$dynamicRef') ?? own(value, '$recursiveRef');
  return typeof reference === 'string' ? reference : undefined;
}

function unescaped(fragment: string): string {
  if (!fragment.includes('%')) return fragment;
  try {
    return decodeURIComponent(fragment);
  } catch {
    return fragment;
  }
}
