import { type DefinitionNode, type DocumentNode, type FieldDefinitionNode, Kind, type TypeNode } from 'graphql';
import { field, named, objectType, scalarType } from '../../../adapter/definitions.ts';
import { scalarNames } from '../../../adapter/scalars.ts';
import { httpFileType } from '../answer/http-file.ts';
import { headerType, headerTypeName } from '../answer/response-headers.ts';

export type RootType = 'Query' | 'Mutation' | 'Subscription';

type RootFields = Readonly<Record<RootType, readonly FieldDefinitionNode[]>>;

/** The schema of the fields and the types, with what of ours they are made of. */
export function typeDefsOf(fields: RootFields, types: readonly DefinitionNode[]): DocumentNode {
  return { kind: Kind.DOCUMENT, definitions: withScalars([...rootTypes(fields), ...types]) };
}

/** A schema needs a query; where the document has none, a field without a call stands in. */
function rootTypes(fields: RootFields): DefinitionNode[] {
  const query = objectType('Query', fields.Query.length > 0 ? fields.Query : [field('_empty', named('Boolean'))]);
  const others = (['Mutation', 'Subscription'] as const).filter(root => fields[root].length > 0);
  return [query, ...others.map(root => objectType(root, fields[root]))];
}

/** Adds the definitions that are ours, as far as they are used. */
function withScalars(definitions: readonly DefinitionNode[]): DefinitionNode[] {
  const used = new Set<string>();
  for (const definition of definitions) noteTypes(definition, used);
  const file = used.has('HttpFile') ? [httpFileType()] : [];
  if (file.length > 0) for (const name of ['Base64', headerTypeName]) used.add(name);
  const header = used.has(headerTypeName) ? [headerType()] : [];
  return [...definitions, ...file, ...header, ...[...scalarNames].filter(name => used.has(name)).map(scalarType)];
}

/** Adds the names of what a definition is made of, interfaces aside, which are never ours. */
function noteTypes(definition: DefinitionNode, used: Set<string>): void {
  if (definition.kind === Kind.UNION_TYPE_DEFINITION) for (const type of definition.types ?? []) used.add(nameOf(type));
  if (!('fields' in definition)) return;
  for (const field of definition.fields ?? []) {
    used.add(nameOf(field.type));
    if (field.kind === Kind.FIELD_DEFINITION)
      for (const argument of field.arguments ?? []) used.add(nameOf(argument.type));
  }
}

function nameOf(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : nameOf(type.type);
}
