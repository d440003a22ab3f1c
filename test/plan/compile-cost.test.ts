import { expect, it } from 'vitest';
import { compileOnce, costWorld, countedWork, documents } from './compile-cost.ts';

const graph = costWorld();
const n = 60;

it.each(Object.entries(documents))('compiling is linear in %s', async (_name, write) => {
  const [once, twice] = [write(n), write(2 * n)];
  compileOnce(graph, write(2)); // what is made once for a schema is made
  const work = await countedWork(() => compileOnce(graph, once));
  expect(work).toBeGreaterThan(n);
  expect((await countedWork(() => compileOnce(graph, twice))) / work).toBeLessThan(2.6);
});
