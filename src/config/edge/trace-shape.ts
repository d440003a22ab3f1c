import * as z from 'zod';
import { integer, map, pattern } from '../leaves.ts';

const name = pattern('a name', /\S/);

/** `trace`: what is kept of the last requests, and who may see it. An empty section switches it on. */
export const traceShape = map({
  keep: integer('a whole number from 1 to 10000', 1, 10_000).default(100),
  scope: pattern('a scope, without blanks', /^\S+$/).exactOptional(),
  mask: z.array(name, 'a list of names').default([]),
});
