import { isDeepStrictEqual } from 'node:util';
import type { Subschema } from '../adapter/adapter.ts';
import { type Checked, refused } from '../base/checked.ts';
import type { Diagnostic } from '../base/diagnostic.ts';
import { noPolicies, type PolicyNames } from '../policy/policy-names.ts';
import type { DeclaredSource } from '../source/declared-source.ts';
import type { SourceText } from '../source/reader.ts';
import { compose } from '../supergraph/compose.ts';
import type { CoordinatePolicy } from '../supergraph/schema/annotate.ts';
import type { Supergraph } from '../supergraph/supergraph.ts';
import { type LoadedSource, reasonOf } from './load-source.ts';

/** All that a revision is made of. */
export interface Desired {
  readonly sources: readonly DeclaredSource[];
  readonly overlay: readonly SourceText[];
  /** Directives for many coordinates at once. Default: none. */
  readonly policies?: readonly CoordinatePolicy[];
  /** What there is to name in directives. Default: no policies. */
  readonly policyNames?: PolicyNames;
}

/** A source that was read, with its connection. */
export interface Connected {
  readonly declared: DeclaredSource;
  readonly loaded: LoadedSource;
  readonly subschema: Subschema<unknown, unknown>;
}

/** A source that could not be read yet, and why. */
export interface Absent {
  readonly declared: DeclaredSource;
  readonly diagnostics: readonly Diagnostic[];
}

/** What a registry holds: the revision that serves, and what it is made of. */
export interface State {
  readonly desired: Desired;
  readonly connected: ReadonlyMap<string, Connected>;
  readonly absent: ReadonlyMap<string, Absent>;
  /** Absent while no source could be read. */
  readonly supergraph?: Supergraph;
}

export const nothing: State = { desired: { sources: [], overlay: [] }, connected: new Map(), absent: new Map() };

/** The members stand in the order of the configuration, whenever they came. */
export function composed({ desired, connected, absent }: State): Checked<Supergraph> {
  const members = desired.sources
    .map(({ name }) => connected.get(name))
    .filter(each => each !== undefined)
    .map(({ loaded, subschema }) => ({ source: loaded.source, subschema, digest: loaded.record.digest }));
  try {
    const { overlay, policies = [], policyNames = noPolicies } = desired;
    return compose({ members, overlay, policies, policyNames, absent: [...absent.keys()] });
  } catch (error) {
    const message = `The sources cannot be composed (${reasonOf(error)}).`;
    return refused({
      severity: 'error',
      code: 'SCHEMA_INVALID',
      message,
      at: [],
      hint: 'this is a mistake of Selvage: please report it',
    });
  }
}

export function isConnected(each: Connected | Absent): each is Connected {
  return 'subschema' in each;
}

export function isSame(before: State, next: State): boolean {
  return (
    isDeepStrictEqual(before.desired, next.desired) &&
    isDeepStrictEqual([...before.absent.keys()], [...next.absent.keys()]) &&
    [...next.connected].every(([name, { subschema }]) => before.connected.get(name)?.subschema === subschema)
  );
}

export function wasAbsent(before: State, { declared }: Absent): boolean {
  return isDeepStrictEqual(before.absent.get(declared.name)?.declared, declared);
}

export function byName<T extends { readonly declared: DeclaredSource }>(entries: readonly T[]): Map<string, T> {
  return new Map(entries.map(entry => [entry.declared.name, entry]));
}
