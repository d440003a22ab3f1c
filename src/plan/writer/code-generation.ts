/** Not asked again once refused: `--disallow-code-generation-from-strings` holds for the life of the process. */
let refused = false;

/**
 * Runs the body of a function whose one parameter is `given`, in strict mode. Undefined where the process may generate no code. The only
 * place that turns text into code: whoever calls it makes the text of nothing but his own words, counters and `quote`.
 */
export function generated(body: string, given: readonly unknown[]): unknown {
  if (refused) return undefined;
  let make: unknown;
  try {
    make = new Function('given', `'use strict';\n${body}`);
  } catch (error) {
    if (!(error instanceof EvalError)) throw error;
    refused = true;
    return undefined;
  }
  return typeof make === 'function' ? make(given) : undefined;
}
