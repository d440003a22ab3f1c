import * as z from 'zod';
import { defaultLimits, type LimitKey, limitKeys, limitTable, warningLimits } from '../../edge/limits/limits.ts';
import { integer, map, oneOf, size } from '../leaves.ts';

/** The most that a limit can be set to, where a greater one would break what it protects. */
const ceilings: Partial<Record<LimitKey, number>> = { depth: 1_000, introspectionDepth: 1_000, variableDepth: 1_000 };
const greatest = 1_000_000_000;

/** Those that can be nothing at all. */
const none: ReadonlySet<LimitKey> = new Set(['uploads']);

/** `gateway.limits`: each limit under its key, and those that only warn. */
export const limitsShape = map({
  ...(Object.fromEntries(limitKeys.map(key => [key, shapeOf(key)])) as Record<LimitKey, ReturnType<typeof shapeOf>>), // one for each key
  warn: z.array(oneOf(warningLimits), 'a list of limits').default([]),
}).prefault({});

function shapeOf(key: LimitKey) {
  if (limitTable[key].unit === 'bytes') return size.default(defaultLimits[key]);
  const most = ceilings[key] ?? greatest;
  const least = none.has(key) ? 0 : 1;
  return integer(`a whole number from ${least} to ${most}`, least, most).default(defaultLimits[key]);
}
