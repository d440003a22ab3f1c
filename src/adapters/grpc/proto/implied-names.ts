/** A field's JSON name where it has none of its own: lowerCamelCase (protobuf.dev/programming-guides/json). */
export function jsonNameOf(field: string): string {
  return field.replace(/_+([^_]?)/g, (_, next: string) => next.toUpperCase());
}

/** The message that stands for the entries of a map field: `my_field` -> `MyFieldEntry`. */
export function mapEntryName(field: string): string {
  return `${field.replace(/(?:^|_+)([^_]?)/g, (_, next: string) => next.toUpperCase())}Entry`;
}
