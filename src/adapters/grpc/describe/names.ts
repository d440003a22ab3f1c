import type { DescEnum, DescExtension, DescField, DescMessage } from '@bufbuild/protobuf';
import { fieldName, uniqueNames } from '../../../base/names.ts';

/** The GraphQL names of a message's parts: a function of the message alone, so that the schema and the codec agree without a table. */
export interface MemberNames {
  /** Of a field or an extension. */
  readonly field: ReadonlyMap<DescField | DescExtension, string>;
  /** `<oneof>Case`, by the oneof's name. */
  readonly caseOf: ReadonlyMap<string, string>;
  /** Of a oneof that is one field, by its name. */
  readonly oneof: ReadonlyMap<string, string>;
}

/** Fields by their JSON names (protobuf.dev/programming-guides/json), extensions as `ext_<name>`. */
export function memberNames(message: DescMessage, extensions: readonly DescExtension[]): MemberNames {
  const fields = [
    ...message.fields.map(field => ({ key: field.name, wanted: field.jsonName, field })),
    ...extensions.map(field => ({ key: `[${field.typeName}]`, wanted: `ext_${field.name}`, field })),
  ];
  const outputs = allocate([
    ...fields,
    ...message.oneofs.map(oneof => ({ key: `${oneof.name}.case`, wanted: `${oneof.localName}Case` })),
  ]);
  const inputs = allocate([
    ...fields,
    ...message.oneofs.map(oneof => ({ key: `${oneof.name}.oneof`, wanted: oneof.localName })),
  ]);
  return {
    field: new Map(fields.map(({ key, field }) => [field, outputs.get(key)!])),
    caseOf: new Map(message.oneofs.map(oneof => [oneof.name, outputs.get(`${oneof.name}.case`)!])),
    oneof: new Map(message.oneofs.map(oneof => [oneof.name, inputs.get(`${oneof.name}.oneof`)!])),
  };
}

/** The GraphQL names of an enum's values, by their names in the enum. */
export function valueNames(declared: DescEnum): ReadonlyMap<string, string> {
  return uniqueNames(
    declared.values.map(value => value.name),
    name => enumValueName(fieldName(name)),
  );
}

/** GraphQL 3.9: an enum's value is no literal of another kind. */
export function enumValueName(name: string): string {
  return name === 'true' || name === 'false' || name === 'null' ? `_${name}` : name;
}

function allocate(wishes: readonly { readonly key: string; readonly wanted: string }[]): Map<string, string> {
  const wanted = new Map(wishes.map(wish => [wish.key, fieldName(wish.wanted)]));
  return uniqueNames(wanted.keys(), key => wanted.get(key)!);
}
