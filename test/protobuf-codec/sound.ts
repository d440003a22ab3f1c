import { type DescField, type DescMessage, ScalarType } from '@bufbuild/protobuf';
import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';

/**
 * What bytes are, by the encoding alone (protobuf.dev/programming-guides/encoding): no message of the type; one; or one in which a field has
 * another wire type than its own, which makes it an unknown field.
 */
export type Soundness = 'unsound' | 'sound' | 'mismatched';

class Unsound extends Error {}

export function soundnessOf(type: DescMessage, bytes: Uint8Array): Soundness {
  const walk = new Walk(new BinaryReader(bytes));
  try {
    walk.message(type.fields, bytes.length, undefined);
  } catch {
    return 'unsound';
  }
  return walk.isMismatched ? 'mismatched' : 'sound';
}

/** Named as the fields of a map's entry would be. */
type Part = Pick<DescField, 'number'> & {
  readonly wire: WireType;
  readonly packable: boolean;
  readonly field?: DescField;
};

class Walk {
  isMismatched = false;
  readonly #reader: BinaryReader;

  constructor(reader: BinaryReader) {
    this.#reader = reader;
  }

  message(fields: readonly DescField[], end: number, group: number | undefined): void {
    this.#parts(fields.map(partOf), end, group);
  }

  #parts(parts: readonly Part[], end: number, group: number | undefined): void {
    const reader = this.#reader;
    while (reader.pos < end) {
      const [number, wire] = reader.tag();
      if (wire === WireType.EndGroup) {
        if (group !== number) throw new Unsound();
        return;
      }
      const part = parts.find(each => each.number === number);
      if (part && wire !== part.wire && !(part.packable && wire === WireType.LengthDelimited)) this.isMismatched = true;
      const isKnown = part !== undefined && wire === part.wire;
      if (wire === WireType.StartGroup) this.message(isKnown ? (part.field?.message?.fields ?? []) : [], end, number);
      else if (wire === WireType.LengthDelimited) this.#lengthDelimited(part, isKnown, end);
      else reader.skip(wire, number);
      if (reader.pos > end) throw new Unsound();
    }
    if (group !== undefined) throw new Unsound();
  }

  #lengthDelimited(part: Part | undefined, isKnown: boolean, end: number): void {
    const reader = this.#reader;
    const inner = reader.uint32() + reader.pos;
    if (inner > end) throw new Unsound();
    const field = part?.field;
    if (isKnown && field?.fieldKind === 'map') {
      const value: Part = field.message
        ? { number: 2, wire: WireType.LengthDelimited, packable: false, field }
        : { number: 2, wire: wireOf(field.scalar), packable: false };
      this.#entry({ number: 1, wire: wireOf(field.mapKey), packable: false }, value, inner);
    } else if (isKnown && field?.message) this.message(field.message.fields, inner, undefined);
    else if (!isKnown && part?.packable) while (reader.pos < inner) reader.skip(part.wire, part.number);
    else reader.pos = inner;
    if (reader.pos !== inner) throw new Unsound();
  }

  /** A value that is a message is one of the map's own type, not another entry. */
  #entry(key: Part, value: Part, end: number): void {
    const { field } = value;
    const message = field?.message;
    this.#parts(
      [key, message ? { ...value, field: { ...field, fieldKind: 'message' } as DescField } : value],
      end,
      undefined,
    ); // what `#lengthDelimited` looks at
  }
}

function partOf(field: DescField): Part {
  const isGroup = 'delimitedEncoding' in field && field.delimitedEncoding;
  const wire = field.message ? (isGroup ? WireType.StartGroup : WireType.LengthDelimited) : wireOf(field.scalar);
  const own = field.fieldKind === 'map' ? WireType.LengthDelimited : wire;
  return {
    number: field.number,
    wire: own,
    packable: field.fieldKind === 'list' && own !== WireType.LengthDelimited && own !== WireType.StartGroup,
    field,
  };
}

/** An enum has no scalar type. */
function wireOf(type: ScalarType | undefined): WireType {
  switch (type) {
    case ScalarType.STRING:
    case ScalarType.BYTES:
      return WireType.LengthDelimited;
    case ScalarType.DOUBLE:
    case ScalarType.FIXED64:
    case ScalarType.SFIXED64:
      return WireType.Bit64;
    case ScalarType.FLOAT:
    case ScalarType.FIXED32:
    case ScalarType.SFIXED32:
      return WireType.Bit32;
    default:
      return WireType.Varint;
  }
}
