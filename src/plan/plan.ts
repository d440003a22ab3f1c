import type { FieldNode, GraphQLField, GraphQLInputType, GraphQLLeafType, SelectionSetNode } from 'graphql';
import type { CallName } from '../adapter/upstream-error.ts';
import type { Coordinate } from '../base/coordinate.ts';
import type { GatewayError } from '../base/error.ts';
import type { CannedTemplate } from '../policy/canned-template.ts';
import type { EntityOrigin, LinkOrigin, MemberOrigin } from '../supergraph/origins.ts';
import type { OperationKind } from '../supergraph/schema/root-type.ts';

/**
 * One operation of one revision, compiled: what is asked of which source, in which order, and how the answer is written. Holds nothing of
 * a request, so all requests share it; a request's own state is an `Answers` for each step.
 */
export interface Plan {
  readonly operation: OperationKind;
  /** `steps[i].id === i`. A step stands after those that it waits for. */
  readonly steps: readonly Step[];
  /**
   * What goes out together, as soon as all that its steps wait for has come: the root fields of a query, else the steps of one level that
   * look up the same thing. The root fields of a mutation are a stage each, and the stages of one come before those of the next.
   */
  readonly stages: readonly Stage[];
  /** What the gateway answers itself of what a request says. Absent: nothing. */
  readonly canned?: readonly CannedPlace[];
  /** The answer: the operation's root object. Its fields of calls and links are `step`s, their parent is `rootParent`. */
  readonly root: ObjectOutput;
}

/** The one parent of root steps, and of links on a root type. */
export const rootParent: unique symbol = Symbol('root');

export interface Stage {
  /** 0 for root fields; else one more than the highest level that a step of the stage waits for. */
  readonly level: number;
  /** Step ids. */
  readonly steps: readonly number[];
  /** Ids of the steps whose answers must be there. For a mutation's root field: all steps of the root field before it, which waits in turn. */
  readonly after: readonly number[];
}

export type Step = RootStep | LinkStep | EntityStep;

interface AskingStep {
  readonly id: number;
  readonly origin: MemberOrigin;
  /** The call that is asked, in the source's own names. */
  readonly at: Coordinate;
  /** What a selective source is told: one and the same object for all requests. Absent where the source is not selective or the result is a leaf. */
  readonly selection?: UpstreamSelection;
  /** No other step asks the same call: then what it asks goes out as it is, and need not be compared with what else is asked. */
  readonly alone?: true;
  /** Set where the reference lane delegates: what a value breaks of its contract is then told as this call's UPSTREAM_MALFORMED. */
  readonly blame?: CallName;
  /** How what one wish came to is completed. Of an entity step: the part of the object that the source contributes. */
  readonly output: Output;
}

/** A field of the operation's root type: one call; of a subscription, what each of its events is the answer to. */
export interface RootStep extends AskingStep {
  readonly kind: 'root';
  readonly field: FieldPlace;
}

/** A link: one wish for each parent that an output with this step's id among its `feeds` completes to an object. */
export interface LinkStep extends AskingStep {
  readonly kind: 'link';
  readonly link: LinkOrigin;
  readonly field: FieldPlace;
  /** Where the values are that the link's templates read, by their path (`holes` of template.ts) joined with dots. */
  readonly holes: ReadonlyMap<string, Hole>;
}

/** One source's part of merged objects. */
export interface EntityStep extends AskingStep {
  readonly kind: 'entity';
  readonly entity: EntityOrigin;
  readonly key: Hole;
}

/** Steps to a value from a parent object, or from what an entity step joined to it. */
export interface Hole {
  readonly entityStep?: number;
  /** Property names as the value has them (response keys of a selective source). */
  readonly path: readonly string[];
}

/** A field where it stands in the operation: its arguments are coerced from the first node, errors are told at all. */
export interface FieldPlace {
  /** In the client's schema. */
  readonly definition: GraphQLField<unknown, unknown>;
  readonly nodes: readonly FieldNode[];
  /** In the source's own names, where no variable has a part in them: coerced once. Null: they hold variables. */
  readonly constantArguments: Readonly<Record<string, unknown>> | null;
}

/** A field that is answered without asking anyone (`@canned`); its arguments are in the client's names. */
export interface CannedPlace {
  readonly template: CannedTemplate;
  readonly field: FieldPlace;
}

/** A selective source's selection, and the operation's variables that it uses. */
export interface UpstreamSelection {
  readonly selectionSet: SelectionSetNode;
  /** `Selection.complete` */
  readonly complete?: true;
  readonly variables: readonly UpstreamVariable[];
}

export interface UpstreamVariable {
  /** As the client calls it. */
  readonly name: string;
  /** In the source's own names, as SDL; and the same as a type: a value is told as `MemberOrigin.ownValue` says it. */
  readonly type: string;
  readonly inputType: GraphQLInputType;
}

/** How a value is completed (GraphQL October 2021, 6.4.3): types in the client's names, values in the source's. */
export type Output = LeafOutput | ListOutput | ObjectOutput | AbstractOutput;

interface Nullability {
  /** Of the source's own schema for what it answered; of the client's for links and for what entity steps join. */
  readonly nonNull: boolean;
}

export interface LeafOutput extends Nullability {
  readonly kind: 'leaf';
  /** The client's. */
  readonly type: GraphQLLeafType;
  /** Of an enum: the client's name of each value of the source that clients may see. */
  readonly values?: ReadonlyMap<string, string>;
  /** Of an enum: the values of the source that clients may not see. Told apart from those that the source itself should not know. */
  readonly hidden?: ReadonlySet<string>;
}

export interface ListOutput extends Nullability {
  readonly kind: 'list';
  readonly of: Output;
}

export interface AbstractOutput extends Nullability {
  readonly kind: 'abstract';
  /** By `__typename` as the value has it (the source's own name). Any other is UPSTREAM_MALFORMED. */
  readonly branches: ReadonlyMap<string, ObjectOutput>;
}

export interface ObjectOutput extends Nullability {
  readonly kind: 'object';
  /** The client's name. */
  readonly typeName: string;
  /** In the order of the answer (GraphQL October 2021, 6.3.2). */
  readonly fields: readonly OutputField[];
  /** Ids of the link and entity steps that each object here is a parent of. */
  readonly feeds: readonly number[];
}

export interface OutputField {
  readonly responseKey: string;
  /** The client's name; with the object's `typeName` the coordinate that messages tell. */
  readonly name: string;
  readonly nodes: readonly FieldNode[];
  readonly from: FieldOrigin;
  readonly output: Output;
}

export type FieldOrigin =
  /** A property of the object. */
  | { readonly kind: 'property'; readonly key: string }
  /** An object that is always there: its fields are filled as those of the object that it stands in. */
  | { readonly kind: 'namespace' }
  /** `__typename`: the object's `typeName`. */
  | { readonly kind: 'typename' }
  /**
   * What the field is answered with by nobody's asking (`@canned`): always this JSON text, this error and null, or what came of one of
   * `Plan.canned`, whose answer to the one `rootParent` stands after those of the steps.
   */
  | { readonly kind: 'canned'; readonly answer: CannedOrigin }
  /** What a root or link step came to for this object. */
  | { readonly kind: 'step'; readonly step: number }
  /**
   * A property of what an entity step joined to this object. `output` is completed in the joined part first (`EntityStep.output`, an
   * object whose fields bear the same response keys): a null that the part does not allow takes all of the part.
   */
  | { readonly kind: 'joined'; readonly step: number; readonly nonNull: boolean };

export type CannedOrigin =
  /** `items`: of all lists in it. */
  { readonly text: string; readonly items: number } | { readonly error: GatewayError } | { readonly answered: number };

/**
 * What a step's wishes came to, by parent object (`rootParent` of root steps): the value, or an Error. A parent that asked nothing has null
 * (or what its link says for nothing).
 */
export type Answers = ReadonlyMap<unknown, unknown>;

/** An operation that the plan lane leaves to the reference lane, and why. */
export interface Unplanned {
  readonly reason: UnplannedReason;
  /** For the operator: which field, which limit. */
  readonly detail: string;
}

/** A closed list: the labels of the metric. */
export const unplannedReasons = [
  'introspection',
  'nested-root-type',
  'too-large',
  'unreachable-field',
  /** A variable of `@skip` or `@include` is null: an error that graphql-js words. */
  'null-condition',
  'compiler-error',
] as const;

export type UnplannedReason = (typeof unplannedReasons)[number];
