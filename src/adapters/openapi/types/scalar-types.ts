import { uniqueNames } from '../../../base/names.ts';
import type { Shape } from '../call/shape.ts';
import type { Located } from '../document/document.ts';
import { text } from '../document/operation-parts.ts';
import { enumTexts, scalarShape, untypedShape } from '../schemas/scalar-shapes.ts';
import type { Manner } from './manner.ts';
import { enumValueName, reportRenamed } from './names.ts';
import type { TypeBuilder } from './type-builder.ts';

/** Scalars, and the enums of those that have only these values. */
export class ScalarTypes {
  readonly #builder: TypeBuilder;

  constructor(builder: TypeBuilder) {
    this.#builder = builder;
  }

  /** `type`: one of JSON's scalar types. */
  shapeOf(schema: Located, keywords: Readonly<Record<string, unknown>>, type: string, manner: Manner): Shape {
    const { enums, integers } = this.#builder.options;
    const texts = enumTexts(keywords, type);
    if (texts && enums === 'OPEN') return { kind: 'scalar', scalar: 'String' };
    if (texts) return this.enumOf(schema, texts, manner);
    const shape = scalarShape(keywords, type, integers);
    if (shape === untypedShape)
      this.#builder.unsupported(schema, 'CONSTRUCT_UNTYPED', 'The values of the enum are of several types.');
    return shape;
  }

  /** One type both ways: its values are the same. */
  enumOf(schema: Located, texts: readonly string[], manner: Manner): Shape {
    const other = this.#builder.known(schema, manner.direction === 'output' ? 'input' : 'output');
    if (other?.kind === 'type' && this.#builder.shapeNamed(other.name)?.kind === 'enum') return other;
    const names = uniqueNames(texts, enumValueName);
    reportRenamed('enum value', names, enumValueName, schema, this.#builder.report);
    return this.#builder.define({
      name: this.#builder.nameFor(schema, manner, 'enum'),
      direction: 'output',
      description: text(schema.value, 'description'),
      shape: { kind: 'enum', values: texts.map(value => [names.get(value)!, value] as const) },
      notes: new Map(),
    });
  }
}
