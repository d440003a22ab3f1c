import type { Explanation } from './report.ts';

/** Every miss that stays, with its reason. */
export const explanations: readonly Explanation[] = [];
