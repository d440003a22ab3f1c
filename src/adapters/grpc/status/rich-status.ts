import { fromBinary, type Message, type Registry, toJson } from '@bufbuild/protobuf';
import type { Any } from '@bufbuild/protobuf/wkt';
import { isRecord, own } from '../../../base/json.ts';
import { maxDepth } from '../wire/limits.ts';
import { errorDetails } from './error-details.ts';
import type { GrpcStatus } from './status.ts';

/** A detail, as JSON of an Any (protobuf.dev/programming-guides/json#any). */
export type StatusDetail = Readonly<Record<string, unknown>>;

/** What a backend says beside its status (google.rpc.Status, google/rpc/error_details.proto). */
export interface RichStatus {
  /** Those of google.rpc that are for clients. */
  readonly details: readonly StatusDetail[];
  /** Those of the source's own types. */
  readonly others: readonly StatusDetail[];
  /** RetryInfo, in whole seconds. */
  readonly retryAfter?: number;
  /** LocalizedMessage. */
  readonly message?: string;
  /** BadRequest: the fields of the request, as the backend names them. */
  readonly fields: readonly string[];
}

const nothing: RichStatus = { details: [], others: [], fields: [] };

/** `registry`: types that the details may be of beside google.rpc's. What cannot be read is passed over. */
export function richStatusOf({ code, metadata }: GrpcStatus, registry: Registry): RichStatus {
  const written = metadata?.get('grpc-status-details-bin')[0];
  if (!(written instanceof Uint8Array) || written.length === 0) return nothing;
  const status = statusOf(written);
  if (!status || status.code !== code) return nothing; // a proxy's status, perhaps, with details of another
  const all = status.details.flatMap(any => {
    const name = any.typeUrl.slice(any.typeUrl.lastIndexOf('/') + 1);
    const detail = hidden.has(name) ? undefined : detailOf(any, name, registry);
    return detail ? [{ name, detail }] : [];
  });
  const isKnown = (name: string) => errorDetails().getMessage(name) !== undefined;
  const first = (kind: string) => all.find(({ name }) => name === `google.rpc.${kind}`)?.detail;
  return {
    details: all.flatMap(({ name, detail }) => (isKnown(name) ? [detail] : [])),
    others: all.flatMap(({ name, detail }) => (isKnown(name) ? [] : [detail])),
    ...optional('retryAfter', secondsOf(first('RetryInfo')?.['retryDelay'])),
    ...optional('message', textOf(first('LocalizedMessage')?.['message'])),
    fields: fieldsOf(first('BadRequest')?.['fieldViolations']),
  };
}

/** A stack is nobody's affair. */
const hidden: ReadonlySet<string> = new Set(['google.rpc.DebugInfo']);

function statusOf(
  bytes: Uint8Array,
): (Message & { readonly code: number; readonly details: readonly Any[] }) | undefined {
  try {
    // its fields are those of the text that the registry was made of
    return fromBinary(errorDetails().getMessage('google.rpc.Status')!, bytes, {
      recursionLimit: maxDepth,
    }) as ReturnType<typeof statusOf>;
  } catch {
    return undefined;
  }
}

function detailOf({ typeUrl, value }: Any, name: string, registry: Registry): StatusDetail | undefined {
  const ofGoogle = errorDetails().getMessage(name);
  const message = ofGoogle ?? registry.getMessage(name);
  if (!message) return undefined;
  try {
    const json = toJson(message, fromBinary(message, value, { recursionLimit: maxDepth }), { registry });
    if (!isRecord(json)) return { '@type': typeUrl, value: json };
    const { servingData: _, ...shown } = json; // RequestInfo: a stack, encrypted or not
    return { '@type': typeUrl, ...(ofGoogle ? shown : json) };
  } catch {
    return undefined;
  }
}

/** Of JSON's Duration. */
function secondsOf(duration: unknown): number | undefined {
  if (typeof duration !== 'string') return undefined;
  const seconds = Math.ceil(Number(duration.slice(0, -1)));
  return Number.isSafeInteger(seconds) ? Math.max(0, seconds) : undefined;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function fieldsOf(violations: unknown): readonly string[] {
  if (!Array.isArray(violations)) return [];
  return violations.flatMap(violation => textOf(isRecord(violation) ? own(violation, 'field') : undefined) ?? []);
}

/** A property that is there only where it has a value. */
function optional<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { [P in K]: V }); // a computed key widens to string
}
