import { isRecord, own } from '../../../base/json.ts';
import { pascalName, uniqueNames } from '../../../base/names.ts';
import type { Direction, FieldShape, Shape } from '../call/shape.ts';
import type { Located } from '../document/document.ts';
import { text } from '../document/operation-parts.ts';
import { xmlNodeOf, xmlNodeOfValues } from '../schemas/describe-xml.ts';
import type { Flattened } from '../schemas/lay-over.ts';
import { keywordsOf } from '../schemas/normal-form.ts';
import { openShape, printedShape, valuesOf } from '../schemas/scalar-shapes.ts';
import { fieldNaming } from './field-naming.ts';
import { literal } from './literal.ts';
import { inside, type Manner, type PartManner, stemOf } from './manner.ts';
import { reportRenamed, spoken, withoutInput } from './names.ts';
import { speakOfField } from './speak-of-field.ts';
import type { Reading, TypeBuilder } from './type-builder.ts';
import { type FieldNotes, nonNull, nullable, type TypeDraft } from './type-drafts.ts';

const noParts: ReadonlyMap<string, PartManner> = new Map();
const plainPart: PartManner = { files: 'part' };

/**
 * Fields of all types together: heirs repeat those of their parents, so that a small document can make more of them than fit into memory. No
 * document of a person or a generator comes near.
 */
const mostFields = 500_000;

type Property = readonly [wire: string, schema: Located];

/** Objects: types of fields where the document names properties, lists of entries where keys are data. */
export class ObjectTypes {
  readonly #builder: TypeBuilder;
  readonly #byThemselves = { output: new Map<unknown, Shape>(), input: new Map<unknown, Shape>() };
  #fields = 0;
  #isTold = false;
  #leftOut = 0;

  constructor(builder: TypeBuilder) {
    this.#builder = builder;
  }

  /** Beyond what the document's types may have together, not even their properties are gathered: each heir's are all of its parents'. */
  shapeOf(schema: Located, manner: Manner): Shape {
    if (this.isFull) return openShape;
    const flat = this.#builder.normal.flatten(schema);
    const properties = this.#propertiesFor(flat, manner.direction);
    if (properties.length === 0) return flat.properties.size > 0 ? openShape : this.#map(flat.additional, manner);
    const heirs = this.#builder.inheritance.heirsOf(schema);
    if (heirs.length > 0) return this.#builder.alternatives.inherited(schema, heirs, manner);
    if (this.#isTooMuch(schema, properties.length)) return openShape;
    const name = this.#builder.nameFor(schema, manner);
    return this.#define(schema, name, stemOf(schema, manner), flat, properties, manner);
  }

  /** A parent by itself, beside its heirs; undefined where nothing of it goes this way. */
  byItself(schema: Located, name: string, { direction }: Manner): Shape | undefined {
    const known = this.#byThemselves[direction].get(schema.value);
    if (known || this.isFull) return known;
    const flat = this.#builder.normal.flatten(schema);
    const properties = this.#propertiesFor(flat, direction);
    if (properties.length === 0 || this.#isTooMuch(schema, properties.length)) return undefined;
    const { names } = this.#builder;
    const own = names.claim(name, schema);
    const shape = this.#define(schema, own, names.ofPlace(schema), flat, properties, { direction });
    this.#byThemselves[direction].set(schema.value, shape);
    return shape;
  }

  /** Has as much been left out since that was told, too? Then nothing more is looked at. */
  get isFull(): boolean {
    return this.#leftOut > mostFields;
  }

  /** Told once, where it is first so. */
  #isTooMuch(schema: Located, more: number): boolean {
    if (this.#fields + more <= mostFields) {
      this.#fields += more;
      return false;
    }
    const most = mostFields.toLocaleString('en');
    const message = `The types of the document have more than ${most} fields together: what is beyond is given as JSON.`;
    const hint = 'Take the operations that are needed: `operations: { include: [...] }`.';
    if (!this.#isTold) this.#builder.unsupported(schema, 'CONSTRUCT_UNTYPED', message, hint);
    else this.#leftOut += more;
    this.#isTold = true;
    return true;
  }

  /** The properties that go this way: `readOnly` ones only come, `writeOnly` ones only go. */
  #propertiesFor(flat: Flattened, direction: Direction): Property[] {
    return [...flat.properties].filter(([, property]) => {
      const { readOnly, writeOnly } = this.#builder.normal.reduce(property);
      return direction === 'output' ? !writeOnly || readOnly : !readOnly || writeOnly;
    });
  }

  /** The fields are read later, since they may lead back here. What has no name in them is called after `stem`. */
  #define(
    schema: Located,
    name: string,
    stem: string,
    flat: Flattened,
    properties: readonly Property[],
    { direction, files, parts }: Pick<Manner, 'direction' | 'files' | 'parts'>,
  ): Shape {
    if (direction === 'output') for (const part of flat.said) this.#builder.said.of(name, part);
    const draft: TypeDraft = {
      name,
      direction,
      description: text(schema.value, 'description'),
      shape: { kind: 'object', fields: [] },
      notes: new Map(),
    };
    return this.#builder.defineLater(draft, () =>
      this.#filled(draft, schema, stem, flat, properties, files === 'parts' ? (parts ?? noParts) : undefined),
    );
  }

  /** `parts`: each property is a part of a multipart body. */
  #filled(
    draft: TypeDraft,
    schema: Located,
    stem: string,
    flat: Flattened,
    properties: readonly Property[],
    parts: Manner['parts'],
  ): TypeDraft {
    const { direction } = draft;
    /** What the object shares with others is called as they call it. */
    const called = (part: Located, own: () => string) => () =>
      this.#builder.names.isPart(part, schema) ? stem + own() : this.#builder.names.ofPlace(part);
    const { additional: more } = flat;
    const extra = more && this.#additional(more, { direction, called: called(more, () => 'Additional') });
    const wires = properties.map(([wire]) => wire);
    const naming = fieldNaming(this.#builder.options);
    const names = uniqueNames(wires, naming, extra ? new Set(['_additional']) : undefined);
    reportRenamed('field', names, naming, schema, this.#builder.report);
    const notes = new Map<string, FieldNotes>();
    const isLenient = this.#builder.promisesNothing(direction);
    const fields: FieldShape[] = properties.map(([wire, property]) => {
      const name = names.get(wire)!;
      const part = parts && (parts.get(wire) ?? plainPart);
      const manner: Manner = { direction, called: called(property, () => pascalName(wire)), ...part };
      const reading = this.#builder.read(property, manner);
      const { shape, reduced } = reading;
      const isRequired = flat.required.has(wire);
      if (direction === 'output') speakOfField(`${draft.name}.${name}`, property, shape, this.#builder);
      notes.set(name, {
        description: reduced.description,
        deprecated: keywordsOf(property)['deprecated'] === true,
        default: direction === 'input' && isRequired ? this.#standard(reading, property) : undefined,
      });
      const xml = xmlNodeOf(property, this.#builder);
      return {
        name,
        wire,
        shape: isRequired && !reading.nullable && !isLenient ? nonNull(shape) : shape,
        ...(xml ? { xml } : {}),
      };
    });
    const xml = extra && xmlNodeOfValues(more, this.#builder);
    const additional = extra && { name: '_additional', shape: extra, ...(xml ? { xml } : {}) };
    return { ...draft, shape: { kind: 'object', fields, ...(additional ? { additional } : {}) }, notes };
  }

  /** A required value that the document itself gives need not be given again; beside null, an only value is not given. */
  #standard({ reduced, nullable: isNullable, shape }: Reading, property: Located) {
    const keywords = keywordsOf(reduced.schema);
    const values = isNullable ? undefined : valuesOf(keywords);
    const only = values?.length === 1 ? values[0] : undefined;
    const value = own(keywordsOf(property), 'default') ?? own(keywords, 'default') ?? only;
    return value === undefined ? undefined : literal(value, shape, (type, wire) => this.#builder.enumName(type, wire));
  }

  /** Where an object with properties of its own states that others may stand beside them. */
  #additional(schema: Located, manner: Manner): Shape | undefined {
    const isWanted = this.#builder.options.additional === 'FIELD';
    return isWanted && schema.value !== false ? this.#map(schema, manner) : undefined;
  }

  /** Keys that are data: typed values as a list of entries, untyped ones as JSON. */
  #map(values: Located | undefined, manner: Manner): Shape {
    if (!values || !isRecord(values.value)) return openShape;
    const { shape } = this.#builder.read(values, inside(manner, 'Value'));
    if (shape.kind === 'scalar' && shape.scalar === 'JSON') return shape;
    return { kind: 'map', entry: this.#entry(shape, manner.direction), value: nullable(shape) };
  }

  #entry(value: Shape, direction: Direction): string {
    const key: FieldShape = { name: 'key', wire: 'key', shape: { kind: 'scalar', scalar: 'String', nonNull: true } };
    const fields = [key, { name: 'value', wire: 'value', shape: value }];
    return this.#builder.around(value, entryAround[direction], direction, fields);
  }
}

const entryAround = {
  output: (value: Shape) => ({ wanted: `${spoken(value)}Entry`, place: `output entry of ${printedShape(value)}` }),
  input: (value: Shape) => ({
    wanted: `${withoutInput(spoken(value), 'input')}EntryInput`,
    place: `input entry of ${printedShape(value)}`,
  }),
};
