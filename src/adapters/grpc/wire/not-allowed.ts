import { type CallName, upstreamError } from '../../../adapter/upstream-error.ts';

/** What stands in the place of a value that its field's type does not allow. */
export function notAllowed(reading: { readonly call: CallName }, what: string) {
  return upstreamError('UPSTREAM_MALFORMED', reading.call, { cause: `not allowed: ${what}` });
}
