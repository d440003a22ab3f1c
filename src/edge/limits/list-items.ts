/** Items of all lists in a result, those in items too. Values of custom scalars are taken apart as well. */
export function listItems(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const list = Array.isArray(value);
  const inner: readonly unknown[] = list ? value : Object.values(value);
  return inner.reduce<number>((sum, each) => sum + listItems(each), list ? inner.length : 0);
}
