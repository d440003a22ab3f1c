import type { DeclaredAnnotation } from '../../../adapter/adapter.ts';
import type { Diagnostic } from '../../../base/diagnostic.ts';
import { isRecord } from '../../../base/json.ts';
import { camelName } from '../../../base/names.ts';
import { isWithin, type Located, pointerTo } from './document.ts';

const prefix = 'x-selvage-';

export function isOurs(key: string): boolean {
  return key.startsWith(prefix);
}

/** Does the object say anything to Selvage? `x-selvage-requiresScopes` and `x-selvage-requires-scopes` are one. */
export function speaksToUs(value: unknown): value is Readonly<Record<string, unknown>> {
  if (!isRecord(value)) return false;
  for (const key in value) if (isOurs(key) && Object.hasOwn(value, key)) return true;
  return false;
}

/** Gathers what a document says to Selvage: each of it belongs to an element of the schema, and none is passed over in silence. */
export class Said {
  readonly annotations: DeclaredAnnotation[] = [];
  readonly #all: readonly Located[];
  readonly #written: (value: unknown) => unknown;
  /** The elements that an object speaks of. */
  readonly #elements = new Map<unknown, Set<string>>();

  /** `all`: every object that speaks, wherever it stands. `written`: what the document has for what was read. */
  constructor(all: readonly Located[], written: (value: unknown) => unknown) {
    this.#all = all;
    this.#written = written;
  }

  /** Does the document say nothing at all? */
  get isSilent(): boolean {
    return this.#all.length === 0;
  }

  /** What an object of the document says, it says of the element. The same object may speak of several. */
  of(element: string, { value, address, pointer }: Located): void {
    if (!speaksToUs(value)) return;
    const speaker = this.#written(value);
    const elements = this.#elements.get(speaker) ?? new Set();
    if (elements.has(element)) return;
    this.#elements.set(speaker, elements.add(element));
    for (const [key, said] of Object.entries(value)) {
      if (!isOurs(key)) continue;
      const at = [address, pointerTo(pointer, key)];
      this.annotations.push({ element, directive: camelName(key.slice(prefix.length)), value: said, at });
    }
  }

  /** The elements of types are called by their lasting names. */
  rename(renaming: { element(given: string): string }): void {
    for (const [index, annotation] of this.annotations.entries())
      this.annotations[index] = { ...annotation, element: renaming.element(annotation.element) };
  }

  /** What speaks of no element. It is no mistake where it stands in a schema, or an operation, that is not served: `left` has their pointers, `met` the schemas that are. */
  misplaced(
    left: readonly Located[],
    met: ReadonlySet<unknown>,
    valueAt: (component: Located) => unknown,
  ): Diagnostic[] {
    return this.#all.flatMap(located => {
      if (this.#elements.has(located.value)) return [];
      if (left.some(({ address, pointer }) => address === located.address && isWithin(located.pointer, pointer)))
        return [];
      const component = /^\/(components\/schemas|definitions)\/[^/]+/.exec(located.pointer)?.[0];
      const isRead = component === undefined || met.has(valueAt({ ...located, pointer: component }));
      return [isRead ? misplaced(located) : unused(located)];
    });
  }
}

function misplaced({ address, pointer, value }: Located): Diagnostic {
  return {
    severity: 'error',
    code: 'DIRECTIVE_INVALID',
    message: `${keysOf(value)} stands where it speaks of no type and no field.`,
    at: [address, pointer],
    hint: 'Write it on an operation, or on a schema or a property of what an operation answers.',
  };
}

function unused({ address, pointer, value }: Located): Diagnostic {
  const message = `${keysOf(value)} speaks of a schema that nothing served is made of.`;
  return { severity: 'note', code: 'DIRECTIVE_INVALID', message, at: [address, pointer] };
}

function keysOf(value: unknown): string {
  return speaksToUs(value) ? Object.keys(value).filter(isOurs).join(', ') : '';
}
