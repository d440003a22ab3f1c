import type { EnumShape, OneOfShape, ScalarShape, Shape, UnionMember, UnionShape } from '../call/shape.ts';
import type { Located } from '../document/document.ts';
import { text } from '../document/operation-parts.ts';
import { child } from '../document/resolver.ts';
import { type Branch, discriminatorOf, innerDiscriminators, valuesNaming } from '../schemas/discriminator.ts';
import { keywordsOf } from '../schemas/normal-form.ts';
import {
  commonScalar,
  isUntyped,
  openShape,
  printedShape,
  typesOf,
  undemanding,
  untypedShape,
  valuesOf,
} from '../schemas/scalar-shapes.ts';
import { boxed, mergeBoxed } from './boxes.ts';
import { type Manner, stemOf } from './manner.ts';
import { optionNames } from './names.ts';
import type { TypeBuilder } from './type-builder.ts';

/** More branches than this are no union that anybody writes by hand. */
const maxBranches = 2_000;

/** `oneOf`, `anyOf` and several types: one type where that says it all, otherwise a union, and one of several fields in inputs. */
export class Alternatives {
  readonly #builder: TypeBuilder;

  constructor(builder: TypeBuilder) {
    this.#builder = builder;
  }

  shapeOf(schema: Located, written: readonly Located[], manner: Manner): Shape {
    const all = this.#branches(schema, written, manner);
    const branches = manner.files ? all.filter(branch => !isItemOfAnother(branch, all)) : all;
    if (branches.length === 1) return branches[0]!.shape;
    const structured = branches.some(branch => isStructured(branch.shape, this.#builder));
    const hasAnything = branches.some(branch => isAnything(branch));
    if (branches.length === 0 || (hasAnything && !structured)) return openShape;
    const single = hasAnything ? undefined : this.#scalar(schema, branches, manner);
    if (single) return single;
    if (branches.some(({ shape }) => shape.kind === 'scalar' && isUntyped(shape))) return untypedShape;
    if (!structured && !manner.whole) {
      this.#builder.tellLater(renaming => {
        const types = branches.map(({ shape }) => printedShape(renaming.shape(shape)));
        const message = `The value is one of ${types.join(', ')}; it is given as JSON.`;
        this.#builder.unsupported(schema, 'CONSTRUCT_UNTYPED', message);
      });
      return untypedShape;
    }
    return manner.direction === 'output'
      ? this.#union(schema, branches, manner)
      : this.#oneOf(schema, branches, manner);
  }

  /** `type: [string, object]` as the alternatives that it is. */
  ofTypes(
    schema: Located,
    keywords: Readonly<Record<string, unknown>>,
    types: readonly string[],
    manner: Manner,
  ): Shape {
    const branches = types.map((type, index) => ({
      ...schema,
      value: { ...keywords, type },
      pointer: `${schema.pointer}/type/${index}`,
    }));
    return this.shapeOf(schema, branches, manner);
  }

  /** The branches with those of inner alternatives among them; each type once. */
  #branches(schema: Located, written: readonly Located[], manner: Manner): Branch[] {
    const found = new Map<string, Branch>();
    const seen = new Set<unknown>([schema.value]);
    const optionsOf = (options: readonly Located[], called: () => string, within?: Located) =>
      options.map((located, index) => ({ located, called: () => `${called()}Option${index + 1}`, within }));
    const waiting = optionsOf(written, manner.called);
    for (let next = waiting.shift(); next && seen.size < maxBranches; next = waiting.shift()) {
      const { located, called, within } = next;
      const { schema: inner, target } = this.#builder.normal.reduce(located);
      if (seen.has(inner.value)) continue;
      seen.add(inner.value);
      const nested = this.#nested(inner);
      if (nested) {
        waiting.unshift(...optionsOf(nested, called, child(inner, 'discriminator') ? inner : within));
        continue;
      }
      const { shape } = this.#builder.read(located, { ...manner, whole: false, called });
      const key = printedShape(shape);
      const same = found.get(key);
      const branch = { shape, schema: inner, target, within };
      const widest = same && !isAnything(branch) ? same : branch;
      found.set(key, same ? { ...widest, shape: undemanding(widest.shape) } : branch);
    }
    return [...found.values()];
  }

  #nested(schema: Located): Located[] | undefined {
    const keywords = keywordsOf(schema);
    if (Object.hasOwn(keywords, 'allOf') || Object.hasOwn(keywords, 'properties')) return undefined;
    const branches = this.#builder.normal.alternatives(schema);
    return branches.length > 1 ? branches : undefined;
  }

  /** The one scalar or enum that all branches come to. */
  #scalar(schema: Located, branches: readonly Branch[], manner: Manner): Shape | undefined {
    const enums = branches.map(branch => this.#enumOf(branch.shape));
    if (enums.every(shape => shape !== undefined)) {
      const texts = new Set(enums.flatMap(shape => shape.values.map(([, text]) => text)));
      return this.#builder.scalars.enumOf(schema, [...texts], manner);
    }
    const scalars = branches.map((branch, index) => (enums[index] ? textShape : branch.shape));
    if (scalars.some(shape => shape.kind !== 'scalar')) return undefined;
    return commonScalar(scalars.map(shape => undemanding(shape as ScalarShape))); // all of them are scalars
  }

  #enumOf(shape: Shape): EnumShape | undefined {
    const named = shape.kind === 'type' ? this.#builder.shapeNamed(shape.name) : undefined;
    return named?.kind === 'enum' ? named : undefined;
  }

  #union(schema: Located, branches: readonly Branch[], manner: Manner): Shape {
    const name = this.#builder.nameFor(schema, manner);
    const members = mergeBoxed(branches.flatMap(branch => this.#membersOf(branch)));
    const { normal } = this.#builder;
    const discriminator = discriminatorOf(schema, branches, normal);
    const unions = branches.flatMap(({ shape }) => this.#unionOf(shape) ?? []);
    const inner = [
      ...innerDiscriminators(branches, normal).map(([each]) => each),
      ...unions.flatMap(union => [...(union.discriminator ? [union.discriminator] : []), ...(union.inner ?? [])]),
    ];
    return this.#builder.define({
      name,
      direction: 'output',
      description: text(schema.value, 'description'),
      shape: {
        kind: 'union',
        members,
        ...(discriminator ? { discriminator } : {}),
        ...(inner.length > 0 ? { inner } : {}),
      },
      notes: new Map(),
    });
  }

  /** A parent that a discriminator makes the stand-in of its heirs: any of them, or itself for what no heir is. */
  inherited(schema: Located, heirs: readonly Located[], manner: Manner): Shape {
    const { direction } = manner;
    const name = this.#builder.nameFor(schema, manner);
    const branches = [schema, ...heirs].flatMap((heir): Branch[] => {
      const isParent = heir === schema || this.#builder.inheritance.heirsOf(heir).length > 0;
      const called = () => (heir === schema ? stemOf(schema, manner) : this.#builder.names.ofPlace(heir));
      const shape = isParent
        ? this.#builder.objects.byItself(heir, `${called()}Base${direction === 'input' ? 'Input' : ''}`, manner)
        : this.#builder.read(heir, { direction, called }).shape;
      return shape?.kind === 'type' ? [{ shape, schema: heir, target: heir }] : [];
    });
    if (direction === 'input') return this.#oneOf(schema, branches, manner, name);
    const discriminator = discriminatorOf(schema, branches, this.#builder.normal);
    const members = branches.map(branch => this.#member(branch));
    const base = members[0]?.type;
    return this.#builder.define({
      name,
      direction,
      description: text(schema.value, 'description'),
      shape: {
        kind: 'union',
        members,
        ...(discriminator ? { discriminator } : {}),
        ...(base ? { otherwise: base } : {}),
      },
      notes: new Map(),
    });
  }

  /** A branch that stands for several types brings all of them. */
  #membersOf(branch: Branch): readonly UnionMember[] {
    return this.#unionOf(branch.shape)?.members ?? [this.#member(branch)];
  }

  #unionOf(shape: Shape): UnionShape | undefined {
    const named = shape.kind === 'type' ? this.#builder.shapeNamed(shape.name) : undefined;
    return named?.kind === 'union' ? named : undefined;
  }

  #member(branch: Branch): UnionMember {
    const { shape, schema } = branch;
    if (isAnything(branch)) return { ...boxed(shape, this.#builder), json: 'any' };
    const named = shape.kind === 'type' ? this.#builder.shapeNamed(shape.name) : undefined;
    if (shape.kind !== 'type' || named?.kind !== 'object') return boxed(shape, this.#builder);
    const flat = this.#builder.normal.flatten(schema);
    const tags = [...flat.properties].flatMap(([property, written]) => {
      const values = valuesOf(keywordsOf(this.#builder.normal.reduce(written).schema));
      return values && values.length > 0 && values.length <= 50 ? [[property, values.map(String)] as const] : [];
    });
    return {
      type: shape.name,
      json: 'object',
      properties: [...flat.properties.keys()],
      required: [...flat.required].filter(property => this.#comes(flat.properties.get(property))),
      tags,
    };
  }

  /** Does a property stand in answers? One that is only written never does, required or not. */
  #comes(property: Located | undefined): boolean {
    if (!property) return false;
    const { readOnly, writeOnly } = this.#builder.normal.reduce(property);
    return readOnly || !writeOnly;
  }

  #oneOf(
    schema: Located,
    branches: readonly Branch[],
    manner: Manner,
    name = this.#builder.nameFor(schema, manner),
  ): Shape {
    const { normal, tags } = this.#builder;
    const names = optionNames(branches.map(({ shape }) => shape));
    const outer = discriminatorOf(schema, branches, normal);
    const all = [...innerDiscriminators(branches, normal), ...(outer ? [[outer, branches] as const] : [])];
    const named = new Map(
      all.flatMap(([discriminator, told]) =>
        [...valuesNaming(discriminator, told, normal)].map(
          ([branch, value]) => [branch, [discriminator.property, value] as const] as const,
        ),
      ),
    );
    const fields = branches.map((branch, index): OneOfShape['fields'][number] => {
      const { shape } = branch;
      const field = { name: names[index]!, wire: '', shape };
      const tag = named.get(branch);
      if (!tag || shape.kind !== 'type') return field;
      tags.add(shape.name, ...tag);
      return { ...field, tag };
    });
    return this.#builder.define({
      name,
      direction: 'input',
      description: text(schema.value, 'description'),
      shape: { kind: 'oneOf', fields },
      notes: new Map(),
    });
  }
}

const textShape: ScalarShape = { kind: 'scalar', scalar: 'String' };

/** Does the branch allow whatever there is? An object without properties is at least an object. */
function isAnything({ shape, schema }: Branch): boolean {
  if (shape.kind !== 'scalar' || shape.scalar !== 'JSON') return false;
  return shape.open === true && typesOf(keywordsOf(schema))[0] !== 'object';
}

/** One part or several: a list of one is as good as the one (GraphQL October 2021, 3.11). */
function isItemOfAnother({ shape }: Branch, all: readonly Branch[]): boolean {
  return all.some(other => other.shape.kind === 'list' && printedShape(other.shape.of) === printedShape(shape));
}

/** Objects, and lists and maps that hold any: what somebody would select from; and files, which nothing else can stand for. */
function isStructured(shape: Shape, builder: TypeBuilder): boolean {
  switch (shape.kind) {
    case 'scalar':
      return shape.scalar === 'File';
    case 'type':
      return builder.shapeNamed(shape.name)?.kind !== 'enum';
    case 'list':
      return isStructured(shape.of, builder);
    case 'map':
      return isStructured(shape.value, builder);
  }
}
