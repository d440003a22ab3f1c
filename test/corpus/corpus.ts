import { existsSync, readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildASTSchema, validateSchema } from 'graphql';
import { adapters } from '../../src/adapters/index.ts';
import { openReader } from '../../src/source/open-reader.ts';
import { defaultSourceOptions, type Source } from '../../src/source/source.ts';

/** Real documents of other makers, beside a checkout; absent in most clones. */
const fixtures = fileURLToPath(new URL('../../../shared/fixtures', import.meta.url));
export const fixturesExist = existsSync(fixtures);

/** The path of one of them. */
export function fixture(path: string): string {
  return join(fixtures, path);
}

/** One document's row. `invalid` counts errors of the GraphQL schema that its blueprint makes: it is 0, or a bug. */
export interface Counts {
  readonly total: number;
  readonly imported: number;
  readonly types: number;
  readonly invalid: number;
  readonly diagnostics: Readonly<Record<string, number>>;
}

export interface CorpusDocument {
  readonly name: string;
  readonly source: Source;
}

/** Every document of the fixtures that stands for itself: parts that others refer to are read through those. */
export async function corpus(): Promise<readonly CorpusDocument[]> {
  return [...(await openApiDocuments()), ...(await wsdlDocuments()), ...(await protoDocuments())];
}

/** Those that are described by OpenAPI. */
export async function openApiDocuments(): Promise<CorpusDocument[]> {
  const files = await filesOf('openapi', /\.(json|ya?ml)$/);
  const own = files.filter(file => !/digitalocean\/(resources|shared)\//.test(file));
  const found = own
    .filter(file => /\b(openapi|swagger)["']?\s*:/.test(readFileSync(file, 'utf8')))
    .map(file => document('openapi', file));
  return [...found, { ...document('openapi', githubDocument), name: 'openapi/github/api.github.com.json' }];
}

/** The one that is a package. */
const githubDocument = createRequire(import.meta.url).resolve('@octokit/openapi/generated/api.github.com.json');

export async function wsdlDocuments(): Promise<CorpusDocument[]> {
  const files = await filesOf('wsdl', /\.wsdl$/);
  return files.map(file => document('soap', file, { root: join(fixtures, 'wsdl', makerOf(file)) }));
}

/** Protos import relative to their maker's folder; some import googleapis, which lie beside them. */
async function protoDocuments(): Promise<CorpusDocument[]> {
  const files = await filesOf('proto', /\.proto$/);
  const services = files.filter(file => /^service\s/m.test(readFileSync(file, 'utf8')));
  return services.map(file => {
    const root = join(fixtures, 'proto', makerOf(file));
    const include = [root, join(root, 'etcd/..'), join(fixtures, 'proto/googleapis')];
    return document('grpc', file, { root, include });
  });
}

/** Loads and describes one document, as registration does. */
export async function countsOf({ source }: CorpusDocument): Promise<Counts> {
  const adapter = await adapters[source.protocol]!();
  const described = await adapter.describe(source, { reader: openReader(source), signal: AbortSignal.timeout(60_000) });
  const diagnostics: Record<string, number> = {};
  for (const { severity, code } of described.diagnostics) {
    const key = `${severity} ${code}`;
    diagnostics[key] = (diagnostics[key] ?? 0) + 1;
  }
  const sorted = Object.fromEntries(Object.entries(diagnostics).sort());
  if (!described.ok) return { total: 0, imported: 0, types: 0, invalid: 0, diagnostics: sorted };
  const schema = buildASTSchema(described.value.blueprint.typeDefs);
  const types = Object.values(schema.getTypeMap()).filter(type => type.astNode).length;
  return { ...described.value.operations, types, invalid: validateSchema(schema).length, diagnostics: sorted };
}

function document(protocol: string, file: string, options: Partial<Source['options']> = {}): CorpusDocument {
  return {
    name: relative(fixtures, file),
    source: { name: 'corpus', protocol, document: file, options: { ...defaultSourceOptions, ...options } },
  };
}

async function filesOf(folder: string, pattern: RegExp): Promise<string[]> {
  const entries = await readdir(join(fixtures, folder), { recursive: true, withFileTypes: true });
  return entries
    .filter(entry => entry.isFile() && pattern.test(entry.name))
    .map(entry => join(entry.parentPath, entry.name))
    .sort();
}

function makerOf(file: string): string {
  return relative(fixtures, dirname(file)).split('/')[1]!;
}
