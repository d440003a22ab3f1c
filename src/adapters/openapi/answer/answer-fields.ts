import type { HttpResponse } from '../../../adapter/http-client.ts';
import { isRecord } from '../../../base/json.ts';
import type { CarriedField, CarriedValue, OpenApiCall } from '../call/call.ts';
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
  args: Args,
): unknown {
  if (!isObject(value)) return value;
  const inner = envelope === undefined ? value : value['value'];
  if (carried && isObject(inner)) for (const from of carried) inner[from.name] = carriedBy(from, inner, response, args);
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

/** Null where any part of it has no value. */
function carriedBy(
  { of }: CarriedField,
  parent: Readonly<Record<string, unknown>>,
  response: HttpResponse,
  args: Args,
): unknown {
  if (!isText(of)) return carriedValue(of, parent, response, args);
  let text = '';
  for (const part of of) {
    const value = typeof part === 'string' ? part : carriedValue(part, parent, response, args);
    if (value === null || typeof value === 'object') return null;
    text += String(value);
  }
  return text;
}

type Args = Readonly<Record<string, unknown>>;

/** (TypeScript does not tell a readonly array from an object by `Array.isArray`.) */
function isText(of: CarriedField['of']): of is readonly (string | CarriedValue)[] {
  return Array.isArray(of);
}

function carriedValue(from: CarriedValue, parent: Args, { status, headers }: HttpResponse, args: Args): unknown {
  if ('status' in from) return status;
  if ('body' in from) return at(parent, from.body);
  if ('argument' in from) return at(args[from.argument], from.path);
  const value = headers[from.header];
  return (Array.isArray(value) ? value[0] : value) ?? null;
}

function at(from: unknown, path: readonly string[]): unknown {
  let value = from;
  for (const step of path) value = isRecord(value) && Object.hasOwn(value, step) ? value[step] : undefined;
  return value ?? null;
}
