import { type FieldView, fieldViews, type Types } from './fields.ts';
import type { TypeKey } from './model.ts';

/**
 * Fields that would make an input type demand itself for ever (October 2021, 3.10, circular references), as `key field`: they are not
 * demanded.
 */
export function endlessInputs(types: Types): ReadonlySet<string> {
  const endless = new Set<string>();
  const state = new Map<TypeKey, 'open' | 'done'>();
  const demands = (key: TypeKey): FieldView[] => {
    const type = types[key];
    if (type?.kind !== 'complex') return [];
    return fieldViews(types, type).filter(view => {
      const target = types[view.type];
      return view.required && !view.list && target?.kind === 'complex' && target.oneOf === undefined;
    });
  };
  for (const start of Object.keys(types)) {
    if (state.has(start)) continue;
    const path: { key: TypeKey; left: FieldView[] }[] = [{ key: start, left: demands(start) }];
    state.set(start, 'open');
    for (let top = path.at(-1); top; top = path.at(-1)) {
      const view = top.left.pop();
      if (!view) {
        state.set(top.key, 'done');
        path.pop();
      } else if (state.get(view.type) === 'open') {
        endless.add(`${top.key} ${view.name}`);
      } else if (!state.has(view.type)) {
        state.set(view.type, 'open');
        path.push({ key: view.type, left: demands(view.type) });
      }
    }
  }
  return endless;
}
