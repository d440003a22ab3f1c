import { didYouMean } from '../../base/suggestion.ts';
import { arranged, type Placed } from './arrange.ts';
import { type OrderRule, orderRules } from './rules.ts';

/** What is wrong, or doubtful, with the gates that a configuration names. */
export interface OrderFinding {
  readonly severity: 'error' | 'warning';
  /** Which of the names it is about. */
  readonly index: number;
  readonly message: string;
  readonly hint?: string;
}

const phases = {
  request: 'before the document is known',
  operation: 'after the document is known',
} as const;

/** Names that are unknown, repeated or out of their phase; where there are none, what the order that they make breaks. */
export function lintPipeline(places: readonly Placed[], names: readonly string[]): readonly OrderFinding[] {
  const wrong = names.flatMap((name, index) => lintName(places, names, name, index));
  return wrong.length > 0 ? wrong : lintOrder(places, names);
}

/** The rules that an order breaks. */
export function brokenRules(places: readonly Placed[]): readonly OrderRule[] {
  const at = new Map(places.map(({ name }, index) => [name, index]));
  return orderRules.flatMap(rule => {
    const outer = at.get(rule.outer);
    if (outer === undefined) return [];
    const inner = rule.inner === '*' ? places.slice(0, outer).map(({ name }) => name) : [rule.inner];
    const exempt = rule.except ?? [];
    return inner
      .filter(name => !exempt.includes(name) && (at.get(name) ?? outer) < outer)
      .map(name => ({ ...rule, inner: name }));
  });
}

function lintName(
  places: readonly Placed[],
  names: readonly string[],
  name: string,
  index: number,
): readonly OrderFinding[] {
  const severity = 'error';
  const place = places.find(each => each.name === name);
  if (!place) {
    const known = places.map(each => each.name);
    const hint = `gates: ${known.join(', ')}`;
    return [{ severity, index, message: `There is no gate "${name}".${didYouMean(name, known)}`, hint }];
  }
  if (names.indexOf(name) < index) return [{ severity, index, message: `"${name}" is named twice.` }];
  const earlier = names.slice(0, index).find(each => places.find(other => other.name === each)?.phase === 'operation');
  if (place.phase === 'operation' || earlier === undefined) return [];
  const message = `"${name}" stands ${phases.request} and "${earlier}" ${phases.operation}: it cannot stand behind it.`;
  return [{ severity, index, message, hint: 'gates are moved within their phase only' }];
}

function lintOrder(places: readonly Placed[], names: readonly string[]): readonly OrderFinding[] {
  const always = new Set(brokenRules(places).map(idOf));
  const broken = brokenRules(arranged(places, names)).filter(rule => !always.has(idOf(rule)));
  return broken.map(({ outer, inner, because, doubtful }) => {
    const index = Math.max(0, names.indexOf(names.includes(outer) ? outer : inner));
    const message = `"${inner}" would stand outside of "${outer}": ${because}.`;
    const hint = `name "${outer}" before "${inner}"`;
    return { severity: doubtful ? 'warning' : 'error', index, message, hint };
  });
}

function idOf({ outer, inner }: OrderRule): string {
  return `${outer} ${inner}`;
}
