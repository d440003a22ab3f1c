import { inspect } from 'node:util';
import type { Json } from '../../base/json.ts';

const maxDepth = 6;
const maxText = 4_096;

/**
 * Everything about a failure, for the log alone: stack, code, details, and causes inwards. Plain data, bounded in depth and size,
 * since a cause may be a backend's whole answer.
 */
export function errorReport(error: unknown, depth = 0): Json {
  if (!(error instanceof Error)) {
    return cut(
      typeof error === 'string' ? error : inspect(error, { depth: 4, maxArrayLength: 20, maxStringLength: maxText }),
    );
  }
  const { code, details, errors } = error as Error & { code?: unknown; details?: object; errors?: unknown }; // only ever read
  return {
    type: error.name,
    message: cut(error.message),
    ...(code === undefined ? {} : { code: String(code) }),
    ...(details ? { details: cut(inspect(details)) } : {}),
    ...(isBackends(code) || error.stack === undefined ? {} : { stack: cut(error.stack) }),
    ...(Array.isArray(errors) && depth < maxDepth
      ? { errors: errors.slice(0, 10).map(inner => errorReport(inner, depth + 1)) }
      : {}),
    ...(error.cause === undefined || depth === maxDepth ? {} : { cause: errorReport(error.cause, depth + 1) }),
  };
}

/** Where in our code a backend's failure was noticed tells nobody anything. */
function isBackends(code: unknown): boolean {
  return String(code).startsWith('UPSTREAM_');
}

function cut(text: string): string {
  return text.length > maxText ? `${text.slice(0, maxText)}… (${text.length} characters)` : text;
}
