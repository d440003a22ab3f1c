import type { CallContext } from '../adapter/adapter.ts';
import { filled } from '../policy/canned-template.ts';
import { type Plan, rootParent } from './plan.ts';
import { coerced, type Variables } from './step-input.ts';

/** What the gateway answers itself, of what this request says: as the answers of steps. */
export function cannedAnswers(
  { canned = [] }: Plan,
  variables: Variables,
  call: CallContext,
): readonly Map<unknown, unknown>[] {
  return canned.map(({ template, field }) => {
    const args = () => field.constantArguments ?? coerced(field, variables);
    return new Map([[rootParent, answerOf(() => filled(template, call, args()))]]);
  });
}

/** Arguments that do not fit are an error of the field. */
function answerOf(fill: () => unknown): unknown {
  try {
    return fill();
  } catch (error) {
    if (error instanceof Error) return error;
    throw error;
  }
}
