import {
  buildASTSchema,
  type DocumentNode,
  type GraphQLSchema,
  isIntrospectionType,
  isSpecifiedScalarType,
  validateSchema,
} from 'graphql';
import type { Diagnostic } from '../base/diagnostic.ts';
import { type LoadedSource, reasonOf } from '../registry/load-source.ts';
import { Catalogue } from '../supergraph/catalogue.ts';
import { batchOffers, joinOffers } from '../supergraph/links/batch-offers.ts';
import { type Pointer, readPointed } from './pointed-source.ts';
import { suggestedName } from './suggested-name.ts';

/** What one document comes to. */
export interface Inspection {
  /** Null where it cannot be told. */
  readonly protocol: string | null;
  readonly operations: { readonly total: number; readonly imported: number };
  /** Named types of the schema, but for GraphQL's own. */
  readonly types: number;
  readonly diagnostics: readonly Diagnostic[];
  /** In the source's own names; absent where the document cannot be described. */
  readonly schema?: GraphQLSchema;
}

/** Reads a document by itself, without a configuration. */
export async function inspectDocument(pointer: Pointer): Promise<Inspection> {
  const { source, loaded } = await readPointed(pointer, 'document');
  if (!loaded.ok) {
    const { diagnostics } = loaded;
    return { protocol: source.protocol ?? null, operations: { total: 0, imported: 0 }, types: 0, diagnostics };
  }
  const { description, diagnostics } = loaded.value;
  const { protocol } = loaded.value.source;
  const { schema, problems } = schemaOf(description.blueprint.typeDefs, pointer.document);
  const offers = schema && problems.length === 0 ? await offersOf(loaded.value, schema, pointer.document) : [];
  return {
    protocol,
    operations: description.operations,
    types: schema ? typeCount(schema) : 0,
    diagnostics: [...diagnostics, ...problems, ...offers],
    ...(schema ? { schema } : {}),
  };
}

/** Links that the document alone suggests, as if it were added under the name that `selvage add` gives it. */
async function offersOf(
  loaded: LoadedSource,
  schema: GraphQLSchema,
  pointedAt: string,
): Promise<readonly Diagnostic[]> {
  const { adapter, description } = loaded;
  const source = { ...loaded.source, name: await suggestedName(loaded, pointedAt) };
  const subschema = adapter.connect(description.blueprint, source);
  try {
    const member = { name: source.name, source, subschema, schema };
    const offers = batchOffers(new Catalogue([member]));
    return offers.length > 0 ? offers : joinOffers(member);
  } finally {
    await subschema.close();
  }
}

/** Named types, but for GraphQL's own. */
export function typeCount(schema: GraphQLSchema): number {
  return Object.values(schema.getTypeMap()).filter(type => !isIntrospectionType(type) && !isSpecifiedScalarType(type))
    .length;
}

/** The schema that a source's SDL makes, and what is wrong with it. */
export function schemaOf(typeDefs: DocumentNode, document: string): { schema?: GraphQLSchema; problems: Diagnostic[] } {
  const invalid = (message: string): Diagnostic => ({
    severity: 'error',
    code: 'SCHEMA_INVALID',
    message,
    at: [document],
    hint: 'this is a mistake of Selvage: please report it with the document',
  });
  try {
    const schema = buildASTSchema(typeDefs, { assumeValidSDL: true });
    const problems = validateSchema(schema).filter(({ message }) => message !== noQuery);
    return { schema, problems: problems.map(({ message }) => invalid(message)) };
  } catch (error) {
    return { problems: [invalid(reasonOf(error))] };
  }
}

/** A document may have nothing but mutations: only the whole graph must have a query. */
const noQuery = 'Query root type must be provided.';
