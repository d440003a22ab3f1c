import DataLoader from 'dataloader';
import { GatewayError } from '../base/error.ts';
import type { CallContext, CallItem } from './adapter.ts';

/** What one request carries through its execution. Made anew for each request, never shared. */
export interface RequestContext {
  readonly call: CallContext;
  /** By call: one loader for each call of this request. */
  readonly loaders: Map<object, DataLoader<CallItem, unknown, string>>;
  readonly budget: CallBudget;
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
  #left: number;
  readonly #max: number;

  constructor(max: number) {
    this.#max = max;
    this.#left = max;
  }

  /** False when the calls are used up. */
  spend(): boolean {
    if (this.#left <= 0) return false;
    this.#left -= 1;
    return true;
  }

  /** What becomes of a call that is not paid for. */
  refusal(): GatewayError {
    return new GatewayError('OPERATION_TOO_COMPLEX', `The operation needs more than ${this.#max} backend calls.`);
  }

  get spent(): number {
    return this.#max - this.#left;
  }
}

export function requestContext(call: CallContext, maxBackendCalls: number): RequestContext {
  return { call, loaders: new Map(), budget: new CallBudget(maxBackendCalls) };
}
