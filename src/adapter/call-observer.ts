import type { Coordinate } from '../base/coordinate.ts';
import type { Source } from '../source/source.ts';
import type { CallItem, Outcome } from './adapter.ts';
import type { HttpRequest, HttpResponse } from './http-client.ts';

/**
 * Is told what goes to backends and what comes of it, of a request that is traced. It only reads what it is given, keeps nothing of it
 * unmasked, and never throws.
 */
export interface CallObserver {
  /** A batch is asked of a subschema; what it returns is told the outcomes. */
  asked(subschema: object, at: Coordinate, items: readonly CallItem[]): (outcomes: readonly Outcome[]) => void;
  /** An HTTP request is sent; what it returns is told the answer, or why there is none. */
  sent(source: Source, request: HttpRequest): (came: HttpResponse | Error) => void;
}
