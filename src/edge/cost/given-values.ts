import {
  type ArgumentNode,
  type FieldNode,
  type GraphQLArgument,
  type GraphQLInputType,
  getNamedType,
  getNullableType,
  isInputObjectType,
  isListType,
  Kind,
  type OperationDefinitionNode,
  type ValueNode,
} from 'graphql';
import { isRecord, own } from '../../base/json.ts';
import type { FieldWeight, ListSize, Weights } from './weights.ts';

type Variables = Readonly<Record<string, unknown>>;

/**
 * What a request gives to the arguments of one operation, as far as costs depend on it. Variables are taken as the client sent them: what
 * does not fit their types is refused before anything is asked.
 */
export class GivenValues {
  /** The variables that were read. */
  readonly read: Set<string>;
  readonly #variables: Variables;
  readonly #presets = new Map<string, ValueNode>();

  constructor(operation: OperationDefinitionNode, variables: Variables, read: Set<string> = new Set()) {
    this.#variables = variables;
    this.read = read;
    for (const { variable, defaultValue } of operation.variableDefinitions ?? []) {
      if (defaultValue) this.#presets.set(variable.name.value, defaultValue);
    }
  }

  /** How many the field's `@listSize` says there are at most; undefined where it does not say. */
  size(
    node: FieldNode,
    { slicingArguments, assumedSize }: ListSize,
    args: readonly GraphQLArgument[],
  ): number | undefined {
    let greatest: number | undefined;
    for (const path of slicingArguments) {
      const number = this.#number(node, path, args);
      if (number !== undefined) greatest = Math.max(greatest ?? 0, number);
    }
    return greatest ?? assumedSize;
  }

  /** What the arguments add to the weight of their field, or take from it. */
  argumentWeight(node: FieldNode, { weighing }: FieldWeight, weights: Weights): number {
    if (weighing.size === 0) return 0;
    let sum = 0;
    for (const { name, value } of node.arguments ?? []) {
      const known = weighing.get(name.value);
      if (!known || this.#isAbsent(value)) continue;
      sum += known.weight + this.#inside(value, known.type, weights);
    }
    return sum;
  }

  #number(
    node: FieldNode,
    [name = '', ...steps]: readonly string[],
    args: readonly GraphQLArgument[],
  ): number | undefined {
    const given = node.arguments?.find(argument => argument.name.value === name)?.value;
    const value = given ? this.#plain(given) : undefined;
    const used = value === undefined ? args.find(each => each.name === name)?.defaultValue : value;
    const at = steps.reduce<unknown>((from, step) => (isRecord(from) ? own(from, step) : undefined), used);
    const number = typeof at === 'string' && /^-?\d+$/.test(at) ? Number(at) : at;
    return typeof number === 'number' ? Math.max(0, number) : undefined;
  }

  #isAbsent(value: ValueNode): boolean {
    return value.kind === Kind.VARIABLE && this.#plain(value) === undefined;
  }

  /** A literal as data. */
  #plain(node: ValueNode): unknown {
    switch (node.kind) {
      case Kind.VARIABLE: {
        const name = node.name.value;
        this.read.add(name);
        const given = own(this.#variables, name);
        const preset = given === undefined ? this.#presets.get(name) : undefined;
        return preset ? this.#plain(preset) : given;
      }
      case Kind.INT:
      case Kind.FLOAT:
        return Number(node.value);
      case Kind.NULL:
        return null;
      case Kind.LIST:
        return node.values.map(value => this.#plain(value));
      case Kind.OBJECT: {
        const record: Record<string, unknown> = Object.create(null);
        for (const { name, value } of node.fields) record[name.value] = this.#plain(value);
        return record;
      }
      default:
        return node.value;
    }
  }

  #inside(node: ArgumentNode['value'], type: GraphQLInputType, weights: Weights): number {
    return weights.weighs(type) ? weightInside(this.#plain(node), type, weights) : 0;
  }
}

/** Of all input fields that are given, wherever in the value. Its nesting is bounded: `nestingOf`, and `variableDepth`. */
function weightInside(value: unknown, type: GraphQLInputType, weights: Weights): number {
  const bare = getNullableType(type);
  if (isListType(bare)) {
    const items = Array.isArray(value) ? value : [value];
    return items.reduce<number>((sum, item) => sum + weightInside(item, bare.ofType, weights), 0);
  }
  const named = getNamedType(bare);
  if (!isInputObjectType(named) || !isRecord(value)) return 0;
  let sum = 0;
  for (const field of Object.values(named.getFields())) {
    const inner = own(value, field.name);
    if (inner !== undefined)
      sum += weights.input(`${named.name}.${field.name}`, field.type) + weightInside(inner, field.type, weights);
  }
  return sum;
}
