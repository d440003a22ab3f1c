import type { DataSet } from './workload.ts';

/** Where a system finds its backends, and where it listens. */
export interface Place {
  /** For its files. */
  readonly folder: string;
  readonly set: DataSet;
  /** The REST backend's address; a path may follow. */
  readonly rest: string;
  /** Host and port. */
  readonly grpc: string;
  readonly soap: string;
  readonly port: number;
  /** How many types the wide schema has that are only there. */
  readonly fillers: number;
}
