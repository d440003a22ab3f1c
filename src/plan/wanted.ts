import type { Batching } from '../supergraph/links/lookup.ts';
import { holes, type Template } from '../supergraph/links/template.ts';
import type { Wanted } from '../supergraph/reference/wish.ts';
import type { EntityStep, Hole, LinkStep } from './plan.ts';

export interface CompiledWanted extends Wanted {
  /** Set where this is all that is read of a parent. */
  readonly hole?: Hole;
  /** Set where only the key reads of the parent, so that all parents share the arguments. */
  readonly batch?: Batching;
  /** Is the key one value of the parent, and that as it is? */
  readonly isPlain?: true;
}

const compiled = new WeakMap<LinkStep | EntityStep, CompiledWanted>();

/** What a step wants for each of its parents. */
export function wantedOf(step: LinkStep | EntityStep): CompiledWanted {
  const known = compiled.get(step);
  if (known) return known;
  const wanted = step.kind === 'link' ? linkWanted(step) : entityWanted(step);
  compiled.set(step, wanted);
  return wanted;
}

function linkWanted(step: LinkStep): CompiledWanted {
  const { lookup, args, key } = step.link.plan;
  const wanted: Wanted = { lookup, args, ...(key ? { key } : {}) };
  const inArgs = [...args.values()].flatMap(template => holes(template, 'parent'));
  const inKey = key ? holes(key, 'parent') : [];
  const names = new Set([...inArgs, ...inKey].map(path => path.join('.')));
  const [path] = [...inKey, ...inArgs];
  const batched = lookup.batch && inArgs.length === 0 ? { batch: lookup.batch } : {};
  if (names.size !== 1 || !path) return { ...wanted, ...batched };
  return { ...wanted, hole: holeOf(step, path), ...batched, ...(key?.kind === 'parent' ? { isPlain: true } : {}) };
}

function entityWanted({ entity, key }: EntityStep): CompiledWanted {
  const { lookup } = entity.plan;
  const whole: Template = { kind: 'parent', path: [] };
  const batched = lookup.batch ? { batch: lookup.batch, isPlain: true as const } : {};
  return { lookup, args: new Map(), key: whole, hole: key, ...batched };
}

/** Where that is what a step's template reads of a parent. */
export function holeOf(step: LinkStep | EntityStep, path: readonly string[]): Hole {
  const hole = step.kind === 'link' ? step.holes.get(path.join('.')) : step.key;
  if (!hole) throw new TypeError(`The plan does not say where "${path.join('.')}" of a parent is.`);
  return hole;
}
