import { type DefinitionNode, type FieldDefinitionNode, Kind } from 'graphql';
import type { Description } from '../../adapter/adapter.ts';
import { field, named, objectType, scalarType } from '../../adapter/definitions.ts';
import { scalarNames } from '../../adapter/scalars.ts';
import { type Checked, unlessErrors } from '../../base/checked.ts';
import { type Coordinate, coordinate } from '../../base/coordinate.ts';
import type { Diagnostic } from '../../base/diagnostic.ts';
import { matchesAny } from '../../base/glob.ts';
import { upperFirst } from '../../base/names.ts';
import type { Source } from '../../source/source.ts';
import type { OpenApiCall } from './call.ts';
import { describeArguments } from './describe-arguments.ts';
import { failureReader } from './describe-failures.ts';
import type { ServedOperation } from './describe-links.ts';
import { describeResult, successfulContents } from './describe-response.ts';
import type { Located, OpenApiDocument } from './document.ts';
import { httpFileType } from './http-file.ts';
import { type Asking, InboundFields } from './inbound-fields.ts';
import { Inheritance } from './inheritance.ts';
import { isStream } from './media-types.ts';
import { NormalForm } from './normal-form.ts';
import { readOperation3 } from './openapi3.ts';
import type { OperationSite } from './operation.ts';
import { text } from './operation-parts.ts';
import { operationNames, sitesOf } from './operations.ts';
import { withOwnFields } from './own-fields.ts';
import { child, children, Resolver } from './resolver.ts';
import { headerType, headerTypeName } from './response-headers.ts';
import { Said } from './said.ts';
import { isUntyped } from './scalar-shapes.ts';
import { Security } from './security.ts';
import { Servers } from './servers.ts';
import type { Model, Shape } from './shape.ts';
import { describeStream } from './stream/describe-stream.ts';
import { readOperation2 } from './swagger2.ts';
import { TypeBuilder } from './type-builder.ts';
import { finish } from './type-drafts.ts';
import { TypeNames } from './type-names.ts';
import { typeOf } from './type-of.ts';
import { Withheld } from './withheld.ts';

type OpenApiDescription = Description<OpenApiCall, Model>;

/** More types than this make composing slow. */
const manyTypes = 3_000;

/** Names are settled in two passes, or three where the second finds new rivals; more would be names made to be a nuisance. */
const mostPasses = 4;

/** The document as a schema and its calls. Pure; what cannot be expressed is a diagnostic. */
export function describe(document: OpenApiDocument, source: Source): Checked<OpenApiDescription> {
  const contested = new Set<string>();
  for (let pass = 1; ; pass++) {
    const { described, rivals } = describeOnce(document, source, contested);
    if (rivals.size === 0 || pass === mostPasses) return described;
    for (const name of rivals) contested.add(name);
  }
}

/** `contested`: type names that several places want. `rivals`: those that were found to be, and one of the places got. */
function describeOnce(
  document: OpenApiDocument,
  source: Source,
  contested: ReadonlySet<string>,
): { readonly described: Checked<OpenApiDescription>; readonly rivals: ReadonlySet<string> } {
  const log = new DiagnosticLog();
  const report = (diagnostic: Diagnostic) => log.add(diagnostic);
  const resolver = new Resolver(document, report);
  const said = new Said(document.said);
  const normal = new NormalForm(resolver, said, report);
  const components = componentsOf(document, resolver);
  const sites = sitesOf(document, resolver);
  const names = operationNames(sites, report);
  const operations = new Map(sites.map(site => [site.at[1], upperFirst(names.get(site)!)]));
  const typeNames = new TypeNames({ address: document.address, components, operations, contested }, report);
  const inheritance = new Inheritance(components, resolver);
  const builder = new TypeBuilder(typeNames, normal, inheritance, said, source.options, report);
  const ignored = () => {};
  const unnamed = new TypeNames({ address: document.address, components, operations, contested: new Set() }, ignored);
  const silent = new NormalForm(resolver, new Said([]), ignored);
  const hidden = new TypeBuilder(unnamed, silent, inheritance, new Said([]), source.options, ignored);
  const failures = failureReader(source.options, hidden);
  const included = sites.filter(site => isIncluded(names.get(site)!, source));
  const security = new Security(document, resolver, source);
  const servers = new Servers(document, resolver, source, included);
  const withheld = new Withheld(source);

  const calls: Record<Coordinate, OpenApiCall> = {};
  const fields: Record<RootType, FieldDefinitionNode[]> = { Query: [], Mutation: [], Subscription: [] };
  const served: ServedOperation[] = [];
  const left: Located[] = [];
  const asking: Asking[] = [];
  let imported = 0;
  for (const site of sites) {
    const name = names.get(site)!;
    if (!isIncluded(name, source)) {
      report(excluded(name, site));
      left.push(site.operation);
      continue;
    }
    const operation = document.version === '2.0' ? readOperation2(site, resolver) : readOperation3(site, resolver);
    const { credentials, keys } = security.of(site);
    const args = describeArguments(site, operation, name, keys, source.options.bodies, builder);
    const result =
      args &&
      describeResult(site, operation, upperFirst(name), builder, {
        enveloped: matchesAny(name, source.options.envelope),
        failures,
      });
    const streamed = args && describeStream(operation, upperFirst(name), document.version, builder);
    if (!args || !(result || streamed)) {
      left.push(site.operation);
      continue;
    }
    const shapes = [result?.value, streamed?.stream.shape].filter(shape => shape !== undefined);
    if (!shapes.some(isUntyped)) imported += 1;
    const { server, isForeign } = servers.of(site);
    if (server !== undefined && isForeign) withheld.from(server, credentials, site);
    const asked = {
      operation: name,
      method: site.method,
      path: args.path,
      ...(server === undefined ? {} : { server }),
      ...(isForeign ? { foreign: true as const } : {}),
      ...(credentials ? { credentials } : {}),
      parameters: args.parameters,
      ...(args.body ? { body: args.body } : {}),
    };
    const add = (root: RootType, shape: Shape, value: Shape, schemas: readonly Located[], call: OpenApiCall) => {
      said.of(coordinate(root, name), site.operation);
      for (const schema of schemas) builder.speakOfField(coordinate(root, name), schema, value);
      fields[root].push(field(name, typeOf(shape), operation, args.definitions));
      calls[coordinate(root, name)] = call;
    };
    if (result) {
      const { shape, value, accept, responses, failures: told, envelope } = result;
      const root = rootTypeOf(site, name, source, report);
      served.push({ site, name, root, operation, args, result });
      const around = { ...(told ? { failures: told } : {}), ...(envelope === undefined ? {} : { envelope }) };
      const schemas = successfulContents(operation).flatMap(({ mediaType, schema }) =>
        schema && !isStream(mediaType) ? schema : [],
      );
      const call = { ...asked, accept, responses, ...around };
      add(root, shape, value, schemas, call);
      asking.push({ site, call, arguments: args.definitions });
    }
    if (streamed) {
      const { stream, accept, schema } = streamed;
      add('Subscription', stream.shape, stream.shape, schema ? [schema] : [], {
        ...asked,
        accept,
        responses: [],
        stream,
      });
    }
  }
  security.tell();
  servers.tell();
  for (const diagnostic of withheld.diagnostics()) report(diagnostic);
  const inbound = new InboundFields(
    { document, resolver, source, builder, isIncluded: name => isIncluded(name, source) },
    fields.Subscription.map(({ name }) => name.value),
  );
  inbound.webhooks();
  for (const each of asking) inbound.callbacks(each);
  inbound.tell();
  left.push(...inbound.left);
  for (const each of inbound.fields) {
    fields.Subscription.push(each.field);
    calls[coordinate('Subscription', each.call.operation)] = each.call;
  }
  const own = withOwnFields(finish(builder.drafts()), {
    operations: served,
    resolver,
    enumName: (type, wire) => builder.enumName(type, wire),
    responseHeaders: source.options.responseHeaders,
  });
  const { types, definitions } = own;
  for (const { root, name } of served) {
    const at = coordinate(root, name);
    calls[at] = { ...calls[at]!, ...own.calls.get(name) };
  }
  for (const misplaced of said.misplaced(left, at => resolver.follow(`#${at.pointer}`, at)?.value)) report(misplaced);
  if (definitions.length > manyTypes) report(manyTypesNote(definitions.length, document));
  if (sites.length === 0) report(nothingToCall(document));
  const typeDefs = { kind: Kind.DOCUMENT, definitions: withScalars([...rootTypes(fields), ...definitions]) } as const;
  const { annotations } = said;
  const told = finish(hidden.drafts()).types;
  const model = { types, ...(Object.keys(told).length > 0 ? { failures: told } : {}) };
  const annotated = annotations.length > 0 ? { annotations } : {};
  const blueprint = { typeDefs, calls, model, ...annotated, ...own.blueprint };
  const described = unlessErrors({ blueprint, operations: { total: sites.length, imported } }, log.all);
  return { described, rivals: typeNames.rivals };
}

type RootType = 'Query' | 'Mutation' | 'Subscription';

/** What only reads is a query: by its method, unless the document says so of the operation, or the source of its name. */
function rootTypeOf(
  site: OperationSite,
  name: string,
  source: Source,
  report: (diagnostic: Diagnostic) => void,
): 'Query' | 'Mutation' {
  const written = text(site.operation.value, 'x-graphql-operation');
  if (written !== undefined) {
    const kind = written.toLowerCase();
    if (kind === 'query') return 'Query';
    if (kind === 'mutation') return 'Mutation';
    report(unknownKind(written, site));
  }
  if (matchesAny(name, source.options.queries)) return 'Query';
  return ['GET', 'HEAD', 'QUERY'].includes(site.method) ? 'Query' : 'Mutation';
}

function unknownKind(written: string, { operation: { address, pointer } }: OperationSite): Diagnostic {
  return {
    severity: 'warning',
    code: 'DOCUMENT_INVALID',
    message: `x-graphql-operation is "${written.slice(0, 40)}"; the operation's method decides.`,
    at: [address, `${pointer}/x-graphql-operation`],
    hint: 'Write query or mutation.',
  };
}

function isIncluded(name: string, source: Source): boolean {
  const { include, exclude } = source.options.operations;
  return matchesAny(name, include) && !matchesAny(name, exclude);
}

/** A schema needs a query; where the document has none, a field without a call stands in. */
function rootTypes(fields: Record<RootType, FieldDefinitionNode[]>): DefinitionNode[] {
  const query = objectType('Query', fields.Query.length > 0 ? fields.Query : [field('_empty', named('Boolean'))]);
  const others = (['Mutation', 'Subscription'] as const).filter(root => fields[root].length > 0);
  return [query, ...others.map(root => objectType(root, fields[root]))];
}

/** Adds the definitions that are ours, as far as they are used. */
function withScalars(definitions: readonly DefinitionNode[]): DefinitionNode[] {
  const used = new Set<string>();
  const waiting: unknown[] = [...definitions];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (typeof node !== 'object' || node === null) continue;
    if ('kind' in node && node.kind === Kind.NAMED_TYPE && 'name' in node) {
      used.add((node.name as { readonly value: string }).value); // a named type's name is a NameNode
    } else waiting.push(...Object.values(node));
  }
  const file = used.has('HttpFile') ? [httpFileType()] : [];
  if (file.length > 0) used.add('Base64');
  const header = used.has(headerTypeName) ? [headerType()] : [];
  return [...definitions, ...file, ...header, ...[...scalarNames].filter(name => used.has(name)).map(scalarType)];
}

function componentsOf(document: OpenApiDocument, { root }: Resolver) {
  return children(
    document.version === '2.0' ? child(root, 'definitions') : child(child(root, 'components') ?? root, 'schemas'),
  );
}

function excluded(name: string, site: OperationSite): Diagnostic {
  return {
    severity: 'note',
    code: 'OPERATION_EXCLUDED',
    message: `The operation "${name}" is left out by the source's \`operations\`.`,
    at: site.at,
  };
}

function nothingToCall(document: OpenApiDocument): Diagnostic {
  return {
    severity: 'warning',
    code: 'DOCUMENT_INVALID',
    message: 'The document describes no operation.',
    at: [document.address, '/paths'],
    hint: 'Give the document `paths` with operations.',
  };
}

function manyTypesNote(count: number, document: OpenApiDocument): Diagnostic {
  return {
    severity: 'note',
    code: 'TYPES_MANY',
    message: `The document makes ${count} types.`,
    at: [document.address],
    hint: 'Take the operations that are needed: `operations: { include: [...] }`.',
  };
}

/** Each thing is told once, however many operations come upon it. */
class DiagnosticLog {
  readonly #byKey = new Map<string, Diagnostic>();

  add(diagnostic: Diagnostic): void {
    const key = `${diagnostic.code} ${diagnostic.at.join(' ')} ${diagnostic.message}`;
    if (!this.#byKey.has(key)) this.#byKey.set(key, diagnostic);
  }

  get all(): Diagnostic[] {
    return [...this.#byKey.values()];
  }
}
