import type { CallItem } from '../adapter/adapter.ts';
import { ask, askAtOnce } from '../adapter/ask.ts';
import type { RequestContext } from '../adapter/request-context.ts';
import type { Asking } from '../supergraph/reference/look-up.ts';
import type { Step } from './plan.ts';

/** How the wishes of a step are asked. */
export interface Together {
  readonly asking: Asking;
  /** All are wished: now they go out, and what is asked from then on goes out by itself. */
  readonly go: () => void;
}

/**
 * The wishes of one moment go out as one batch: gathered here where no other step asks the same call, else by the request's loader, which
 * all steps share.
 */
export function together({ alone, origin, at }: Step, context: RequestContext): Together {
  const { subschema } = origin.member;
  if (!alone) return { asking: item => ask(subschema, at, item, context), go: () => {} };
  let gone = false;
  const items: CallItem[] = [];
  const wishes: { resolve(value: unknown): void; reject(error: unknown): void }[] = [];
  return {
    asking: item =>
      gone
        ? ask(subschema, at, item, context)
        : new Promise((resolve, reject) => {
            items.push(item);
            wishes.push({ resolve, reject });
          }),
    go: () => {
      gone = true;
      if (items.length === 0) return;
      askAtOnce(subschema, at, items, context).then(
        values => {
          for (const [index, { resolve, reject }] of wishes.entries()) {
            const value = values[index];
            if (value instanceof Error) reject(value);
            else resolve(value);
          }
        },
        (error: unknown) => {
          for (const { reject } of wishes) reject(error);
        },
      );
    },
  };
}
