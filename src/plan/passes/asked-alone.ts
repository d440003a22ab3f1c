import type { PlacedStep } from './placed.ts';

/** The steps that no other step of the operation shares its call with. */
export function askedAlone(steps: Iterable<PlacedStep>): ReadonlySet<PlacedStep> {
  const calls = new Map<string, PlacedStep[]>();
  for (const step of steps) {
    const call = callOf(step);
    const known = calls.get(call);
    if (known) known.push(step);
    else calls.set(call, [step]);
  }
  return new Set([...calls.values()].flatMap(sharing => (sharing.length === 1 ? sharing : [])));
}

export function callOf({ origin, at }: PlacedStep): string {
  return `${origin.member.name} ${at}`;
}
