import type { HttpResponse } from '../../adapter/http-client.ts';
import { isRecord } from '../../base/json.ts';
import type { CarriedField, OpenApiCall } from './call.ts';
import { givenHeaders, headersName } from './response-headers.ts';

/** Do the call's answers hold fields beside their bodies? */
export function hasAnswerFields({ headers, carried }: OpenApiCall): boolean {
  return headers !== undefined || carried !== undefined;
}

/** Adds to a value of this answer alone what is no part of its body. A value that is no object holds nothing more. */
export function withAnswerFields(
  value: unknown,
  { headers, carried, envelope }: OpenApiCall,
  response: HttpResponse,
  args: Readonly<Record<string, unknown>>,
): unknown {
  if (!isObject(value)) return value;
  const inner = envelope === undefined ? value : value['value'];
  if (carried && isObject(inner)) for (const from of carried) inner[from.name] = carriedValue(from, response, args);
  if (headers)
    Object.defineProperty(value, headersName, {
      enumerable: true,
      get: () => givenHeaders(response.headers, headers), // for whoever asks, once
    });
  return value;
}

/** It was parsed, or made, for this answer: nobody else has it. */
function isObject(value: unknown): value is Record<string, unknown> {
  return isRecord(value) && !(value instanceof Error);
}

function carriedValue(
  from: CarriedField,
  { status, headers }: HttpResponse,
  args: Readonly<Record<string, unknown>>,
): unknown {
  if ('status' in from) return status;
  if ('header' in from) {
    const value = headers[from.header];
    return (Array.isArray(value) ? value[0] : value) ?? null;
  }
  let value: unknown = args[from.argument];
  for (const step of from.path) value = isRecord(value) && Object.hasOwn(value, step) ? value[step] : undefined;
  return value ?? null;
}
