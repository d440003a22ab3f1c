import type { HttpResponse } from '../../adapter/http-client.ts';
import { isRecord, own } from '../../base/json.ts';

/** A GraphQL response (October 2021, 7.1) that keeps to its form. */
export interface GraphqlReply {
  /** The HTTP status it came with. */
  readonly status: number;
  /** By the items' aliases; without a prototype. */
  readonly data: Record<string, unknown> | null;
  readonly errors: readonly ReplyError[];
}

export interface ReplyError {
  readonly path: readonly (string | number)[] | undefined;
  readonly code: string | undefined;
  /** All that the upstream said, for the log. */
  readonly said: unknown;
}

/** The answer as a GraphQL response; undefined where it is none. */
export function replyOf(response: HttpResponse): GraphqlReply | undefined {
  const body = jsonOf(response);
  if (!isRecord(body)) return undefined;
  const data = own(body, 'data') ?? null;
  const errors = own(body, 'errors') ?? [];
  if (!Array.isArray(errors) || (data !== null && !isRecord(data)) || (data === null && errors.length === 0))
    return undefined;
  return {
    status: response.status,
    data: data && Object.assign(Object.create(null), data),
    errors: errors.map(replyError),
  };
}

/** The answer's JSON; undefined where it is none, or says to be something else. */
export function jsonOf(response: HttpResponse): unknown {
  const contentType = String(response.headers['content-type'] ?? 'application/json');
  if (!/^application\/([\w.-]+\+)?json\s*(;|$)/i.test(contentType)) return undefined;
  try {
    return JSON.parse(withDigitsKept(response.body.toString('utf8')));
  } catch {
    return undefined;
  }
}

/**
 * Numbers that a double cannot hold become strings of their digits: a custom scalar loses none, and the standard scalars read numbers
 * from strings.
 */
function withDigitsKept(text: string): string {
  if (!/\d{16}/.test(text)) return text;
  return text.replace(/"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g, token =>
    token.startsWith('"') || token.length < 16 || String(Number(token)) === token ? token : `"${token}"`,
  );
}

function replyError(error: unknown): ReplyError {
  if (!isRecord(error)) return { path: undefined, code: undefined, said: error };
  const path = own(error, 'path');
  const extensions = own(error, 'extensions');
  const code = isRecord(extensions) ? own(extensions, 'code') : undefined;
  return {
    path: isPath(path) ? path : undefined,
    code: typeof code === 'string' ? code : undefined,
    said: error,
  };
}

function isPath(value: unknown): value is readonly (string | number)[] {
  return Array.isArray(value) && value.every(key => typeof key === 'string' || Number.isInteger(key));
}

/** The value with every `__typename` under our name; faults that stand in it stay. It is changed: it was parsed for this answer alone. */
export function withOurTypeNames(value: unknown, ourNames: ReadonlyMap<string, string>): unknown {
  if (ourNames.size > 0) renameTypes(value, ourNames);
  return value;
}

function renameTypes(value: unknown, ourNames: ReadonlyMap<string, string>): void {
  if (typeof value !== 'object' || value === null || value instanceof Error) return;
  if (Array.isArray(value)) {
    for (const item of value) renameTypes(item, ourNames);
    return;
  }
  const record = value as Record<string, unknown>; // what JSON.parse made that is no list
  for (const key of Object.keys(record)) {
    const child = record[key];
    if (key !== '__typename' || typeof child !== 'string') renameTypes(child, ourNames);
    else record[key] = ourNames.get(child) ?? child;
  }
}
