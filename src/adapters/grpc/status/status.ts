import type { Metadata } from '@grpc/grpc-js';

/** How calls end (grpc.github.io/grpc/core/md_doc_statuscodes.html), by their numbers. */
export const statusNames = [
  'OK',
  'CANCELLED',
  'UNKNOWN',
  'INVALID_ARGUMENT',
  'DEADLINE_EXCEEDED',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION',
  'ABORTED',
  'OUT_OF_RANGE',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
  'UNAUTHENTICATED',
] as const;

export const ok = 0;
export const cancelled = 1;
export const unimplemented = 12;

/** A call's end, as grpc-js gives it. */
export interface GrpcStatus {
  readonly code: number;
  /** The status message: the backend's words, or grpc-js's own. */
  readonly details: string;
  /** Trailers. */
  readonly metadata: Metadata | undefined;
}
