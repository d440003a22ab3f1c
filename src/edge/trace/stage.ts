import type { OperationResult } from '../handler.ts';

/** What one stage of a request came to: a gate, the parsing or the execution. */
export class Stage {
  readonly stage: string;
  /** `passed`: the gate let the request on; `failed`: it threw, or what it waited for did. */
  decided: 'under way' | 'passed' | 'refused' | 'answered' | 'failed' = 'under way';
  /** Until it let the request on, or else until it was done. */
  milliseconds = 0;
  /** Of an answer that is the stage's own. */
  status?: number;
  code?: unknown;
  /** Why it refused or failed. */
  reason?: string;
  readonly #start = performance.now();

  constructor(stage: string) {
    this.stage = stage;
  }

  pass(): void {
    this.#decide('passed');
  }

  /** Where it has let the request on, what came back is not its own. */
  settle({ result, status }: OperationResult): void {
    if (this.decided !== 'under way') return;
    const [error] = result.errors ?? [];
    const failsWhole = error !== undefined && (result.data === undefined || result.data === null);
    this.#decide(failsWhole ? 'refused' : 'answered');
    this.status = status;
    if (!error) return;
    this.code = error.extensions['code'];
    this.reason = error.message;
  }

  /** Also after it has let the request on: it may have ended the wait. */
  fail(error: unknown): void {
    if (this.decided === 'under way') this.#decide('failed');
    this.reason = error instanceof Error ? error.message : 'A value that is no error was thrown.';
  }

  #decide(decided: Stage['decided']): void {
    this.decided = decided;
    this.milliseconds = Math.round((performance.now() - this.#start) * 1_000) / 1_000;
  }
}
