import { own } from '../../base/json.ts';

export type Values = Readonly<Record<string, unknown>>;

/** The values of one object, and how many of each list are written already: an element may stand in several places. */
export class ValueReader {
  readonly #values: Values;
  readonly #path: string;
  readonly #taken = new Map<string, number>();

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

  one(field: string): unknown {
    return own(this.#values, field);
  }

  take(field: string, max: number | undefined): readonly unknown[] {
    const value = own(this.#values, field);
    const from = this.#taken.get(field) ?? 0;
    const list = Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];
    const items = list.slice(from, max === undefined ? undefined : from + max);
    this.#taken.set(field, from + items.length);
    return items;
  }

  rest(field: string): readonly unknown[] {
    return this.take(field, undefined);
  }
}

/** Where a field of an argument stands: `input.line.0.sku`. */
export function fieldPath(path: string, field: string): string {
  return path === '' ? field : `${path}.${field}`;
}
