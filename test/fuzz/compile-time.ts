import { compileOnce, costWorld, documents } from '../plan/compile-cost.ts';

/** CPU time of compiling a document of size 2n over that of size n: counted work shows no loop of the engine's own. */
export function compileTimes(n: number): readonly { readonly document: string; readonly ratio: number }[] {
  const graph = costWorld();
  return Object.entries(documents).map(([document, write]) => {
    const [once, twice] = [write(n), write(2 * n)];
    const [one, two] = [least(() => compileOnce(graph, once)), least(() => compileOnce(graph, twice))];
    return { document, ratio: Number((two / one).toFixed(2)) };
  });
}

/** Microseconds: the least of some runs is the least disturbed. */
function least(run: () => void): number {
  run();
  return Math.min(
    ...Array.from({ length: 15 }, () => {
      const before = process.cpuUsage();
      run();
      const { user, system } = process.cpuUsage(before);
      return user + system;
    }),
  );
}
