import type { GraphQLLeafType } from 'graphql';
import type { CallName } from '../../adapter/upstream-error.ts';
import type { Coordinate } from '../../base/coordinate.ts';
import type { GatewayError } from '../../base/error.ts';
import type { EntityOrigin, LinkOrigin, MemberOrigin } from '../../supergraph/origins.ts';
import type { OperationKind } from '../../supergraph/schema/root-type.ts';
import type { CannedPlace, FieldPlace } from '../plan.ts';
import type { SelectedField } from './collect.ts';

/** What is asked, and which source brings each of its fields: what pass 2 makes of pass 1. */
export interface PlacedOperation {
  readonly operation: OperationKind;
  readonly typeName: string;
  readonly fields: readonly PlacedField[];
  /** What one wish of each step comes to. */
  readonly values: ReadonlyMap<PlacedStep, PlacedValue>;
  /** All steps, each after those that it waits for: of a query together, of a mutation by its root fields. */
  readonly rounds: readonly (readonly PlacedStep[])[];
}

export type PlacedStep = PlacedRoot | PlacedLink | PlacedEntity;

interface Placed {
  readonly origin: MemberOrigin;
  readonly at: Coordinate;
  readonly blame?: CallName;
  /** How many answers, one after the other, the reference lane waits for before it asks: below an object, for all parts of it. */
  readonly turn: number;
  /** The steps that bring the parents and what is read of them. */
  readonly after: readonly PlacedStep[];
}

export interface PlacedRoot extends Placed {
  readonly kind: 'root';
  readonly field: FieldPlace;
}

export interface PlacedLink extends Placed {
  readonly kind: 'link';
  readonly link: LinkOrigin;
  readonly field: FieldPlace;
  readonly holes: ReadonlyMap<string, PlacedHole>;
}

export interface PlacedEntity extends Placed {
  readonly kind: 'entity';
  readonly entity: EntityOrigin;
  readonly key: PlacedHole;
}

export interface PlacedHole {
  readonly step?: PlacedEntity;
  readonly path: readonly string[];
}

export type PlacedValue = PlacedLeaf | PlacedList | PlacedObjects;

export interface PlacedLeaf {
  readonly kind: 'leaf';
  readonly nonNull: boolean;
  readonly type: GraphQLLeafType;
  readonly values?: ReadonlyMap<string, string>;
  readonly hidden?: ReadonlySet<string>;
}

export interface PlacedList {
  readonly kind: 'list';
  readonly nonNull: boolean;
  readonly of: PlacedValue;
}

export interface PlacedObjects {
  readonly kind: 'objects';
  readonly nonNull: boolean;
  readonly set: PlacedSet;
}

/** The objects that a value of one of the source's composite types can be. */
export interface PlacedSet {
  /** The source's own name. */
  readonly ownType: string;
  readonly abstract: boolean;
  /** By the source's own name of each concrete type that clients may see. */
  readonly branches: ReadonlyMap<string, PlacedObject>;
}

export interface PlacedObject {
  /** The client's name. */
  readonly typeName: string;
  readonly ownType: string;
  readonly fields: readonly PlacedField[];
  /** The links and entities that the object is a parent of. */
  readonly feeds: readonly PlacedStep[];
  /** What links and entities read of it, in the source's own names: it may be asked of no field of the answer. */
  readonly reads: readonly (readonly string[])[];
  /** All that objects of its type can be looked up in. */
  readonly entities: readonly EntityOrigin[];
}

export interface PlacedField {
  readonly selected: SelectedField;
  readonly from:
    | { readonly kind: 'property'; readonly ownField: string; readonly key: string }
    | { readonly kind: 'namespace' }
    | { readonly kind: 'typename' }
    | { readonly kind: 'canned'; readonly answer: { readonly error: GatewayError } | CannedPlace }
    | { readonly kind: 'step'; readonly step: PlacedStep }
    | { readonly kind: 'joined'; readonly step: PlacedEntity };
  readonly value: PlacedValue;
}
