import {
  type GraphQLArgument,
  type GraphQLCompositeType,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLOutputType,
  getNamedType,
  getNullableType,
  isAbstractType,
  isCompositeType,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isObjectType,
} from 'graphql';
import type { Annotation } from '../../policy/annotation.ts';
import type { Served } from '../handler.ts';

/**
 * What one appearance weighs. `near` comes along with its parent, `far` has to be fetched or is weighed by an `@cost`: only what is far
 * is multiplied by sizes that nobody declared.
 */
export interface Weight {
  readonly near: number;
  readonly far: number;
}

/** `@listSize` at a field (IBM GraphQL cost specification, "The List Size Directive"). */
export interface ListSize {
  readonly assumedSize: number | undefined;
  /** Steps into an argument's value: the argument alone mostly. */
  readonly slicingArguments: readonly (readonly string[])[];
  /** Fields of what the field returns that have the size; empty: the field itself has. */
  readonly sizedFields: readonly string[];
  readonly requireOneSlicingArgument: boolean;
}

/** What is known of a field before any document is. */
export interface FieldWeight {
  readonly weight: Weight;
  /** Of one object or value that it returns. */
  readonly type: Weight;
  readonly returns: GraphQLNamedType;
  /** `[[T]]` has two. */
  readonly lists: number;
  readonly args: readonly GraphQLArgument[];
  /** By argument; those that weigh nothing, also within, are left out. */
  readonly weighing: ReadonlyMap<string, { readonly weight: number; readonly type: GraphQLInputType }>;
  readonly sizes: readonly ListSize[];
  /** Can the field that returns its parent tell its size? */
  readonly sizable: boolean;
}

const nothing: Weight = { near: 0, far: 0 };
const one: Weight = { near: 1, far: 0 };

/**
 * The weights of a revision (IBM GraphQL cost specification, "weight"): those that `@cost` says; else 1 of what is composite (types, fields that
 * return one, arguments and input fields that take one), and 0 of everything else. Where an element is annotated several times, the greatest holds. An interface's field weighs what the
 * heaviest of its implementations does, so that nothing becomes cheaper by being asked through an interface.
 */
export class Weights {
  readonly #served: Served;
  readonly #fields = new Map<string, FieldWeight | undefined>();
  readonly #inputs = new Map<GraphQLInputObjectType, boolean>();
  #sizable: ReadonlySet<string> | undefined;

  constructor(served: Served) {
    this.#served = served;
  }

  /** Undefined where the type has no such field: it is one of introspection, or the document is not valid. */
  field(parent: GraphQLCompositeType, name: string): FieldWeight | undefined {
    const at = `${parent.name}.${name}`;
    if (this.#fields.has(at)) return this.#fields.get(at);
    const made = this.#make(this.#served.schema.getType(parent.name), name, at); // a caller's own schema may have less
    this.#fields.set(at, made);
    return made;
  }

  /** Of one value of the type. */
  type(type: GraphQLNamedType): Weight {
    const said = this.#said(type.name);
    if (said !== undefined) return { near: 0, far: said };
    if (!isCompositeType(type)) return nothing;
    if (!isAbstractType(type)) return one;
    return this.#served.schema
      .getPossibleTypes(type)
      .map(each => this.type(each))
      .reduce(heavier, one);
  }

  /** Of an argument or an input field that is given: where it takes an input object, or a list of them, 1 by default. */
  input(at: string, type: GraphQLInputType): number {
    return this.#said(at) ?? (isInputObjectType(getNamedType(type)) ? 1 : 0);
  }

  /** Does anything in a value of the type weigh something? */
  weighs(type: GraphQLInputType): boolean {
    const named = getNamedType(type);
    if (!isInputObjectType(named)) return false;
    let found = this.#inputs.get(named);
    if (found === undefined) {
      found = this.#weighsWithin(named);
      this.#inputs.set(named, found);
    }
    return found;
  }

  #weighsWithin(type: GraphQLInputObjectType): boolean {
    return Object.values(type.getFields()).some(field => {
      return isInputObjectType(getNamedType(field.type)) || this.input(`${type.name}.${field.name}`, field.type) !== 0;
    });
  }

  #make(parent: GraphQLNamedType | undefined, name: string, at: string): FieldWeight | undefined {
    if (!isObjectType(parent) && !isInterfaceType(parent)) return undefined;
    const field = parent.getFields()[name];
    if (!field) return undefined;
    const lists = listsOf(field.type);
    const returns = getNamedType(field.type);
    const said = this.#said(at);
    let weight = said === undefined ? this.#byDefault(parent.name, name, returns, lists) : { near: 0, far: said };
    const sizes = this.#annotations(at, 'listSize').map(sizeOf);
    if (isInterfaceType(parent)) {
      for (const { name: type } of this.#served.schema.getPossibleTypes(parent)) {
        const inherited = this.#said(`${type}.${name}`);
        if (inherited !== undefined) weight = heavier(weight, { near: 0, far: inherited });
      }
    }
    return {
      weight,
      type: this.type(returns),
      returns,
      lists,
      args: field.args,
      weighing: this.#weighing(at, field.args),
      sizes,
      sizable: lists > 0 && !sizes.some(({ sizedFields }) => sizedFields.length === 0) && this.#sizableFields().has(at),
    };
  }

  /** A link that is batched asks once for as many parents as its batch holds. */
  #byDefault(parent: string, name: string, returns: GraphQLNamedType, lists: number): Weight {
    if (!isCompositeType(returns)) return nothing;
    if (lists > 0) return { near: 0, far: 1 };
    const link = this.#served.origins.link(parent, name);
    const far = link ? 1 / (link.plan.lookup.batch?.max ?? 1) : 0;
    return { near: 1 - far, far };
  }

  #weighing(at: string, args: readonly GraphQLArgument[]): FieldWeight['weighing'] {
    const weighing = new Map<string, { readonly weight: number; readonly type: GraphQLInputType }>();
    for (const { name, type } of args) {
      const weight = this.input(`${at}.${name}`, type);
      if (weight !== 0 || this.weighs(type)) weighing.set(name, { weight, type });
    }
    return weighing;
  }

  #said(element: string): number | undefined {
    const said = this.#annotations(element, 'cost').map(({ args }) => Number(args['weight']));
    return said.length > 0 ? Math.max(...said) : undefined;
  }

  #annotations(element: string, directive: string): readonly Annotation[] {
    return this.#served.annotations.get(element)?.filter(each => each.directive === directive) ?? [];
  }

  /** Coordinates of fields that some `sizedFields` names, on all types that they may be asked of. */
  #sizableFields(): ReadonlySet<string> {
    if (this.#sizable) return this.#sizable;
    const { schema, annotations } = this.#served;
    const found = new Set<string>();
    for (const [element, said] of annotations) {
      const [typeName = '', fieldName = ''] = element.split('.');
      const sized = said.filter(({ directive }) => directive === 'listSize').flatMap(each => sizeOf(each).sizedFields);
      const parent = sized.length > 0 ? schema.getType(typeName) : undefined;
      const field = isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[fieldName] : undefined;
      if (!field) continue;
      const returned = getNamedType(field.type);
      const types = [returned, ...(isAbstractType(returned) ? schema.getPossibleTypes(returned) : [])];
      for (const type of types) {
        const above = isObjectType(type) || isInterfaceType(type) ? type.getInterfaces() : [];
        for (const { name } of [type, ...above]) for (const each of sized) found.add(`${name}.${each}`);
      }
    }
    this.#sizable = found;
    return found;
  }
}

const known = new WeakMap<Served, Weights>();

export function weightsOf(served: Served): Weights {
  const before = known.get(served);
  if (before) return before;
  const weights = new Weights(served);
  known.set(served, weights);
  return weights;
}

function sizeOf({ args }: Annotation): ListSize {
  const { assumedSize, slicingArguments, sizedFields, requireOneSlicingArgument } = args;
  return {
    assumedSize: typeof assumedSize === 'number' ? assumedSize : undefined,
    slicingArguments: textsOf(slicingArguments).map(path => path.split('.')),
    sizedFields: textsOf(sizedFields),
    requireOneSlicingArgument: requireOneSlicingArgument === true,
  };
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function listsOf(type: GraphQLOutputType): number {
  const bare = getNullableType(type);
  return isListType(bare) ? 1 + listsOf(bare.ofType) : 0;
}

/** No less than either, whatever it is multiplied with; and no more than the heavier one by itself. */
function heavier(one: Weight, other: Weight): Weight {
  const far = Math.max(one.far, other.far);
  return { near: Math.max(0, one.near + one.far - far, other.near + other.far - far), far };
}
