import {
  type DocumentNode,
  type FieldNode,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  getArgumentValues,
  isAbstractType,
  isObjectType,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { type Coordinate, coordinate } from '../../base/coordinate.ts';
import { anonymous } from '../../base/principal.ts';
import type { Arguments, Asked } from '../../base/reference.ts';
import type { Canned, CannedAnswer, CannedFields } from '../../policy/canned.ts';
import { argumentsRead, holds } from '../../policy/condition.ts';

/** What of `@canned` holds in an operation, for one request. */
export interface Decided {
  /** Equal for equal decisions of one document; empty where there was nothing to decide. */
  readonly key: string;
  /** Undefined: the field is resolved. */
  readonly answerAt: (at: Coordinate, node: FieldNode) => CannedAt | undefined;
}

export interface CannedAt {
  /** Which of those that are said of the field. */
  readonly index: number;
  readonly answer: CannedAnswer;
}

type Variables = Readonly<Record<string, unknown>>;

/** A field whose answer hangs on a condition: wherever it is asked for, or where its arguments decide, in one place. */
interface Place {
  readonly at: Coordinate;
  readonly canned: readonly Canned[];
  readonly asks?: { readonly node: FieldNode; readonly definition: GraphQLField<unknown, unknown> };
}

/** The fields of a valid document whose answers are canned. Found once, and decided for each request. */
export class CannedPlaces {
  readonly #canned: CannedFields;
  readonly #places: readonly Place[];
  readonly #always: Decided;

  constructor(schema: GraphQLSchema, canned: CannedFields, document: DocumentNode) {
    this.#canned = canned;
    const isConditional = [...canned.values()].some(([first]) => first?.when !== undefined);
    this.#places = isConditional ? placesIn(schema, canned, document) : [];
    this.#always = { key: '', answerAt: at => this.#answer(at, 0) };
  }

  /** Is there anything to decide? */
  get areConditional(): boolean {
    return this.#places.length > 0;
  }

  /** As if all conditions held. */
  get always(): Decided {
    return this.#always;
  }

  decide(asked: Asked, variables: Variables): Decided {
    if (this.#places.length === 0) return this.#always;
    const everywhere = new Map<Coordinate, number>();
    const inPlaces = new Map<FieldNode, Map<Coordinate, number>>();
    let key = '';
    for (const { at, canned, asks } of this.#places) {
      const index = indexOf(canned, asked, asks ? argumentsOf(asks, variables) : {});
      key += index < 0 ? '-' : `${index} `;
      if (!asks) everywhere.set(at, index);
      else inPlaces.set(asks.node, (inPlaces.get(asks.node) ?? new Map()).set(at, index));
    }
    const answerAt = (at: Coordinate, node: FieldNode) =>
      this.#answer(at, inPlaces.get(node)?.get(at) ?? everywhere.get(at) ?? 0);
    return { key, answerAt };
  }

  #answer(at: Coordinate, index: number): CannedAt | undefined {
    const answer = this.#canned.get(at)?.[index]?.answer;
    return answer && { index, answer };
  }
}

/** -1: none of them holds. Where the arguments are wrong, what resolves the field tells so. */
function indexOf(canned: readonly Canned[], asked: Asked, args: Arguments | undefined): number {
  if (!args) return -1;
  const { principal = anonymous, headers } = asked;
  return canned.findIndex(({ when }) => !when || holds(when, principal, args, headers));
}

function argumentsOf({ definition, node }: NonNullable<Place['asks']>, variables: Variables): Arguments | undefined {
  try {
    return getArgumentValues(definition, node, variables);
  } catch {
    return undefined;
  }
}

function placesIn(schema: GraphQLSchema, canned: CannedFields, document: DocumentNode): readonly Place[] {
  const places: Place[] = [];
  const found = new Set<Coordinate>();
  const types = new TypeInfo(schema);
  const add = (type: GraphQLObjectType, node: FieldNode) => {
    const at = coordinate(type.name, node.name.value);
    const said = canned.get(at);
    if (!said?.[0]?.when) return;
    const reads = said.some(({ when }) => when && argumentsRead(when).length > 0);
    const definition = type.getFields()[node.name.value];
    if (reads && definition) places.push({ at, canned: said, asks: { node, definition } });
    else if (!found.has(at)) places.push({ at, canned: said });
    found.add(at);
  };
  visit(
    document,
    visitWithTypeInfo(types, {
      Field(node) {
        const parent = types.getParentType();
        if (isAbstractType(parent)) for (const type of schema.getPossibleTypes(parent)) add(type, node);
        else if (isObjectType(parent)) add(parent, node);
      },
    }),
  );
  return places;
}
