import { GatewayError } from '../../base/error.ts';
import { isRecord } from '../../base/json.ts';
import { withVariables } from '../derived-request.ts';
import type { Gate } from '../handler.ts';

const maxDepth = 64;
const maxValues = 50_000;

/**
 * Bounds the variables' nesting and number, and passes on a copy whose objects have no prototype: graphql-js reads input fields by
 * name, and a field may be named `constructor`.
 */
export const variableLimits: Gate = next => request =>
  next(request.variables ? withVariables(request, copyOf(request.variables)) : request);

function copyOf(variables: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  let left = maxValues;
  const copy = (value: unknown, depth: number): unknown => {
    left -= 1;
    if (left < 0) throw tooMuch(`hold more than ${maxValues} values`);
    if (typeof value !== 'object' || value === null) return value;
    if (depth === maxDepth) throw tooMuch(`nest more than ${maxDepth} levels`);
    if (Array.isArray(value)) return value.map(item => copy(item, depth + 1));
    return isRecord(value) ? copyRecord(value, depth) : value;
  };
  const copyRecord = (record: Readonly<Record<string, unknown>>, depth: number) => {
    const bare: Record<string, unknown> = Object.create(null);
    for (const [name, value] of Object.entries(record)) bare[name] = copy(value, depth + 1);
    return bare;
  };
  return copyRecord(variables, 0);
}

function tooMuch(what: string): GatewayError {
  return new GatewayError('OPERATION_TOO_COMPLEX', `The variables ${what}.`);
}
