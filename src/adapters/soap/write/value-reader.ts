import { own } from '../../../base/json.ts';

export type Values = Readonly<Record<string, unknown>>;

/** The values of one object, and how many of each list are written already: an element may stand in several places. */
export class ValueReader {
  readonly #values: Values;
  readonly #path: string;
  readonly #taken = new Map<string, number>();
  readonly #met = new Set<string>();

  constructor(values: Values, path: string) {
    this.#values = values;
    this.#path = path;
  }

  at(field: string): string {
    return fieldPath(this.#path, field);
  }

  has(field: string): boolean {
    const value = own(this.#values, field);
    return Array.isArray(value) ? value.length > 0 : value !== undefined && value !== null;
  }

  /** Is nil said, where it may be? */
  isNull(field: string): boolean {
    return own(this.#values, field) === null;
  }

  one(field: string): unknown {
    this.#met.add(field);
    return own(this.#values, field);
  }

  /** Fields of which something is given that was not asked for. */
  left(): string[] {
    return Object.keys(this.#values).filter(field => {
      const value = this.#values[field];
      if (value === undefined || value === null || this.#met.has(field)) return false;
      return !Array.isArray(value) ? !this.#taken.has(field) : (this.#taken.get(field) ?? 0) < value.length;
    });
  }

  take(field: string, max: number | undefined): readonly unknown[] {
    const value = own(this.#values, field);
    const from = this.#taken.get(field) ?? 0;
    const list = Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];
    const items = list.slice(from, max === undefined ? undefined : from + max);
    this.#taken.set(field, from + items.length);
    return items;
  }
}

/** Where a field of an argument stands: `input.line.0.sku`. */
export function fieldPath(path: string, field: string): string {
  return path === '' ? field : `${path}.${field}`;
}
