import {
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isLeafType,
  isObjectType,
} from 'graphql';

/** Deeper than generated answers are, for the most part. */
const deepest = 7;
const mostFields = 2_000;

/**
 * Selects everything of a source's type that `client` sees, too, down to a depth and a number of fields: objects beyond them are left out. In a fragment on a member of an
 * abstract type every field has an alias, since fields of one name may be of different types in two members.
 */
export function selectionOf(schema: GraphQLSchema, type: GraphQLOutputType, client: GraphQLSchema): string {
  let left = mostFields;
  const select = (output: GraphQLOutputType, depth: number): string | undefined => {
    const named = getNamedType(output);
    if (isLeafType(named)) return '';
    if (depth > deepest || left <= 0) return undefined;
    if (isAbstractType(named)) {
      const fragments = schema.getPossibleTypes(named).map(member => {
        const fields = fieldsOf(member, depth, `${member.name}__`);
        return fields === '' ? '' : `... on ${member.name} { ${fields} }`;
      });
      return `{ __typename ${fragments.join(' ')} }`;
    }
    const fields = isObjectType(named) ? fieldsOf(named, depth, '') : '';
    return fields === '' ? undefined : `{ ${fields} }`;
  };
  const fieldsOf = (
    object: { readonly name: string; getFields(): Record<string, { name: string; type: GraphQLOutputType }> },
    depth: number,
    prefix: string,
  ) => {
    const seen = client.getType(object.name);
    const fields = Object.values(object.getFields()).filter(({ name }) => isObjectType(seen) && seen.getFields()[name]);
    left -= fields.length;
    const selected = fields.flatMap(field => {
      const inner = select(field.type, depth + 1);
      if (inner === undefined) return [];
      return [prefix === '' ? `${field.name} ${inner}` : `${prefix}${field.name}: ${field.name} ${inner}`];
    });
    return selected.join(' ');
  };
  return select(type, 0) ?? '{ __typename }';
}
