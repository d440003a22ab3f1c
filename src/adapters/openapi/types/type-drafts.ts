import type { ConstValueNode, TypeDefinitionNode } from 'graphql';
import * as definitions from '../../../adapter/definitions.ts';
import { type Coordinate, coordinate } from '../../../base/coordinate.ts';
import type { Direction, FieldShape, Shape, TypeShape } from '../call/shape.ts';
import { printedShape } from '../schemas/scalar-shapes.ts';
import { typeOf } from './type-of.ts';

/** What is said of a field beside its type. */
export interface FieldNotes extends definitions.Remarks {
  readonly default: ConstValueNode | undefined;
}

/** A type while it is being built: its shape with what only the schema needs. */
export interface TypeDraft {
  readonly name: string;
  readonly direction: Direction;
  readonly description: string | undefined;
  readonly shape: TypeShape;
  /** By field name. */
  readonly notes: ReadonlyMap<string, FieldNotes>;
}

/** The drafts as the model's types and the schema's definitions. */
export function finish(drafts: readonly TypeDraft[]): {
  types: Record<string, TypeShape>;
  definitions: TypeDefinitionNode[];
  /** Fields that are nullable, though the document requires them, since the chain of requirements behind them is too long. */
  cut: readonly Coordinate[];
} {
  const { drafts: finished, cut } = withoutRequiredCycles(drafts);
  const interfaces = interfacesOf(finished);
  const implemented = new Map<string, string[]>();
  for (const [name, { members }] of interfaces) {
    for (const member of members) implemented.set(member, [...(implemented.get(member) ?? []), name]);
  }
  return {
    types: Object.fromEntries(finished.map(draft => [draft.name, draft.shape])),
    definitions: finished.map(draft =>
      definitionOf(draft, interfaces.get(draft.name), implemented.get(draft.name) ?? []),
    ),
    cut,
  };
}

interface Interface {
  readonly base: TypeDraft;
  readonly fields: readonly FieldShape[];
  readonly members: readonly string[];
}

type NamedField = Pick<FieldShape, 'name' | 'shape'>;

/** A parent and its heirs share an interface: the parent's fields that every heir has with the same type. */
function interfacesOf(drafts: readonly TypeDraft[]): Map<string, Interface> {
  const byName = new Map(drafts.map(draft => [draft.name, draft]));
  const interfaces = new Map<string, Interface>();
  for (const { name, shape } of drafts) {
    const base = shape.kind === 'union' && shape.otherwise !== undefined ? byName.get(shape.otherwise) : undefined;
    if (shape.kind !== 'union' || base?.shape.kind !== 'object') continue;
    const members = shape.members.map(({ type }) => type);
    const isShared = (field: FieldShape) => members.every(member => hasField(byName.get(member), field));
    const fields = base.shape.fields.filter(isShared);
    if (fields.length > 0) interfaces.set(name, { base, fields, members });
  }
  return interfaces;
}

/** GraphQL October 2021, 3.6.1, IsValidImplementation: the same type, or one that promises more. */
function hasField(draft: TypeDraft | undefined, { name, shape }: FieldShape): boolean {
  const own = draft?.shape.kind === 'object' ? draft.shape.fields.find(field => field.name === name) : undefined;
  return (
    own !== undefined &&
    printedShape(own.shape) === printedShape(shape) &&
    (!shape.nonNull || own.shape.nonNull === true)
  );
}

function definitionOf(
  draft: TypeDraft,
  asInterface: Interface | undefined,
  implemented: readonly string[],
): TypeDefinitionNode {
  const { name, shape, notes } = draft;
  const output = (field: NamedField, of = notes) =>
    definitions.field(field.name, typeOf(field.shape), of.get(field.name));
  const input = (field: NamedField) => {
    const note = notes.get(field.name);
    return definitions.inputValue(field.name, typeOf(field.shape), note, note?.default);
  };
  if (asInterface) {
    const { fields, base } = asInterface;
    const shared = fields.map(field => output(field, base.notes));
    return definitions.interfaceType(name, shared, draft);
  }
  switch (shape.kind) {
    case 'enum': {
      const values = shape.values.map(([value]) => definitions.enumValue(value));
      return definitions.enumType(name, values, draft);
    }
    case 'union': {
      const members = shape.members.map(({ type }) => type);
      return definitions.unionType(name, members, draft);
    }
    case 'oneOf':
      return definitions.oneOfInputType(name, shape.fields.map(input), draft);
    case 'object': {
      const fields = shape.additional ? [...shape.fields, shape.additional] : shape.fields;
      if (draft.direction === 'input') return definitions.inputType(name, fields.map(input), draft);
      const outputs = fields.map(field => output(field));
      return definitions.objectType(name, outputs, draft, implemented);
    }
  }
}

/** graphql-js follows inputs that require one another with a call in a call. */
const longestChain = 500;

/**
 * An input that requires itself can never be given (GraphQL October 2021, 3.10.1): the field that closes the circle becomes nullable, and
 * so does one behind which the chain is too long. Depth first with a stack of its own.
 */
function withoutRequiredCycles(drafts: readonly TypeDraft[]): { drafts: TypeDraft[]; cut: Coordinate[] } {
  const cut: Coordinate[] = [];
  const byName = new Map(drafts.filter(draft => draft.direction === 'input').map(draft => [draft.name, draft]));
  /** How long the chain of requirements behind an input is; infinite while it is gone through. */
  const lengths = new Map<string, number>();
  const relaxed = new Map<string, Set<string>>();
  const leave = ({ name, required }: Visit) => {
    const behind = required.map(field => [field.name, lengths.get(targetOf(field)) ?? 0] as const);
    const [tooLong, kept] = [
      behind.filter(([, length]) => length >= longestChain),
      behind.filter(([, length]) => length < longestChain),
    ];
    lengths.set(name, 1 + Math.max(0, ...kept.map(([, length]) => length)));
    for (const [field, length] of tooLong) if (Number.isFinite(length)) cut.push(coordinate(name, field));
    if (tooLong.length > 0) relaxed.set(name, new Set(tooLong.map(([field]) => field)));
  };
  for (const start of byName.keys()) {
    const path: Visit[] = [];
    const enter = (name: string) => {
      const required = requiredObjects(byName.get(name));
      lengths.set(name, Number.POSITIVE_INFINITY);
      path.push({ name, required, edges: required[Symbol.iterator]() });
    };
    if (!lengths.has(start)) enter(start);
    for (let top = path.at(-1); top; top = path.at(-1)) {
      const next = top.edges.next();
      const target = next.done ? undefined : targetOf(next.value);
      if (target === undefined) leave(path.pop()!);
      else if (!lengths.has(target) && byName.has(target)) enter(target);
    }
  }
  return { drafts: drafts.map(draft => relax(draft, relaxed.get(draft.name))), cut };
}

interface Visit {
  readonly name: string;
  readonly required: readonly FieldShape[];
  readonly edges: Iterator<FieldShape>;
}

/** `requiredObjects` gives named shapes only. */
function targetOf({ shape }: FieldShape): string {
  return shape.kind === 'type' ? shape.name : '';
}

function requiredObjects(draft: TypeDraft | undefined): FieldShape[] {
  if (draft?.shape.kind !== 'object') return [];
  return draft.shape.fields.filter(field => field.shape.kind === 'type' && field.shape.nonNull);
}

function relax(draft: TypeDraft, names: ReadonlySet<string> | undefined): TypeDraft {
  if (!names || draft.shape.kind !== 'object') return draft;
  const fields = draft.shape.fields.map(field =>
    names.has(field.name) ? { ...field, shape: nullable(field.shape) } : field,
  );
  return { ...draft, shape: { ...draft.shape, fields } };
}

export function nullable<T extends Shape>(shape: T): T {
  const { nonNull: _, ...rest } = shape;
  return rest as T; // the same kind of shape, without its mark
}

export function nonNull<T extends Shape>(shape: T): T {
  return { ...shape, nonNull: true };
}
