import type { DescExtension, DescField, DescMessage, FileRegistry } from '@bufbuild/protobuf';
import { type MemberNames, memberNames } from './names.ts';

/** A field of a message, or an extension that stands among its fields. */
export type Member = DescField | DescExtension;

/** What messages hold, and under which GraphQL names: the same for the schema and for the codec. */
export class Members {
  readonly #extensions: ReadonlyMap<DescMessage, readonly DescExtension[]>;
  readonly #names = new Map<DescMessage, MemberNames>();

  /** `withExtensions`: are extensions fields? Otherwise their values are passed over like unknown fields. */
  constructor(registry: FileRegistry, withExtensions: boolean) {
    this.#extensions = withExtensions ? extensionsOf(registry) : new Map();
  }

  of(message: DescMessage): readonly Member[] {
    const extensions = this.#extensions.get(message);
    return extensions ? [...message.fields, ...extensions] : message.fields;
  }

  extensionsOf(message: DescMessage): readonly DescExtension[] {
    return this.#extensions.get(message) ?? [];
  }

  namesOf(message: DescMessage): MemberNames {
    const known = this.#names.get(message);
    if (known) return known;
    const names = memberNames(message, this.extensionsOf(message));
    this.#names.set(message, names);
    return names;
  }
}

/** Message sets have a form of their own on the wire (descriptor.proto, message_set_wire_format), which is not read. */
export function isMessageSet(message: DescMessage): boolean {
  return message.proto.options?.messageSetWireFormat === true;
}

/** A member's name in full: `pkg.Message.field`, or an extension's own. */
export function fullNameOf(member: Member): string {
  return member.kind === 'extension' ? member.typeName : `${member.parent.typeName}.${member.name}`;
}

type MapField = DescField & { fieldKind: 'map' };

/** No extension is a map (protobuf.dev/programming-guides/proto2, "Maps"). */
export function mapFieldsOf(message: DescMessage): MapField[] {
  return message.fields.filter((field): field is MapField => field.fieldKind === 'map');
}

function extensionsOf(registry: FileRegistry): Map<DescMessage, DescExtension[]> {
  const found = new Map<DescMessage, DescExtension[]>();
  for (const desc of registry) {
    if (desc.kind !== 'extension' || isMessageSet(desc.extendee)) continue;
    const known = found.get(desc.extendee);
    if (known) known.push(desc);
    else found.set(desc.extendee, [desc]);
  }
  return found;
}
