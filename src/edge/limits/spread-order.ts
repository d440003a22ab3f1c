/**
 * The names of fragments, those first that others spread, so that each can be summed up from what is known already. Without recursion:
 * fragments may be chained by the thousand. Where a circle closes, the order in it is arbitrary (validation refuses circles: GraphQL
 * October 2021, 5.5.2.2). Names that nothing defines are not told.
 */
export function spreadOrder(spreads: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const order: string[] = [];
  const entered = new Set<string>();
  const left = new Set<string>();
  for (const start of spreads.keys()) {
    const stack = [start];
    while (stack.length > 0) {
      const name = stack[stack.length - 1]!;
      const inner = spreads.get(name);
      if (!inner || left.has(name)) {
        stack.pop();
      } else if (entered.has(name)) {
        order.push(name);
        left.add(name);
        stack.pop();
      } else {
        entered.add(name);
        for (const spread of inner) if (!entered.has(spread)) stack.push(spread);
      }
    }
  }
  return order;
}
