import DataLoader from 'dataloader';
import { GatewayError } from '../base/error.ts';
import type { CallContext, CallItem } from './adapter.ts';

/** What one request carries through its execution. Made anew for each request, never shared. */
export interface RequestContext {
  readonly call: CallContext;
  /** By call: one loader for each call of this request. */
  readonly loaders: Map<object, DataLoader<CallItem, unknown, string>>;
  readonly budget: CallBudget;
  readonly items: ItemBudget;
  /** Of a subscription: the event that is answered, which is what its root field comes to. An Error where the event failed. */
  readonly event?: unknown;
}

/** The request's loader of `owner`: made at the first wish, then the same for all of the request. */
export function loaderOf(
  context: RequestContext,
  owner: object,
  load: (items: readonly CallItem[]) => Promise<unknown[]>,
  keyOf: (item: CallItem) => string,
): DataLoader<CallItem, unknown, string> {
  const existing = context.loaders.get(owner);
  if (existing) return existing;
  const loader = new DataLoader<CallItem, unknown, string>(load, { cacheKeyFn: keyOf });
  context.loaders.set(owner, loader);
  return loader;
}

/** Counts backend calls, so that no operation fans out without bound. */
export class CallBudget {
  #spent = 0;
  #exceeded = false;
  readonly #max: number;
  readonly #enforced: boolean;

  /** `enforced` false: what is beyond is only told (`exceeded`). */
  constructor(max: number, enforced = true) {
    this.#max = max;
    this.#enforced = enforced;
  }

  /** False when the calls are used up. */
  spend(): boolean {
    if (this.#spent >= this.#max) {
      this.#exceeded = true;
      if (this.#enforced) return false;
    }
    this.#spent += 1;
    return true;
  }

  /** What becomes of a call that is not paid for. */
  refusal(): GatewayError {
    return new GatewayError('OPERATION_TOO_COMPLEX', `The operation needs more than ${this.#max} backend calls.`);
  }

  /** Were more wanted? */
  get exceeded(): boolean {
    return this.#exceeded;
  }

  get spent(): number {
    return this.#spent;
  }
}

/** Counts the items of all lists that an operation comes to. */
export class ItemBudget {
  #exceeded = false;
  readonly #max: number;
  readonly #enforced: boolean;

  /** `enforced` false: what is beyond is only told (`exceeded`). */
  constructor(max = Number.POSITIVE_INFINITY, enforced = true) {
    this.#max = max;
    this.#enforced = enforced;
  }

  /** False where so many are too many. */
  allows(items: number): boolean {
    if (items <= this.#max) return true;
    this.#exceeded = true;
    return !this.#enforced;
  }

  /** What becomes of an operation that comes to more. */
  refusal(): GatewayError {
    return new GatewayError('COST_EXCEEDED', `The operation comes to more than ${this.#max} items of lists.`);
  }

  get exceeded(): boolean {
    return this.#exceeded;
  }
}

export function requestContext(
  call: CallContext,
  calls: number | CallBudget,
  items: ItemBudget = new ItemBudget(),
  event?: unknown,
): RequestContext {
  return { call, loaders: new Map(), budget: typeof calls === 'number' ? new CallBudget(calls) : calls, items, event };
}
