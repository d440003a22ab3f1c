import type { WireType } from '@bufbuild/protobuf/wire';
import type { CallName } from '../../../adapter/upstream-error.ts';
import type { WireReader } from './reader.ts';

/** A message's value that is being read. */
export type Target = Record<string, unknown>;

/** One reply that is being read. */
export interface Reading {
  readonly reader: WireReader;
  readonly call: CallName;
  readonly budget: { fields: number };
  /** Where in a map's list each key stands. */
  readonly places: Map<unknown[], Map<unknown, number>>;
}

/** Reads one value of a field. */
export type ReadValue = (reading: Reading, depth: number, previous: unknown) => unknown;

export interface FieldPlan {
  readonly name: string;
  readonly wireType: WireType;
  /** Absent: the value is not wanted, but that there is one tells of its oneof. */
  readonly read?: ReadValue;
  /** How the value joins what is there: `one` replaces it, `list` is appended, an `entry` is put into the list of its map. */
  readonly joins: 'one' | 'list' | 'entry';
  readonly packable: boolean;
  readonly isRequired: boolean;
  /** What stands in its place while none has come; lists are made anew. */
  readonly absent: unknown;
  readonly oneof?: OneofPlan;
}

/** What it means for a oneof that one of its members comes. */
export type OneofPlan =
  /** The other members that are wanted, and where the name of the present one stands. */
  | { readonly caseName: string | undefined; readonly rivals: readonly string[] }
  /** The oneof's own name, and the type that stands for the member. */
  | { readonly union: string; readonly type: string };

export interface MessagePlan {
  readonly fields: ReadonlyMap<number, FieldPlan>;
  /** Those that a value has beside what is told of oneofs. */
  readonly all: readonly FieldPlan[];
  readonly required: readonly FieldPlan[];
  /** A value of which nothing has come: what is told of oneofs is null as long as no member comes. */
  readonly empty: Target;
  /** Those that each value has a list of its own for. */
  readonly lists: readonly string[];
}
