import type { Limit } from './limit.ts';

/** What one request takes of one bucket. */
export interface Charge {
  readonly key: string;
  readonly limit: Limit;
  /** Microseconds until one more unit is there. */
  readonly interval: number;
  /** Units that a bucket holds at most. */
  readonly burst: number;
  readonly units: number;
}

/** How a bucket stands: after what was taken of it, or as it is where nothing was. */
export interface Standing {
  readonly charge: Charge;
  /** Microseconds until the bucket is full. */
  readonly ahead: number;
}

export interface Taken {
  readonly allowed: boolean;
  /** Of every charge that was counted, in their order. */
  readonly standings: readonly Standing[];
}

/**
 * Buckets by the generic cell rate algorithm (ITU-T I.371): of each it is kept when it will be full. Of several at once all give what is
 * asked of them or none does.
 */
export interface LimitStore {
  /** No two charges have one key. */
  take(charges: readonly Charge[]): Taken | Promise<Taken>;
  /** Takes it whether or not it is there: the bucket owes it. */
  owe(charges: readonly Charge[]): void | Promise<void>;
}

/** What a bucket can owe is paid within a year. Microseconds. */
export const mostAhead = 366 * 24 * 60 * 60 * 1_000_000;

/** Does the bucket, standing so before, have what is asked? */
export function has({ interval, burst, units }: Charge, ahead: number): boolean {
  return ahead + units * interval <= burst * interval;
}

/** Units that are left. */
export function remaining({ charge, ahead }: Standing): number {
  return Math.max(0, Math.floor((charge.burst * charge.interval - ahead) / charge.interval));
}

/** Microseconds until a bucket that did not have what was asked of it will have it. */
export function wait({ charge, ahead }: Standing): number {
  return Math.max(0, ahead - (charge.burst - charge.units) * charge.interval);
}
