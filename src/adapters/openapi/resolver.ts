import type { Diagnostic } from '../../base/diagnostic.ts';
import { isRecord, own } from '../../base/json.ts';
import { anchorKey, type Located, type OpenApiDocument, pointerTo, referenceKey } from './document.ts';

/** More references in a row than this are a cycle, or as good as one. */
const maxHops = 64;

/** Follows references where they are met, remembering where each led. Nothing is ever copied or inlined. */
export class Resolver {
  readonly #document: OpenApiDocument;
  readonly report: (diagnostic: Diagnostic) => void;
  readonly #found = new Map<string, Located | undefined>();

  constructor(document: OpenApiDocument, report: (diagnostic: Diagnostic) => void) {
    this.#document = document;
    this.report = report;
  }

  get root(): Located {
    return { value: this.#document.root, address: this.#document.address, pointer: '' };
  }

  /** What the reference in `from` names; undefined, and reported once, where that is nothing. */
  follow(reference: string, from: Located): Located | undefined {
    const key = referenceKey(from.address, reference);
    if (this.#found.has(key)) return this.#found.get(key);
    this.#found.set(key, undefined); // what leads to itself leads nowhere
    const target = this.#find(reference, from.address);
    this.#found.set(key, target);
    if (!target && !this.#isUnreadable(reference, from.address)) {
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
    let here: Located | undefined = located;
    for (let hops = 0; here && hops < maxHops; hops++) {
      const reference = referenceOf(here.value);
      if (reference === undefined) return here;
      here = this.follow(reference, here);
    }
    if (here) this.#reportCycle(located);
    return undefined;
  }

  /** Loading told why, and more precisely. */
  #isUnreadable(reference: string, base: string): boolean {
    return this.#document.unreadable.has(referenceKey(base, reference.split('#', 1)[0]!));
  }

  #reportCycle(located: Located): void {
    this.report({
      severity: 'warning',
      code: 'REFERENCE_CYCLE',
      message: 'The reference leads back to itself.',
      at: [located.address, located.pointer],
      hint: 'Let one of the references name a schema of its own.',
    });
  }

  #find(reference: string, base: string): Located | undefined {
    const hash = reference.indexOf('#');
    const file = hash < 0 ? reference : reference.slice(0, hash);
    const fragment = hash < 0 ? '' : unescaped(reference.slice(hash + 1));
    const start = this.#start(file, base);
    if (!start || fragment === '') return start;
    if (!fragment.startsWith('/')) return this.#document.anchors.get(anchorKey(start.address, fragment));
    return this.#descend(start, fragment);
  }

  #start(file: string, base: string): Located | undefined {
    const address = file === '' ? base : this.#document.targets.get(referenceKey(base, file));
    if (address === undefined) return this.#document.anchors.get(anchorKey('', file));
    return { value: this.#document.files.get(address), address, pointer: '' };
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
  return Object.entries(located.value).map(([key, value]) => ({
    key,
    value,
    address,
    pointer: pointerTo(pointer, key),
  }));
}

/** The text of an own `$ref`. (`$dynamicRef` without a dynamic scope is a plain one: JSON Schema 2020-12, 8.2.3.2.) */
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
