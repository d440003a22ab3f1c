import type { Logger } from 'pino';
import type { ErrorCode } from '../../base/error.ts';
import type { Counters } from '../counters.ts';
import { refusal } from '../errors/refusal.ts';
import type { OperationRequest, OperationResult } from '../handler.ts';
import type { LimitName, Limits } from './limits.ts';

/** A limit that a document, a request or a result is beyond. */
export interface Excess {
  readonly limit: LimitName;
  readonly code: ErrorCode;
  /** For the client: what it has, and what is allowed. */
  readonly message: string;
}

/** Tells every excess: it is counted, and where its limit only warns it is logged and let through. */
export class LimitReport {
  readonly #warn: ReadonlySet<LimitName>;
  readonly #counters: Counters;
  readonly #log: Logger;

  constructor(limits: Limits, counters: Counters, log: Logger) {
    this.#warn = new Set(limits.warn);
    this.#counters = counters;
    this.#log = log;
  }

  onlyWarns(limit: LimitName): boolean {
    return this.#warn.has(limit);
  }

  /** The refusal; undefined where the limit only warns. */
  tell(excess: Excess, request: OperationRequest): OperationResult | undefined {
    return this.warned(excess, request.id) ? undefined : refusal(excess.code, excess.message);
  }

  /** Counts the excess. True where its limit only warns: then it is logged too, and what is beyond it goes on. */
  warned({ limit, message }: Excess, requestId: string): boolean {
    if (!this.#warn.has(limit)) {
      this.#counters.count('limitRefusals', limit);
      return false;
    }
    this.#counters.count('limitWarnings', limit);
    this.#log.warn({ requestId, limit, message }, 'a limit is exceeded; it only warns');
    return true;
  }
}
