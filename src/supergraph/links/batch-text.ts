import { isRecord } from '../../base/json.ts';
import type { Batching } from './lookup.ts';

/** The key of a link's `batch`, as it is written: a key of several parts as JSON. */
export function keyWritten(batch: unknown): string {
  const key = isRecord(batch) ? batch['key'] : undefined;
  return typeof key === 'string' ? key : JSON.stringify(key ?? '');
}

/** What an item is matched by, part by part. */
export function matchWritten({ parts }: Batching): string {
  return parts.map(({ item }) => item.join('.')).join(', ');
}
