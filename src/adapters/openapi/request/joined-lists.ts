import { scalarText } from '../answer/json-text.ts';
import { inputFault } from '../fault.ts';
import { torn } from './parameters.ts';

/**
 * A list whose items are lists: each of them as one text, its items between the first of the separators, and what is in these between the
 * others (Swagger 2.0, Items Object). Throws BAD_USER_INPUT where a part holds what separates the parts. `argument`: the way to it.
 */
export function withJoinedLists(value: unknown, separators: readonly string[], argument: string): unknown {
  if (!Array.isArray(value)) return value;
  const [separator = '', ...within] = separators;
  return value.map((list, index) =>
    Array.isArray(list) ? joined(list, separator, within, `${argument}.${index}`) : list,
  );
}

function joined(list: readonly unknown[], separator: string, within: readonly string[], argument: string): string {
  const items = within.length > 0 ? withJoinedLists(list, within, argument) : list;
  const texts = (Array.isArray(items) ? items : []).filter(item => (item ?? null) !== null).map(scalarText);
  if (texts.some(text => text.includes(separator))) throw inputFault(argument, torn);
  return texts.join(separator);
}
