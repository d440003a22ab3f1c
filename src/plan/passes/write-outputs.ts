import { isNonNullType } from 'graphql';
import { textOf } from '../complete.ts';
import { itemsIn } from '../count-items.ts';
import type {
  AbstractOutput,
  CannedOrigin,
  CannedPlace,
  FieldOrigin,
  ObjectOutput,
  Output,
  OutputField,
} from '../plan.ts';
import type { PlacedField, PlacedObject, PlacedOperation, PlacedSet, PlacedStep, PlacedValue } from './placed.ts';

interface Outputs {
  readonly root: ObjectOutput;
  readonly ofStep: ReadonlyMap<PlacedStep, Output>;
  readonly canned: readonly CannedPlace[];
}

/** Pass 5. How the answer is made of what the steps bring. */
export function writeOutputs(placed: PlacedOperation, ids: ReadonlyMap<PlacedStep, number>): Outputs {
  const writing = new Writing(ids);
  const ofStep = new Map([...placed.values].map(([step, value]) => [step, writing.output(value)] as const));
  const fields = placed.fields.map(field => writing.field(field));
  const links = placed.fields.flatMap(({ from }) =>
    from.kind === 'step' && from.step.kind === 'link' ? from.step : [],
  );
  const feeds = links.flatMap(step => ids.get(step) ?? []);
  const root: ObjectOutput = { kind: 'object', nonNull: false, typeName: placed.typeName, fields, feeds };
  return { root, ofStep, canned: [...writing.canned.keys()] };
}

class Writing {
  /** With the place of what it comes to among the answers. */
  readonly canned = new Map<CannedPlace, number>();
  readonly #ids: ReadonlyMap<PlacedStep, number>;
  readonly #outputs = new Map<PlacedValue, Output>();
  readonly #sets = { true: new Map<PlacedSet, Output>(), false: new Map<PlacedSet, Output>() };
  readonly #objects = { true: new Map<PlacedObject, ObjectOutput>(), false: new Map<PlacedObject, ObjectOutput>() };

  constructor(ids: ReadonlyMap<PlacedStep, number>) {
    this.#ids = ids;
  }

  output(value: PlacedValue): Output {
    const known = this.#outputs.get(value) ?? this.#write(value);
    this.#outputs.set(value, known);
    return known;
  }

  field({ selected, from, value }: PlacedField): OutputField {
    const { responseKey, definition, nodes } = selected;
    const output = this.output(value);
    const origin = this.#from(from, output, isNonNullType(definition.type));
    return { responseKey, name: definition.name, nodes, from: origin, output };
  }

  #write(value: PlacedValue): Output {
    if (value.kind === 'leaf') return value;
    if (value.kind === 'list') return { kind: 'list', nonNull: value.nonNull, of: this.output(value.of) };
    const sets = this.#sets[`${value.nonNull}`];
    const known = sets.get(value.set) ?? this.#set(value.set, value.nonNull);
    sets.set(value.set, known);
    return known;
  }

  #set({ abstract, branches }: PlacedSet, nonNull: boolean): Output {
    const objects = new Map([...branches].map(([name, object]) => [name, this.#object(object, nonNull)] as const));
    const [only] = objects.values();
    if (abstract) return { kind: 'abstract', nonNull, branches: objects } satisfies AbstractOutput;
    if (!only) throw new TypeError('Clients cannot see the type of a field that they can select.');
    return only;
  }

  #object(object: PlacedObject, nonNull: boolean): ObjectOutput {
    const objects = this.#objects[`${nonNull}`];
    const known = objects.get(object);
    if (known) return known;
    const output: ObjectOutput = {
      kind: 'object',
      nonNull,
      typeName: object.typeName,
      fields: object.fields.map(field => this.field(field)),
      feeds: object.feeds.map(step => this.#id(step)),
    };
    objects.set(object, output);
    return output;
  }

  #from(from: PlacedField['from'], output: Output, nonNull: boolean): FieldOrigin {
    if (from.kind === 'property') return { kind: 'property', key: from.key };
    if (from.kind === 'typename' || from.kind === 'namespace') return from;
    if (from.kind === 'canned') return { kind: 'canned', answer: this.#canned(from.answer, output) };
    if (from.kind === 'step') return { kind: 'step', step: this.#id(from.step) };
    return { kind: 'joined', step: this.#id(from.step), nonNull };
  }

  /** What is known is written now. */
  #canned(answer: Extract<PlacedField['from'], { readonly kind: 'canned' }>['answer'], output: Output): CannedOrigin {
    if ('error' in answer) return answer;
    if (answer.template.kind === 'constant') {
      const { value } = answer.template;
      return { text: textOf(output, value), items: itemsIn(output, value) };
    }
    const answered = this.canned.get(answer) ?? this.#ids.size + this.canned.size;
    this.canned.set(answer, answered);
    return { answered };
  }

  #id(step: PlacedStep): number {
    const id = this.#ids.get(step);
    if (id === undefined) throw new TypeError(`The step of ${step.at} has no number.`);
    return id;
  }
}
