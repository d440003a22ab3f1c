import type { GraphQLSchema } from 'graphql';
import type { DeclaredAnnotation, LoadIo } from '../../adapter/adapter.ts';
import { type Checked, checked, refused } from '../../base/checked.ts';
import type { SourceText } from '../../source/reader.ts';
import { refusal } from '../../source/refusal.ts';
import type { Source } from '../../source/source.ts';
import { dropUnprintableDefaults } from './default-values.ts';
import { introspect } from './introspect.ts';
import { readIntrospection } from './read-introspection.ts';
import { schemaOfSdl } from './sdl.ts';

/** The upstream's schema, under the address it was found at. */
export interface GraphqlDocument {
  readonly address: string;
  readonly schema: GraphQLSchema;
  /** What SDL says of its elements; an introspection says nothing. In the upstream's names. */
  readonly annotations: readonly DeclaredAnnotation[];
}

const extensions = ['.graphql', '.graphqls', '.gql'];

/** A GraphQL schema, in SDL or as the result of an introspection. */
export function recognises(text: string, address: string): boolean {
  if (extensions.some(extension => address.toLowerCase().endsWith(extension))) return true;
  if (/^\s*\{/.test(text)) return /"__schema"\s*:/.test(text);
  const withoutLeadingText = text.replace(/^(\s|,|#.*|"""[\s\S]*?"""|"[^"\n]*")*/, '');
  return /^(extend\s+)?(schema|type|interface|union|scalar|input|directive)\s*[@{_A-Za-z]/.test(withoutLeadingText);
}

/** Reads the SDL (a file, or every SDL file of a folder) or the introspection result; without a document, asks the endpoint. */
export async function load(source: Source, io: LoadIo): Promise<Checked<GraphqlDocument>> {
  if (source.document === undefined) return loadFromEndpoint(source, io);
  const texts = await readTexts(source.document, io);
  if (!texts.ok) return texts;
  const [first, ...others] = texts.value;
  if (!first) {
    const message = `The folder holds no file that ends in ${extensions.join(', ')}.`;
    return refused(refusal('DOCUMENT_NOT_FOUND', [source.document], message));
  }
  const isJson = others.length === 0 && /^\s*\{/.test(first.text);
  if (isJson) return documentOf(await schemaOfJson(first), source.document);
  const read = schemaOfSdl(texts.value, source.options.ignoreDirectives);
  if (!read.ok) return read;
  return documentOf(checked(read.value.schema, read.diagnostics), source.document, read.value.annotations);
}

async function loadFromEndpoint(source: Source, io: LoadIo): Promise<Checked<GraphqlDocument>> {
  if (source.endpoint === undefined) {
    const message = `The source "${source.name}" has neither a document nor an endpoint.`;
    const hint = 'set `document:` to the SDL, or `endpoint:` to a server that allows introspection';
    return refused(refusal('CONFIG_MISSING_KEY', [source.name, 'endpoint'], message, hint));
  }
  return documentOf(await introspect(source.endpoint, source, io.signal), source.endpoint);
}

function documentOf(
  schema: Checked<GraphQLSchema>,
  address: string,
  annotations: readonly DeclaredAnnotation[] = [],
): Checked<GraphqlDocument> {
  if (!schema.ok) return schema;
  const left = dropUnprintableDefaults(schema.value, address);
  return checked({ address, schema: schema.value, annotations }, [...schema.diagnostics, ...left]);
}

async function readTexts(address: string, io: LoadIo): Promise<Checked<readonly SourceText[]>> {
  if (!(await io.reader.isFolder(address))) {
    const text = await io.reader.read(address);
    return text.ok ? checked([text.value]) : text;
  }
  const texts: SourceText[] = [];
  for (const extension of extensions) {
    const files = await io.reader.list(address, extension);
    if (!files.ok) return files;
    for (const file of files.value) {
      const text = await io.reader.read(file);
      if (!text.ok) return text;
      texts.push(text.value);
    }
  }
  return checked(texts);
}

async function schemaOfJson({ address, text }: SourceText): Promise<Checked<GraphQLSchema>> {
  try {
    return await readIntrospection(JSON.parse(text), address);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return refused(refusal('DOCUMENT_SYNTAX', [address], 'The document begins as JSON and is none.'));
  }
}
