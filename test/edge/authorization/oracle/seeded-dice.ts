import type { GeneratorValue } from 'fast-check';
import { Dice } from '../../../supergraph/differential/dice.ts';

/** Dice of which one number is the whole story, at the cost of one multiplication each (mulberry32). */
export function seededDice(seed: number): Dice {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  // The one thing that `Dice` draws: a whole number from 0 to `max`.
  const draw = (_arbitrary: unknown, { max }: { readonly max: number }) => Math.floor(next() * (max + 1));
  return new Dice(draw as unknown as GeneratorValue);
}
