import { randomUUID } from 'node:crypto';

/** The client's own correlation id where it is one that can stand in a header and in a log unchanged; else a new one. */
export function requestId(offered: string | undefined): string {
  return offered !== undefined && /^[A-Za-z0-9._-]{1,64}$/.test(offered) ? offered : randomUUID();
}
