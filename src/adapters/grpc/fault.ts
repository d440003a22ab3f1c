import type { Registry } from '@bufbuild/protobuf';
import type { Secrets } from '../../adapter/secrets.ts';
import { type CallName, upstreamError } from '../../adapter/upstream-error.ts';
import type { ErrorCode, ErrorDetails, GatewayError } from '../../base/error.ts';
import type { SourceOptions } from '../../source/source.ts';
import { type RichStatus, richStatusOf } from './status/rich-status.ts';
import { type GrpcStatus, statusNames } from './status/status.ts';

/** What decides how a failure is told. */
interface Telling {
  readonly forwardsIdentity: boolean;
  readonly expose: SourceOptions['exposeErrors'];
  /** The source's own types. */
  readonly registry: Registry;
  /** The argument that a field of the request is. */
  argumentAt(field: string): string | undefined;
  /** What must not leave in the backend's words. */
  secrets(): Secrets;
}

/**
 * A status as the client may see it: code and name, how long to wait, and which arguments were wrong. The status message and its details are
 * for the log, and for the client as far as the source exposes them. A refused credential is the client's affair only where it was the
 * client's own.
 */
export function faultOf(status: GrpcStatus, call: CallName, telling: Telling): GatewayError {
  const { code, details: message } = status;
  const name = statusNames[code] ?? 'UNKNOWN';
  if (isMalformed(status)) return upstreamError('UPSTREAM_MALFORMED', call, { cause: causeOf(status, name) });
  const rich = richStatusOf(status, telling.registry);
  const errorCode = codeOf(code, telling.forwardsIdentity);
  const { said, details } = exposed(message, rich, telling);
  const grpc = {
    code,
    status: name,
    ...(rich.retryAfter === undefined ? {} : { retryAfter: rich.retryAfter }),
    ...details,
  };
  const options = {
    details: { grpc, ...(errorCode === 'BAD_USER_INPUT' ? argumentsOf(rich, telling) : {}) },
    cause: causeOf(status, name, rich),
    refusesCredential: code === 16,
  };
  return upstreamError(errorCode, call, options, said);
}

/** A reply whose bytes are no message of its type. How they begin is for the log, with printable ASCII as it is. */
export function undecodable(error: unknown, bytes: Uint8Array, call: CallName): GatewayError {
  const first = Buffer.from(bytes.subarray(0, mostOfReply)).toString('latin1');
  const readable = first.replace(/[^ -~]|\\/g, byte => `\\x${byte.charCodeAt(0).toString(16).padStart(2, '0')}`);
  return upstreamError('UPSTREAM_MALFORMED', call, { cause: { bytes: bytes.length, first: readable, error } });
}

/** Bytes of a reply that go to the log. */
const mostOfReply = 500;

/** Of the JSON text of details, and of a message, that are shown. */
const mostShown = 4 * 1024;
const mostOfMessage = 300;

/** For the log. */
function causeOf({ code, details, metadata }: GrpcStatus, status: string, rich?: RichStatus) {
  return {
    code,
    status,
    details,
    metadata: metadata?.getMap(),
    ...(rich && { rich: [...rich.details, ...rich.others] }),
  };
}

function argumentsOf({ fields }: RichStatus, { argumentAt }: Telling): Pick<ErrorDetails, 'argument' | 'arguments'> {
  const paths = [...new Set(fields.flatMap(field => argumentAt(field) ?? []))];
  const [argument] = paths;
  if (argument === undefined) return {};
  return { argument, ...(paths.length > 1 ? { arguments: paths } : {}) };
}

/** What the source lets clients see of what its backend says. */
function exposed(
  message: string,
  rich: RichStatus,
  { expose, secrets }: Telling,
): { readonly said?: string | undefined; readonly details?: { readonly details: RichStatus['details'] } } {
  if (expose === 'NONE') return {};
  const hide = secrets();
  const said = rich.message ?? (expose === 'BODY' ? message : undefined);
  const details = hide.without(expose === 'BODY' ? [...rich.details, ...rich.others] : rich.details);
  const isShown = details.length > 0 && Buffer.byteLength(JSON.stringify(details)) <= mostShown;
  return { said: said && lineOf(hide.without(said)), ...(isShown ? { details: { details } } : {}) };
}

function lineOf(text: string): string | undefined {
  const line = text.replace(/[\s\p{Cc}]+/gu, ' ').trim();
  if (line === '') return undefined;
  return line.length > mostOfMessage ? `${line.slice(0, mostOfMessage)}…` : line;
}

function codeOf(code: number, forwardsIdentity: boolean): ErrorCode {
  switch (code) {
    case 3:
      return 'BAD_USER_INPUT';
    case 4:
      return 'UPSTREAM_TIMEOUT';
    case 5:
      return 'NOT_FOUND';
    case 6:
      return 'CONFLICT';
    case 7:
      return forwardsIdentity ? 'FORBIDDEN' : 'UPSTREAM_ERROR';
    case 8:
      return 'RATE_LIMITED';
    case 9:
      return 'PRECONDITION_FAILED';
    case 14:
      return 'UPSTREAM_UNREACHABLE';
    case 16:
      return forwardsIdentity ? 'UNAUTHENTICATED' : 'UPSTREAM_ERROR';
    default:
      return 'UPSTREAM_ERROR';
  }
}

/** Did grpc-js refuse the answer itself? Its words are the only mark of it, or a code that is none. */
function isMalformed({ code, details }: GrpcStatus): boolean {
  return !Number.isInteger(code) || ownRefusals.get(code)?.test(details) === true;
}

const ownRefusals: ReadonlyMap<number, RegExp> = new Map([
  [8, /^Received message (larger than max|that decompresses to a size larger)/],
  [13, /^Failed to decompress |\(Call ended without gRPC status\)$/],
]);
