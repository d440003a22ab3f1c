import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { CORE_SCHEMA, load } from 'js-yaml';

/** A part of a document and where it stands. */
export interface Place {
  readonly value: unknown;
  readonly file: string;
  /** JSON Pointer; empty is the whole file. */
  readonly pointer: string;
}

export type Dialect = '2.0' | '3.0' | '3.1';

/** A reference that the proof cannot follow: to a host, to an `$id` or an anchor, or to nothing. */
export class Unresolvable extends Error {}

/** Reads documents by themselves, without a line of the adapter's. */
export class Documents {
  readonly #files = new Map<string, unknown>();

  root(file: string): Place {
    return { value: this.#read(file), file, pointer: '' };
  }

  dialect(file: string): Dialect {
    const root = this.#read(file) as { swagger?: unknown; openapi?: unknown };
    if (root.swagger !== undefined) return '2.0';
    return String(root.openapi).startsWith('3.0') || root.openapi === 3 ? '3.0' : '3.1';
  }

  /** Over any number of references; keywords beside a reference are not looked at. */
  deref(place: Place): Place {
    let here = place;
    for (let hops = 0; hops < 50; hops++) {
      const reference = referenceOf(here.value);
      if (reference === undefined) return here;
      here = this.follow(reference, here.file);
    }
    throw new Unresolvable('references in a circle');
  }

  follow(reference: string, from: string): Place {
    const [path = '', fragment = ''] = reference.split('#', 2);
    if (/^[a-z][a-z0-9+.-]*:/i.test(path)) throw new Unresolvable(reference);
    const file = path === '' ? from : resolve(dirname(from), decodeURI(path));
    if (fragment !== '' && !fragment.startsWith('/')) throw new Unresolvable(reference);
    let here = this.root(file);
    for (const token of fragment.split('/').slice(1)) {
      const key = decodeURIComponent(token).replaceAll('~1', '/').replaceAll('~0', '~');
      here = part(here, key) ?? part(this.deref(here), key) ?? unresolvable(reference);
    }
    return here;
  }

  #read(file: string): unknown {
    if (!this.#files.has(file)) {
      let text: string;
      try {
        text = readFileSync(file, 'utf8');
      } catch {
        throw new Unresolvable(file);
      }
      this.#files.set(file, /^\s*[{[]/.test(text) ? JSON.parse(text) : load(text, { schema: CORE_SCHEMA, json: true }));
    }
    return this.#files.get(file);
  }
}

function unresolvable(reference: string): never {
  throw new Unresolvable(reference);
}

export function referenceOf(value: unknown): string | undefined {
  const reference = isObject(value) && Object.hasOwn(value, '$ref') ? value['$ref'] : undefined;
  return typeof reference === 'string' ? reference : undefined;
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The part under an own key. */
export function part(place: Place, key: string | number): Place | undefined {
  const { value, file, pointer } = place;
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  const token = String(key).replaceAll('~', '~0').replaceAll('/', '~1');
  return { value: (value as Record<string | number, unknown>)[key], file, pointer: `${pointer}/${token}` }; // it has the key
}

export function parts(place: Place | undefined): (Place & { readonly key: string })[] {
  if (!place || typeof place.value !== 'object' || place.value === null) return [];
  return Object.keys(place.value).map(key => ({ ...part(place, key)!, key }));
}
