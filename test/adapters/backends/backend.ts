import type { ErrorCode } from '../../../src/base/error.ts';
import type { Traffic } from './traffic.ts';

/**
 * The backend that every protocol supplies to the contract test: four operations on items, which have an `id` and a `name` that are never
 * null and a `note` that can be.
 *
 * - `item(id)`: the item `{ id, name: "Item <id>", note: null }`; id `missing` is a failure, id `held-*` waits for `traffic.release()`.
 * - `items`: the items 1, 2 and 3.
 * - `fail(how)`: fails as it is told to (see `Failure`).
 * - `createItem(name)`: `{ id: "new", name }`.
 */
export interface Backend {
  readonly protocol: string;
  readonly document: string | undefined;
  readonly endpoint: string;
  readonly traffic: Traffic;
  /** Root fields, as GraphQL. `value` is a variable or a literal. */
  readonly fields: {
    item(value: string): string;
    readonly items: string;
    fail(value: string): string;
    createItem(value: string): string;
  };
  /** What the root field `items` answers where its items are these. */
  listed(items: readonly unknown[]): unknown;
  /** What `item(missing)` comes to. */
  readonly missing: ErrorCode;
  /** Checks that mean nothing to the protocol, by name, each with the reason. */
  readonly skips: Readonly<Record<string, string>>;
  /** Values of a client that the adapter refuses to send (BAD_USER_INPUT), since the backend could read them as something else. */
  readonly refused: readonly string[];
  /** Connections that are open now. */
  connections(): Promise<number>;
  close(): Promise<void>;
}

/**
 * `invalid`, `unauthenticated`, `denied`, `not-found`, `conflict`, `limited`, `crash`: the backend's own refusals, with `secret` in their texts.
 * `garbage`: an answer that is not of the protocol. `reset`: the connection ends.
 *
 * Beside these, `null-name`: an item without its name; `huge`: an item of a megabyte; `redirect`: leads elsewhere; `hang`: never answered.
 */
export type Failure =
  | 'invalid'
  | 'unauthenticated'
  | 'denied'
  | 'not-found'
  | 'conflict'
  | 'limited'
  | 'crash'
  | 'garbage'
  | 'reset';

/** What the failures come to, whatever the protocol. */
export const faults: Readonly<Record<Failure, ErrorCode>> = {
  invalid: 'BAD_USER_INPUT',
  unauthenticated: 'UPSTREAM_ERROR',
  denied: 'UPSTREAM_ERROR',
  'not-found': 'NOT_FOUND',
  conflict: 'CONFLICT',
  limited: 'RATE_LIMITED',
  crash: 'UPSTREAM_ERROR',
  garbage: 'UPSTREAM_MALFORMED',
  reset: 'UPSTREAM_UNREACHABLE',
};

/** In every text of a failing backend, and never in an answer to a client. */
export const secret = 'ORA-00942 10.1.2.3 password=hunter2';
