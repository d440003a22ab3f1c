import {
  type ArgumentNode,
  type FieldNode,
  type GraphQLInterfaceType,
  getNamedType,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  print,
  type SelectionNode,
  type SelectionSetNode,
  type VariableDefinitionNode,
  visit,
} from 'graphql';
import type { MemberOrigin } from '../../supergraph/origins.ts';
import { reservedKey } from '../../supergraph/reserved-names.ts';
import type { UpstreamSelection, UpstreamVariable } from '../plan.ts';
import { callOf } from './asked-alone.ts';
import type { PlacedField, PlacedObject, PlacedOperation, PlacedSet, PlacedStep } from './placed.ts';
import { readByReference } from './reference-reads.ts';
import { setOf } from './set-of.ts';
import { Size } from './size.ts';

/**
 * Pass 4. What selective sources are told: in their own names, under the client's response keys, with what links and entities read.
 * One operation for all that a value can be: what all types of an interface are asked alike stands on the interface. Wishes of one call
 * that differ in keys alone become one wish, as in the reference lane, which selects more keys than are read.
 */
export function selectUpstream(
  { values }: PlacedOperation,
  { variableDefinitions = [] }: OperationDefinitionNode,
  alone: ReadonlySet<PlacedStep>,
): ReadonlyMap<PlacedStep, UpstreamSelection> {
  const definitions = new Map(variableDefinitions.map(node => [node.variable.name.value, node]));
  const select = (step: PlacedStep, set: PlacedSet, keys: Keys): UpstreamSelection => {
    const selecting = new Selecting(step.origin, keys);
    const selectionSet = selecting.set(set);
    const variables = [...selecting.variables].map(name => upstreamVariable(name, definitions, step.origin));
    return { selectionSet, variables };
  };
  const selections = new Map<PlacedStep, UpstreamSelection>();
  const shared = new Map<string, { step: PlacedStep; text: string; withKeys: UpstreamSelection }[]>();
  for (const [step, value] of values) {
    const set = setOf(value);
    if (!set || !step.origin.member.subschema.selective) continue;
    const selection = select(step, set, 'read');
    selections.set(step, selection);
    if (alone.has(step)) continue;
    const withKeys = select(step, set, 'all');
    const wish = `${callOf(step)} ${print(withKeys.selectionSet)}`;
    const alike = shared.get(wish) ?? [];
    shared.set(wish, alike);
    alike.push({ step, text: print(selection.selectionSet), withKeys });
  }
  for (const alike of shared.values()) {
    if (new Set(alike.map(({ text }) => text)).size === 1) continue;
    for (const { step, withKeys } of alike) selections.set(step, withKeys);
  }
  return selections;
}

/** Which keys of merged types are selected: those that are read, or all that the reference lane selects. */
type Keys = 'read' | 'all';

function upstreamVariable(
  name: string,
  definitions: ReadonlyMap<string, VariableDefinitionNode>,
  origin: MemberOrigin,
): UpstreamVariable {
  const definition = definitions.get(name);
  const inputType = definition && origin.ownInputType(definition.type);
  if (!inputType) throw new TypeError(`The variable $${name} has no type of the source "${origin.member.name}".`);
  return { name, type: String(inputType), inputType };
}

class Selecting {
  readonly variables = new Set<string>();
  readonly #origin: MemberOrigin;
  readonly #keys: Keys;
  readonly #known = new Map<PlacedSet, SelectionSetNode>();
  readonly #size = new Size('fields of one upstream selection');

  constructor(origin: MemberOrigin, keys: Keys) {
    this.#origin = origin;
    this.#keys = keys;
  }

  set(set: PlacedSet): SelectionSetNode {
    const known = this.#known.get(set);
    if (known) {
      this.#size.add(sizeOf(known)); // it is printed as often as it is used
      return known;
    }
    const selectionSet = selectionSetOf(set.abstract ? this.#abstract(set) : this.#objects(set));
    this.#known.set(set, selectionSet);
    return selectionSet;
  }

  #objects({ branches }: PlacedSet): readonly SelectionNode[] {
    return [...branches.values()].flatMap(object => {
      const fields = object.fields.flatMap(field => this.#field(field, object.ownType) ?? []);
      return [...fields, ...this.#reads(object)];
    });
  }

  #abstract({ ownType, branches }: PlacedSet): readonly SelectionNode[] {
    const left = new Map([...branches.values()].map(object => [object, propertiesOf(object)] as const));
    const shared = this.#takeCommon(ownType, [...left.values()]);
    const fragments: SelectionNode[] = [];
    for (const [type, objects] of this.#interfacesOf([...left.keys()], ownType)) {
      const own = this.#takeCommon(
        type,
        objects.flatMap(object => left.get(object) ?? []),
      );
      if (own.length > 0) fragments.push(fragmentOn(type, own));
    }
    for (const [object, fields] of left) {
      const own = [...fields.values()].flatMap(field => this.#field(field, object.ownType) ?? []);
      const selections = [...own, ...this.#reads(object)];
      if (selections.length > 0) fragments.push(fragmentOn(object.ownType, selections));
    }
    return [typename, ...shared, ...fragments];
  }

  /** Takes what all are asked alike and the interface can be asked itself, and says it of the interface. */
  #takeCommon(ownType: string, fields: readonly Map<string, PlacedField>[]): readonly FieldNode[] {
    const [first, ...others] = fields;
    const type = this.#origin.member.schema.getType(ownType);
    if (!first || !isInterfaceType(type)) return [];
    const common = [...first].filter(([key, field]) => {
      const isAsked = isFieldOf(type, field) && this.#takesArguments(type, field);
      return isAsked && others.every(theirs => asksTheSame(field, theirs.get(key)));
    });
    for (const [key] of common) for (const theirs of fields) theirs.delete(key);
    return common.flatMap(([, field]) => this.#field(field, ownType) ?? []);
  }

  /** An object's field may take arguments that its interface does not know. */
  #takesArguments({ name: ownType }: GraphQLInterfaceType, { from, selected }: PlacedField): boolean {
    const args = selected.nodes[0].arguments ?? [];
    return args.every(
      ({ name, value }) =>
        from.kind === 'property' && this.#origin.ownArgument(ownType, from.ownField, name.value, value) !== undefined,
    );
  }

  /** The interfaces, besides the value's own type, that several of the objects have: those of most objects first. */
  #interfacesOf(objects: readonly PlacedObject[], besides: string): (readonly [string, readonly PlacedObject[]])[] {
    const byInterface = new Map<string, PlacedObject[]>();
    for (const object of objects) {
      const type = this.#origin.member.schema.getType(object.ownType);
      for (const { name } of isObjectType(type) ? type.getInterfaces() : []) {
        if (name === besides) continue;
        const known = byInterface.get(name);
        if (known) known.push(object);
        else byInterface.set(name, [object]);
      }
    }
    const several = [...byInterface].filter(([, { length }]) => length > 1);
    return several.sort(([, one], [, other]) => other.length - one.length);
  }

  /** The name of an object's type is known to the plan: of what is selected, the source is asked for properties alone. */
  #field({ from, selected, value }: PlacedField, ownType: string): FieldNode | undefined {
    const { responseKey, nodes } = selected;
    if (from.kind !== 'property') return undefined;
    this.#size.add();
    const set = setOf(value);
    const args = this.#arguments(nodes[0], ownType, from.ownField);
    return fieldNode(from.ownField, responseKey, set && this.set(set), args);
  }

  #arguments({ arguments: args = [] }: FieldNode, ownType: string, ownField: string): readonly ArgumentNode[] {
    return args.map(({ name, value }) => {
      const own = this.#origin.ownArgument(ownType, ownField, name.value, value);
      if (!own) throw new TypeError(`${ownType}.${ownField} has no argument for ${name.value}.`);
      visit(own.literal, {
        Variable: ({ name: variable }) => {
          this.variables.add(variable.value);
        },
      });
      return { kind: Kind.ARGUMENT, name: { kind: Kind.NAME, value: own.name }, value: own.literal };
    });
  }

  #reads(object: PlacedObject): readonly FieldNode[] {
    const reads = this.#keys === 'read' ? object.reads : readByReference(object);
    return pathsOf(reads).map(({ name, below }) => fieldNode(name, reservedKey(name), below));
  }
}

/** By response key: what is asked of the object itself. */
function propertiesOf({ fields }: PlacedObject): Map<string, PlacedField> {
  const own = fields.filter(({ from }) => from.kind === 'property');
  return new Map(own.map(field => [field.selected.responseKey, field]));
}

/** Has the interface that field, and of the type that is asked there? An object may have a narrower one. */
function isFieldOf(type: GraphQLInterfaceType, { from, value }: PlacedField): boolean {
  if (from.kind !== 'property' || !Object.hasOwn(type.getFields(), from.ownField)) return false;
  const set = setOf(value);
  const definition = type.getFields()[from.ownField];
  return !set || (definition !== undefined && getNamedType(definition.type).name === set.ownType);
}

function asksTheSame(one: PlacedField, other: PlacedField | undefined): boolean {
  if (!other) return false;
  const { from } = other;
  if (one.from.kind !== 'property' || from.kind !== 'property' || one.from.ownField !== from.ownField) return false;
  return setOf(one.value) === setOf(other.value) && argumentsText(one) === argumentsText(other);
}

/** The nodes of one field of one type all have the same arguments (GraphQL October 2021, 5.3.2). */
function argumentsText({ selected: { nodes } }: PlacedField): string {
  return (nodes[0].arguments ?? []).map(print).sort().join();
}

/** Paths that begin alike are one field. */
function pathsOf(paths: readonly (readonly string[])[]) {
  const byFirst = new Map<string, (readonly string[])[]>();
  for (const [first, ...rest] of paths) {
    if (first === undefined) continue;
    const below = byFirst.get(first) ?? [];
    byFirst.set(first, below);
    if (rest.length > 0) below.push(rest);
  }
  return [...byFirst].map(([name, rest]): { name: string; below: SelectionSetNode | undefined } => {
    const below =
      rest.length === 0 ? undefined : selectionSetOf(pathsOf(rest).map(at => fieldNode(at.name, at.name, at.below)));
    return { name, below };
  });
}

/** A selection is never empty (GraphQL October 2021, 2.4): who is asked nothing is asked whether it is there. */
function selectionSetOf(selections: readonly SelectionNode[]): SelectionSetNode {
  return { kind: Kind.SELECTION_SET, selections: selections.length > 0 ? selections : [typename] };
}

/** Of nothing but these fields. */
export function bareSelection(names: readonly string[]): UpstreamSelection {
  return { selectionSet: selectionSetOf(names.map(name => fieldNode(name, name))), variables: [] };
}

function fieldNode(
  name: string,
  responseKey: string,
  selectionSet?: SelectionSetNode,
  args: readonly ArgumentNode[] = [],
): FieldNode {
  return {
    kind: Kind.FIELD,
    name: { kind: Kind.NAME, value: name },
    ...(responseKey === name ? {} : { alias: { kind: Kind.NAME, value: responseKey } }),
    ...(args.length > 0 ? { arguments: args } : {}),
    ...(selectionSet ? { selectionSet } : {}),
  };
}

const typename: FieldNode = fieldNode('__typename', '__typename');

function fragmentOn(ownType: string, selections: readonly SelectionNode[]): SelectionNode {
  const typeCondition = { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: ownType } } as const;
  return { kind: Kind.INLINE_FRAGMENT, typeCondition, selectionSet: selectionSetOf(selections) };
}

const sizes = new WeakMap<SelectionSetNode, number>();

/** How many fields a selection has when it is printed. */
function sizeOf(selectionSet: SelectionSetNode): number {
  const known = sizes.get(selectionSet);
  if (known !== undefined) return known;
  let size = 0;
  for (const node of selectionSet.selections) {
    size += node.kind === Kind.FIELD ? 1 : 0;
    if (node.kind !== Kind.FRAGMENT_SPREAD && node.selectionSet) size += sizeOf(node.selectionSet);
  }
  sizes.set(selectionSet, size);
  return size;
}
