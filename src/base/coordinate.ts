/** A schema coordinate of a field: `Type.field`. (A path is in a response.) */
export type Coordinate = `${string}.${string}`;

export function coordinate(type: string, field: string): Coordinate {
  return `${type}.${field}`;
}
