/** What of an array's values is written one after the other, and its size in each dimension. */
interface Flat {
  readonly items: readonly unknown[];
  readonly sizes: readonly number[];
}

/** The items of lists in lists, the last dimension the fastest (SOAP 1.1, 5.4.2); undefined where lists of one dimension differ in size. */
export function flat(value: unknown, rank: number): Flat | undefined {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (rank <= 1) return { items: list, sizes: [list.length] };
  const rows = list.map(row => flat(row, rank - 1));
  const sizes = rows[0]?.sizes ?? new Array<number>(rank - 1).fill(0);
  const items: unknown[] = [];
  for (const row of rows) {
    if (!row?.sizes.every((size, dimension) => size === sizes[dimension])) return undefined;
    for (const item of row.items) items.push(item);
  }
  return { items, sizes: [list.length, ...sizes] };
}

/** Lists in lists of items that stood one after the other. */
export function nested(items: readonly unknown[], sizes: readonly number[]): readonly unknown[] {
  const [, ...inner] = sizes;
  if (inner.length === 0) return items;
  const each = inner.reduce((product, size) => product * size, 1);
  const rows: unknown[] = [];
  for (let from = 0; from < items.length && each > 0; from += each)
    rows.push(nested(items.slice(from, from + each), inner));
  return rows;
}
