import {
  type GraphQLCompositeType,
  type GraphQLEnumType,
  type GraphQLOutputType,
  getNamedType,
  getNullableType,
  isAbstractType,
  isEnumType,
  isInterfaceType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import { isRefusedFrom } from '../../supergraph/bringing.ts';
import { isRoot } from '../../supergraph/catalogue.ts';
import type { EntityOrigin, LinkOrigin, MemberOrigin, Origins } from '../../supergraph/origins.ts';
import type { Decided } from '../../supergraph/reference/canned-places.ts';
import { clientType } from '../../supergraph/schema/name-table.ts';
import type { OperationKind } from '../../supergraph/schema/root-type.ts';
import { chooseSources } from './choose-source.ts';
import type { Selected, SelectedField } from './collect.ts';
import { entityStep, holesOf, linkStep, rootStep } from './draft-step.ts';
import { FixedFields } from './fixed-fields.ts';
import { Joining, pathIn, type Want } from './joining.ts';
import { placeNamespace } from './place-namespace.ts';
import type {
  PlacedEntity,
  PlacedField,
  PlacedHole,
  PlacedLeaf,
  PlacedObject,
  PlacedOperation,
  PlacedSet,
  PlacedStep,
  PlacedValue,
} from './placed.ts';
import { Size } from './size.ts';
import { Unplannable } from './unplannable.ts';

/**
 * Pass 2. Says of each field where it comes from, and so what is asked of which source. `answerAt`: of what is canned. `without`: see
 * `Compilable`.
 */
export function place(
  origins: Origins,
  operation: OperationKind,
  typeName: string,
  fields: readonly SelectedField[],
  answerAt: Decided['answerAt'] | undefined,
  without: ReadonlySet<EntityOrigin['plan']> = new Set(),
): PlacedOperation {
  return new Placing(origins, answerAt, without).operation(operation, typeName, fields);
}

/** A source's answer to one step, in which objects are placed. */
interface Within {
  readonly origin: MemberOrigin;
  readonly step: PlacedStep;
  /** Of what is asked next: see `PlacedStep`. Where several ways lead to an object, the first way's. */
  readonly turn: number;
  /** An object that is asked the same is one and the same, however many abstract types lead to it. */
  readonly objects: Map<readonly SelectedField[], PlacedObject>;
  readonly sets: Map<Selected, Map<string, PlacedSet>>;
}

type EnumValues = Required<Pick<PlacedLeaf, 'values' | 'hidden'>>;

class Placing {
  readonly #origins: Origins;
  readonly #fixed: FixedFields;
  readonly #without: ReadonlySet<EntityOrigin['plan']>;
  readonly #values = new Map<PlacedStep, PlacedValue>();
  readonly #steps: PlacedStep[] = [];
  readonly #enums = new Map<GraphQLEnumType, EnumValues>();
  readonly #size = new Size('output fields');

  constructor(origins: Origins, answerAt: Decided['answerAt'] | undefined, without: ReadonlySet<EntityOrigin['plan']>) {
    this.#origins = origins;
    this.#fixed = new FixedFields(answerAt);
    this.#without = without;
  }

  operation(operation: OperationKind, typeName: string, selected: readonly SelectedField[]): PlacedOperation {
    const rounds: PlacedStep[][] = [];
    const fields = selected.map((field): PlacedField => {
      const before = this.#steps.length;
      const placed = this.#rootField(typeName, field);
      if (this.#steps.length > before) rounds.push(this.#steps.slice(before));
      return placed;
    });
    return {
      operation,
      typeName,
      fields,
      values: this.#values,
      rounds: operation === 'mutation' ? rounds : [this.#steps],
    };
  }

  /** Of a root type or a namespace. */
  #rootField(typeName: string, field: SelectedField): PlacedField {
    const fixed = this.#fixed.place(typeName, field);
    if (fixed) return fixed;
    const given = getNamedType(field.definition.type).name;
    if (this.#origins.namespaces.has(given)) return placeNamespace(given, field, each => this.#rootField(given, each));
    const link = this.#origins.link(typeName, field.definition.name);
    const step = link ? this.#link(link, field, 0, undefined, new Map()) : this.#root(typeName, field);
    return { selected: field, from: { kind: 'step', step }, value: this.#valueOf(step) };
  }

  #root(typeName: string, selected: SelectedField): PlacedStep {
    const { step, ownType } = rootStep(this.#origins, typeName, selected);
    return this.#bring(step, ownType, selected, true);
  }

  /** `parent`: undefined on a root type. */
  #link(
    link: LinkOrigin,
    selected: SelectedField,
    turn: number,
    parent: PlacedStep | undefined,
    read: ReadonlyMap<string, PlacedHole>,
  ): PlacedStep {
    const step = linkStep(link, selected, turn, parent, read);
    return this.#bring(step, link.plan.lookup.outcome, selected, !link.direct);
  }

  /** Places what a step brings. `owned`: the source's own schema has a say in which nulls there may be. */
  #bring(step: PlacedStep, ownType: GraphQLOutputType, selected: SelectedField, owned: boolean): PlacedStep {
    this.#steps.push(step);
    const within = withinAnswer(step);
    this.#values.set(step, this.#value(ownType, selected, within, selected.definition.type, owned));
    return step;
  }

  #valueOf(step: PlacedStep): PlacedValue {
    const value = this.#values.get(step);
    if (!value) throw new TypeError(`Nothing was placed for ${step.at}.`);
    return value;
  }

  /** Where both schemas speak of a value, what one of them does not allow is not allowed. */
  #value(
    ownType: GraphQLOutputType,
    selected: SelectedField,
    within: Within,
    declared: GraphQLOutputType,
    owned = true,
  ): PlacedValue {
    const nonNull = isNonNullType(declared) || (owned && isNonNullType(ownType));
    const own = getNullableType(ownType);
    const shown = getNullableType(declared);
    if (isListType(own)) {
      const item = isListType(shown) ? shown.ofType : shown;
      return { kind: 'list', nonNull, of: this.#value(own.ofType, selected, within, item, owned) };
    }
    if (!isLeafType(own)) return { kind: 'objects', nonNull, set: this.#set(own, selected, within) };
    if (!isLeafType(shown)) throw new TypeError(`${String(own)} is no leaf for clients.`);
    const values = isEnumType(own) ? this.#enumValues(own, within.origin) : {};
    return { kind: 'leaf', nonNull, type: shown, ...values };
  }

  /** What clients may see of an enum, and what they may not. */
  #enumValues(type: GraphQLEnumType, origin: MemberOrigin): EnumValues {
    const known = this.#enums.get(type);
    if (known) return known;
    const values = origin.enumValues(type.name);
    const hidden = type.getValues().filter(({ name }) => !values.has(name));
    const found = { values, hidden: new Set(hidden.map(({ name }) => name)) };
    this.#enums.set(type, found);
    return found;
  }

  #set(type: GraphQLCompositeType, { below }: SelectedField, within: Within): PlacedSet {
    if (!below) throw new TypeError(`Nothing is selected of ${type.name}.`);
    const sets = within.sets.get(below) ?? new Map<string, PlacedSet>();
    within.sets.set(below, sets);
    const known = sets.get(type.name);
    if (known) return known;
    const abstract = isAbstractType(type);
    const types = abstract ? within.origin.member.schema.getPossibleTypes(type) : [type];
    const branches = new Map<string, PlacedObject>();
    for (const { name } of types) {
      const typeName = clientType(within.origin.table, name);
      const fields = below.get(typeName); // of an abstract type: clients may not see all
      if (fields) branches.set(name, this.#object(typeName, name, fields, within));
    }
    const set = { ownType: type.name, abstract, branches };
    sets.set(type.name, set);
    return set;
  }

  #object(typeName: string, ownType: string, asked: readonly SelectedField[], within: Within): PlacedObject {
    const known = within.objects.get(asked);
    if (known) return known;
    if (isRoot(ownType)) {
      throw new Unplannable('nested-root-type', `A field below the root is of the type ${typeName}.`);
    }
    const selected = this.#reachable(typeName, asked, within);
    const links = new Map<SelectedField, LinkOrigin>();
    const fixed = new Map<SelectedField, PlacedField>();
    const joining = new Joining(typeName, within.origin, ownType);
    for (const field of selected) {
      const known = this.#fixed.place(typeName, field);
      const link = known ? undefined : this.#origins.link(typeName, field.definition.name);
      if (known) fixed.set(field, known);
      else if (link) {
        links.set(field, link);
        for (const path of holesOf(link)) joining.hole(path);
      } else joining.field(field);
    }
    const entities = this.#origins.entities(typeName).filter(({ plan }) => !this.#without.has(plan));
    const others = entities.filter(({ origin }) => origin !== within.origin);
    const joined = this.#join(joining, within, chooseSources(typeName, joining.wanted, others));
    const steps: PlacedStep[] = [...joined.steps];
    const inside = joined.steps.length === 0 ? within : { ...within, turn: within.turn + 1 };
    const fields = selected.map((field): PlacedField => {
      this.#size.add();
      const known = fixed.get(field);
      if (known) return known;
      const link = links.get(field);
      if (link) {
        const step = this.#link(link, field, inside.turn, within.step, joined.holes);
        steps.push(step);
        return { selected: field, from: { kind: 'step', step }, value: this.#valueOf(step) };
      }
      return joined.fields.get(field) ?? this.#property(field, field.definition.type, typeName, ownType, inside);
    });
    const object = { typeName, ownType, fields, feeds: steps, reads: joining.reads, entities };
    within.objects.set(asked, object);
    return object;
  }

  /** Without the fields that only a way that may not be gone leads to: they are not in the answer. */
  #reachable(typeName: string, fields: readonly SelectedField[], { origin }: Within): readonly SelectedField[] {
    if (this.#without.size === 0) return fields;
    return fields.filter(
      field =>
        this.#fixed.has(typeName, field) ||
        !isRefusedFrom(this.#origins, origin, typeName, field.definition.name, this.#without),
    );
  }

  #property(
    selected: SelectedField,
    declared: GraphQLOutputType,
    typeName: string,
    ownType: string,
    within: Within,
  ): PlacedField {
    const { origin } = within;
    const ownField = origin.ownField(typeName, selected.definition.name) ?? '';
    const type = origin.member.schema.getType(ownType);
    const definition = isObjectType(type) || isInterfaceType(type) ? type.getFields()[ownField] : undefined;
    if (!definition) throw new TypeError(`${origin.member.name} has no ${ownType}.${ownField}.`);
    const key = origin.member.subschema.selective ? selected.responseKey : ownField;
    const value = this.#value(definition.type, selected, within, declared);
    return { selected, from: { kind: 'property', ownField, key }, value };
  }

  /** A step for each source that is looked up for an object, and what it brings of it. */
  #join(joining: Joining, within: Within, chosen: ReadonlyMap<EntityOrigin, readonly Want[]>) {
    const { typeName } = joining;
    const steps: PlacedEntity[] = [];
    const fields = new Map<SelectedField, PlacedField>();
    const holes = new Map(joining.holes);
    for (const [entity, wanted] of chosen) {
      const { origin } = entity;
      const step = entityStep(entity, within.turn, within.step, { path: joining.read([entity.plan.key]) });
      steps.push(step);
      this.#steps.push(step);
      const ownType = origin.ownType(typeName) ?? '';
      const part = withinAnswer(step);
      const partFields: PlacedField[] = [];
      const reads: (readonly string[])[] = [];
      for (const { field, hole } of wanted) {
        if (field) {
          // That clients are promised a value is for the object to hold, not for the part.
          const placed = this.#property(field, getNullableType(field.definition.type), typeName, ownType, part);
          partFields.push(placed);
          fields.set(field, { ...placed, from: { kind: 'joined', step } });
        }
        if (hole) {
          reads.push(hole);
          holes.set(hole.join('.'), { step, path: pathIn(origin, hole) });
        }
      }
      const entities = this.#origins.entities(typeName);
      const object = { typeName, ownType, fields: partFields, feeds: [], reads, entities };
      const set = { ownType, abstract: false, branches: new Map([[ownType, object]]) };
      this.#values.set(step, { kind: 'objects', nonNull: false, set });
    }
    return { steps, fields, holes };
  }
}

function withinAnswer(step: PlacedStep): Within {
  return { origin: step.origin, step, turn: step.turn + 1, objects: new Map(), sets: new Map() };
}
