import type { Diagnostic, DiagnosticCode } from '../../../base/diagnostic.ts';
import type { SchemaOptions } from '../../../source/schema-options.ts';
import type { Direction, FieldShape, Shape, TypeShape } from '../call/shape.ts';
import type { Located } from '../document/document.ts';
import { child } from '../document/resolver.ts';
import type { Said } from '../document/said.ts';
import type { ConstraintReader } from '../schemas/constraints.ts';
import { tellsBranches } from '../schemas/discriminator.ts';
import type { Inheritance } from '../schemas/inheritance.ts';
import { keywordsOf, type NormalForm, type Reduced } from '../schemas/normal-form.ts';
import { isUntyped, openShape, typesOf, untypedShape } from '../schemas/scalar-shapes.ts';
import { XmlPlaces } from '../schemas/xml-places.ts';
import { Alternatives } from './alternatives.ts';
import { asPart } from './as-part.ts';
import { fileShape, isBinaryPart } from './binary.ts';
import { inside, type Manner } from './manner.ts';
import { nameFor } from './name-for.ts';
import { ObjectTypes } from './object-types.ts';
import { partsKey } from './part-files.ts';
import { ScalarTypes } from './scalar-types.ts';
import { Tags } from './tags.ts';
import { nonNull, type TypeDraft } from './type-drafts.ts';
import type { TypeNames } from './type-names.ts';
import type { TypeRenaming } from './type-renaming.ts';

/** What a schema is in GraphQL. */
export interface Reading {
  /** Nullable: who uses it says whether a value must be there. */
  readonly shape: Shape;
  readonly nullable: boolean;
  readonly reduced: Reduced;
}

/** What schemas come to, whatever their types are called. */
interface Schemas {
  readonly normal: NormalForm;
  readonly constraints: ConstraintReader;
  readonly inheritance: Inheritance;
}

/** Lists in lists, and the like, beyond this are no type that anybody selects. */
const maxDepth = 40;

/** Turns schemas into types. Fields are read from a work-list, so that no chain of types is too long and only what is used is built. */
export class TypeBuilder {
  readonly names: TypeNames;
  readonly normal: NormalForm;
  readonly inheritance: Inheritance;
  readonly places: XmlPlaces;
  readonly report: (diagnostic: Diagnostic) => void;
  readonly said: Said;
  readonly options: SchemaOptions;
  readonly #constraints: ConstraintReader;
  readonly #drafts = new Map<string, TypeDraft>();
  readonly #shapes = { output: new Map<unknown, Shape>(), input: new Map<unknown, Shape>() };
  /** Of multipart bodies and their parts, which may hold files. */
  readonly #fileShapes = new Map<string, Map<unknown, Shape>>();
  readonly #open = new Set<unknown>();
  readonly #waiting: (() => void)[] = [];
  /** Of alternatives of inputs. */
  readonly tags = new Tags();
  readonly #untold: ((renaming: TypeRenaming) => void)[] = [];
  readonly alternatives = new Alternatives(this);
  readonly objects = new ObjectTypes(this);
  readonly scalars = new ScalarTypes(this);

  constructor(
    names: TypeNames,
    { normal, constraints, inheritance }: Schemas,
    said: Said,
    options: SchemaOptions,
    report: (diagnostic: Diagnostic) => void,
  ) {
    this.said = said;
    this.options = options;
    this.#constraints = constraints;
    this.names = names;
    this.normal = normal;
    this.places = new XmlPlaces(normal);
    this.inheritance = inheritance;
    this.report = report;
  }

  /** Every type that was needed, in the order they were met. */
  drafts(): TypeDraft[] {
    for (const build of this.#waiting) build(); // which may add to it
    this.#waiting.length = 0;
    return [...this.#drafts.values()].map(draft => this.tags.applied(draft, (type, wire) => this.enumName(type, wire)));
  }

  /** Gives the types their lasting names, once all of them were met. What was made of them before is to be written by what is returned. */
  settle(): TypeRenaming {
    const drafts = this.drafts();
    const renaming = this.names.settle();
    for (const tell of this.#untold) tell(renaming);
    if (renaming.isEmpty) return renaming;
    this.tags.clear(); // the drafts have them
    this.#drafts.clear();
    for (const draft of drafts) this.define(renaming.draft(draft));
    return renaming;
  }

  /** Of what is told of types by their names, which are not settled yet. */
  tellLater(tell: (renaming: TypeRenaming) => void): void {
    this.#untold.push(tell);
  }

  read(located: Located, manner: Manner): Reading {
    const reduced = this.normal.reduce(located);
    const shape = this.#shapeOf(reduced, located, manner);
    const open = shape.kind === 'scalar' && shape.open === true && typesOf(keywordsOf(reduced.schema)).length === 0;
    const nullable = reduced.nullable || open || this.normal.hasNullable(reduced.schema);
    return { shape: this.#constrained(shape, located, manner.direction), nullable, reduced };
  }

  /** The values of a GraphQL enum are demanded by its type. */
  #constrained(shape: Shape, located: Located, direction: Direction): Shape {
    if (direction === 'output' || this.options.constraints === 'OFF') return shape;
    if (shape.kind === 'type' && this.shapeNamed(shape.name)?.kind === 'enum') return shape;
    const constraints = this.#constraints.of(located);
    return constraints ? { ...shape, constraints } : shape;
  }

  /** A place for values: the shape of a field, an item or an argument. */
  readItem(located: Located, manner: Manner): Shape {
    const { shape, nullable } = this.read(located, manner);
    return nullable || this.promisesNothing(manner.direction) ? shape : nonNull(shape);
  }

  /** Are answers taken to lack anything, whatever the document says? */
  promisesNothing(direction: Direction): boolean {
    return direction === 'output' && this.options.nullability === 'LENIENT';
  }

  define(draft: TypeDraft): Shape {
    this.#drafts.set(draft.name, draft);
    return { kind: 'type', name: draft.name };
  }

  /** Defines the type at once, and what stands in it from the work-list. */
  defineLater(draft: TypeDraft, build: () => TypeDraft): Shape {
    this.#waiting.push(() => this.define(build()));
    return this.define(draft);
  }

  /** What the schema came to where its values go this way; undefined where nobody has asked yet. */
  known(schema: Located, direction: Direction): Shape | undefined {
    return this.#shapes[direction].get(schema.value);
  }

  shapeNamed(name: string): TypeShape | undefined {
    return this.#drafts.get(name)?.shape;
  }

  enumName(type: string, wire: string): string | undefined {
    const shape = this.shapeNamed(type);
    return shape?.kind === 'enum' ? shape.values.find(([, text]) => text === wire)?.[0] : undefined;
  }

  nameFor(schema: Located, manner: Manner, kind: Direction | 'enum' = manner.direction): string {
    return nameFor(schema, manner, kind, this);
  }

  unsupported(schema: Located, code: DiagnosticCode, message: string, hint?: string): void {
    const at = [schema.address, schema.pointer];
    this.report({ severity: 'note', code, message, at, ...(hint === undefined ? {} : { hint }) });
  }

  #shapeOf(reduced: Reduced, located: Located, given: Manner): Shape {
    const { schema } = reduced;
    const manner = asPart(schema, given, this.normal);
    const known = this.#known(schema, manner);
    const isObject = typeof schema.value === 'object' && schema.value !== null;
    const found = known.get(schema.value);
    if (found && !(manner.whole && isUntyped(found))) return found;
    if (this.#open.has(schema.value) || (manner.depth ?? 0) > maxDepth) {
      this.unsupported(
        schema,
        'CONSTRUCT_UNTYPED',
        'The schema contains itself without an object between, so its values have no type.',
      );
      return untypedShape;
    }
    if (isObject) this.#open.add(schema.value);
    const depth = (manner.depth ?? 0) + 1;
    const shape = this.#build(schema, keywordsOf(schema), {
      ...manner,
      ...this.#called(reduced, located, manner),
      depth,
    });
    this.#open.delete(schema.value);
    if (isObject) known.set(schema.value, shape);
    return shape;
  }

  /** Shapes that were read in the same manner. */
  #known(schema: Located, manner: Manner): Map<unknown, Shape> {
    const { files, direction } = manner;
    if (!files) return this.#shapes[direction];
    const isOwn = files === 'parts' || files === 'nested';
    const key = isOwn ? `${files} ${partsKey(schema, manner, this.normal)}` : files;
    const known = this.#fileShapes.get(key) ?? new Map<unknown, Shape>();
    this.#fileShapes.set(key, known);
    return known;
  }

  /** By what a reference names, by where it stands among what is shared, or by who uses it. */
  #called(
    { schema, target }: Reduced,
    located: Located,
    manner: Manner,
  ): Pick<Manner, 'called' | 'component' | 'shared'> {
    const called = () => (target ? this.names.ofPlace(target) : (this.names.shared(located) ?? manner.called()));
    const way = target ?? located;
    const component =
      this.names.component(schema) ?? (way.value === schema.value ? undefined : this.names.component(way));
    return target ? { called, component, shared: true } : { called, component };
  }

  #build(schema: Located, keywords: Readonly<Record<string, unknown>>, manner: Manner): Shape {
    if (manner.files && isBinaryPart(keywords, manner.files)) return fileShape;
    if (Object.hasOwn(keywords, 'allOf') || Object.hasOwn(keywords, '$ref')) return this.#composed(schema, manner);
    const branches = this.normal.alternatives(schema);
    if (branches.length > 1 && !this.#isOneObject(schema, branches))
      return this.alternatives.shapeOf(schema, branches, manner);
    const types = typesOf(keywords);
    if (types.length > 1) return this.alternatives.ofTypes(schema, keywords, types, manner);
    switch (types[0]) {
      case undefined:
        return openShape;
      case 'object':
        return this.objects.shapeOf(schema, manner);
      case 'array':
        return this.#list(schema, keywords, manner);
      case 'string':
      case 'boolean':
      case 'integer':
      case 'number':
      case 'file':
        return this.scalars.shapeOf(schema, keywords, types[0], manner);
      default:
        this.unsupported(schema, 'DOCUMENT_INVALID', `"${String(types[0]).slice(0, 40)}" is no type of JSON Schema.`);
        return openShape;
    }
  }

  /** Properties beside alternatives make all of them one object. */
  #isOneObject(schema: Located, branches: readonly Located[]): boolean {
    if (!Object.hasOwn(keywordsOf(schema), 'properties')) return false;
    return this.inheritance.heirsOf(schema).length > 0 || !tellsBranches(schema, branches, this.normal);
  }

  /** `allOf`, or a reference with keywords beside it: one object, or one schema of all their keywords. */
  #composed(schema: Located, manner: Manner): Shape {
    if (this.objects.isFull) return openShape;
    const flat = this.normal.flatten(schema);
    if (flat.properties.size > 0 || flat.additional) return this.objects.shapeOf(schema, manner);
    const { allOf: _, $ref: __, $dynamicRef: ___, ...keywords } = flat.keywords;
    return this.#build({ ...schema, value: keywords }, keywords, manner);
  }

  #list(schema: Located, keywords: Readonly<Record<string, unknown>>, manner: Manner): Shape {
    const items = child(schema, 'items');
    if (Object.hasOwn(keywords, 'prefixItems') || Array.isArray(items?.value)) {
      this.unsupported(
        schema,
        'CONSTRUCT_UNTYPED',
        'The items of a tuple have types of their own; they are given as JSON.',
      );
      return { kind: 'list', of: untypedShape };
    }
    if (!items) return { kind: 'list', of: openShape };
    const whole = manner.whole ? { whole: true } : {};
    const { files: place, parts } = manner;
    const files = place && place !== 'parts' ? { files: place, ...(parts ? { parts } : {}) } : {};
    return { kind: 'list', of: this.readItem(items, { ...inside(manner, 'Item'), ...whole, ...files }) };
  }

  /** A type that no schema names but several need: defined once for each of the places that `called` says, which are those of equal shapes. */
  around(
    shape: Shape,
    called: (shape: Shape) => { readonly wanted: string; readonly place: string },
    direction: Direction,
    fields: readonly FieldShape[],
  ): string {
    const { place } = called(shape);
    const known = this.#shapes[direction].get(place);
    if (known?.kind === 'type') return known.name;
    const name = this.names.claimAround(shape, called);
    const draft = {
      name,
      direction,
      description: undefined,
      shape: { kind: 'object', fields } as const,
      notes: new Map(),
    };
    this.#shapes[direction].set(place, this.define(draft));
    return name;
  }
}
