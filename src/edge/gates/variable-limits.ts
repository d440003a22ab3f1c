import { isRecord } from '../../base/json.ts';
import { Upload } from '../../base/upload.ts';
import type { Gate, OperationRequest, OperationResult } from '../handler.ts';
import type { Excess, LimitReport } from '../limits/limit-report.ts';
import { type LimitKey, type Limits, limitTable } from '../limits/limits.ts';
import { withVariables } from '../request/derived-request.ts';

/** UTF-8 takes three bytes at most for a UTF-16 unit. */
const maxBytesPerUnit = 3;

/**
 * Bounds the variables' nesting and number and their strings, and passes on a copy whose objects have no prototype: graphql-js reads input
 * fields by name, and a field may be named `constructor`.
 */
export function variableLimits(limits: Limits, report: LimitReport): Gate {
  return next => request => {
    if (!request.variables) return next(request);
    const copying = new Copying(limits, report, request);
    const variables = copying.record(request.variables, 0);
    return copying.refused ?? next(withVariables(request, variables));
  };
}

class Copying {
  /** Of the first limit that is exceeded and enforced: then the copy ends where it is. */
  refused: OperationResult | undefined;
  readonly #limits: Limits;
  readonly #report: LimitReport;
  readonly #request: OperationRequest;
  readonly #told = new Set<LimitKey>();
  #values = 0;

  constructor(limits: Limits, report: LimitReport, request: OperationRequest) {
    this.#limits = limits;
    this.#report = report;
    this.#request = request;
  }

  record(record: Readonly<Record<string, unknown>>, depth: number): Readonly<Record<string, unknown>> {
    const bare: Record<string, unknown> = Object.create(null);
    for (const [name, value] of Object.entries(record)) {
      if (this.refused) break;
      bare[name] = this.#value(value, depth + 1);
    }
    return bare;
  }

  #value(value: unknown, depth: number): unknown {
    const { variableValues, variableString, variableDepth } = this.#limits;
    this.#values += 1;
    if (this.#values > variableValues) this.#beyond('variableValues', `hold more than ${variableValues} values`);
    if (typeof value === 'string' && value.length * maxBytesPerUnit > variableString) {
      const bytes = Buffer.byteLength(value);
      const what = `hold a string of ${bytes} bytes; ${variableString} are allowed`;
      if (bytes > variableString) this.#beyond('variableString', what);
    }
    if (typeof value !== 'object' || value === null) return value;
    if (depth >= variableDepth) this.#beyond('variableDepth', `nest more than ${variableDepth} levels`);
    if (this.refused) return null;
    if (value instanceof Upload) return value; // bounded where it came in
    if (isRecord(value)) return this.record(value, depth);
    return Array.isArray(value) ? this.#list(value, depth) : value;
  }

  #list(list: readonly unknown[], depth: number): readonly unknown[] {
    const copy: unknown[] = [];
    for (const item of list) {
      if (this.refused) break;
      copy.push(this.#value(item, depth + 1));
    }
    return copy;
  }

  /** Each limit once. */
  #beyond(limit: 'variableValues' | 'variableString' | 'variableDepth', what: string): void {
    if (this.#told.has(limit)) return;
    this.#told.add(limit);
    const excess: Excess = { limit, code: limitTable[limit].code, message: `The variables ${what}.` };
    this.refused ??= this.#report.tell(excess, this.#request);
  }
}
