import type { FieldDefinitionNode } from 'graphql';
import type { Description } from '../../adapter/adapter.ts';
import { field } from '../../adapter/definitions.ts';
import { type Checked, unlessErrors } from '../../base/checked.ts';
import { type Coordinate, coordinate } from '../../base/coordinate.ts';
import type { Diagnostic } from '../../base/diagnostic.ts';
import { matchesAny } from '../../base/glob.ts';
import type { Source } from '../../source/source.ts';
import type { OpenApiCall } from './call.ts';
import { describeArguments } from './describe-arguments.ts';
import { type FailureReader, failureReader } from './describe-failures.ts';
import type { ServedOperation } from './describe-links.ts';
import { describeResult, successfulContents } from './describe-response.ts';
import type { Located, OpenApiDocument } from './document.ts';
import { type Asking, InboundFields } from './inbound-fields.ts';
import { Inheritance } from './inheritance.ts';
import { isStream } from './media-types.ts';
import { NormalForm } from './normal-form.ts';
import { readOperation3 } from './openapi3.ts';
import type { Operation, OperationSite } from './operation.ts';
import { text } from './operation-parts.ts';
import { OperationTypes } from './operation-types.ts';
import { operationNames, sitesOf } from './operations.ts';
import { withOwnFields } from './own-fields.ts';
import { child, children, Resolver } from './resolver.ts';
import { type RootType, typeDefsOf } from './root-types.ts';
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
    const { described, rivals } = new Reading(document, source, contested).whole();
    if (rivals.size === 0 || pass === mostPasses) return described;
    for (const name of rivals) contested.add(name);
  }
}

/** One reading of a document, from its operations to the blueprint. */
class Reading {
  readonly #document: OpenApiDocument;
  readonly #source: Source;
  readonly #log = new DiagnosticLog();
  readonly #report = (diagnostic: Diagnostic) => this.#log.add(diagnostic);
  readonly #resolver: Resolver;
  readonly #said: Said;
  readonly #sites: readonly OperationSite[];
  readonly #names: ReadonlyMap<OperationSite, string>;
  readonly #operationTypes: OperationTypes;
  readonly #typeNames: TypeNames;
  readonly #builder: TypeBuilder;
  /** Of failures that are told as data: their types are no client's, and have nothing to say. */
  readonly #hidden: TypeBuilder;
  readonly #failures: FailureReader | undefined;
  readonly #security: Security;
  readonly #servers: Servers;
  readonly #withheld: Withheld;

  readonly #calls: Record<Coordinate, OpenApiCall> = {};
  readonly #fields: Record<RootType, FieldDefinitionNode[]> = { Query: [], Mutation: [], Subscription: [] };
  readonly #served: ServedOperation[] = [];
  readonly #asking: Asking[] = [];
  /** What is not served. */
  readonly #left: Located[] = [];
  #imported = 0;

  /** `contested`: type names that several places are known to want. */
  constructor(document: OpenApiDocument, source: Source, contested: ReadonlySet<string>) {
    this.#document = document;
    this.#source = source;
    const { options } = source;
    const { address } = document;
    const report = this.#report;
    const resolver = new Resolver(document, report);
    const components = componentsOf(document, resolver);
    this.#resolver = resolver;
    this.#said = new Said(document.said);
    this.#sites = sitesOf(document, resolver);
    this.#names = operationNames(this.#sites, report);
    this.#operationTypes = new OperationTypes(this.#names, address, resolver, site => this.#read(site));
    const { byPointer: operations } = this.#operationTypes;
    const inheritance = new Inheritance(components, resolver);
    this.#typeNames = new TypeNames({ address, components, operations, contested }, report);
    const normal = new NormalForm(resolver, this.#said, report);
    this.#builder = new TypeBuilder(this.#typeNames, normal, inheritance, this.#said, options, report);
    const unnamed = new TypeNames({ address, components, operations, contested: new Set() }, ignored);
    const silent = new NormalForm(resolver, new Said([]), ignored);
    this.#hidden = new TypeBuilder(unnamed, silent, inheritance, new Said([]), options, ignored);
    this.#failures = failureReader(options, this.#hidden);
    this.#security = new Security(document, resolver, source);
    const included = this.#sites.filter(site => this.#isIncluded(this.#nameOf(site)));
    this.#servers = new Servers(document, resolver, source, included);
    this.#withheld = new Withheld(source);
  }

  /** `rivals`: type names that several places were found to want, of which one got it. */
  whole(): { readonly described: Checked<OpenApiDescription>; readonly rivals: ReadonlySet<string> } {
    for (const site of this.#sites) this.#operation(site);
    this.#security.tell();
    this.#servers.tell();
    for (const diagnostic of this.#withheld.diagnostics()) this.#report(diagnostic);
    this.#inbound();
    const own = this.#withOwnFields();
    for (const misplaced of this.#said.misplaced(this.#left, at => this.#resolver.follow(`#${at.pointer}`, at)?.value))
      this.#report(misplaced);
    if (own.definitions.length > manyTypes) this.#report(manyTypesNote(own.definitions.length, this.#document));
    if (this.#sites.length === 0) this.#report(nothingToCall(this.#document));
    const { annotations } = this.#said;
    const failures = finish(this.#hidden.drafts()).types;
    const blueprint = {
      typeDefs: typeDefsOf(this.#fields, own.definitions),
      calls: this.#calls,
      model: { types: own.types, ...(Object.keys(failures).length > 0 ? { failures } : {}) },
      ...(annotations.length > 0 ? { annotations } : {}),
      ...own.blueprint,
    };
    const operations = { total: this.#sites.length, imported: this.#imported };
    return { described: unlessErrors({ blueprint, operations }, this.#log.all), rivals: this.#typeNames.rivals };
  }

  #nameOf(site: OperationSite): string {
    return this.#names.get(site)!; // every site has one
  }

  #read(site: OperationSite): Operation {
    return (this.#document.version === '2.0' ? readOperation2 : readOperation3)(site, this.#resolver);
  }

  #isIncluded(name: string): boolean {
    const { include, exclude } = this.#source.options.operations;
    return matchesAny(name, include) && !matchesAny(name, exclude);
  }

  #operation(site: OperationSite): void {
    const name = this.#nameOf(site);
    if (!this.#isIncluded(name)) {
      this.#report(excluded(name, site));
      this.#left.push(site.operation);
      return;
    }
    const { version } = this.#document;
    const { bodies, envelope: enveloped } = this.#source.options;
    const operation = this.#read(site);
    const { credentials, keys } = this.#security.of(site);
    const typeName = this.#operationTypes.nameOf(site);
    const args = describeArguments(site, operation, typeName, keys, bodies, this.#builder);
    const manner = { enveloped: matchesAny(name, enveloped), failures: this.#failures };
    const result = args && describeResult(site, operation, typeName, this.#builder, manner);
    const streamed = args && describeStream(operation, typeName, version, this.#builder);
    if (!args || !(result || streamed)) {
      this.#left.push(site.operation);
      return;
    }
    const shapes = [result?.value, streamed?.stream.shape].filter(shape => shape !== undefined);
    if (!shapes.some(isUntyped)) this.#imported += 1;
    const { server, isForeign } = this.#servers.of(site);
    if (server !== undefined && isForeign) this.#withheld.from(server, credentials, site);
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
    if (result) {
      const { shape, value, accept, responses, failures, envelope } = result;
      const root = rootTypeOf(site, name, this.#source, this.#report);
      const call: OpenApiCall = {
        ...{ ...asked, accept, responses },
        ...(failures ? { failures } : {}),
        ...(envelope === undefined ? {} : { envelope }),
      };
      const schemas = successfulContents(operation).flatMap(({ mediaType, schema }) =>
        schema && !isStream(mediaType) ? schema : [],
      );
      this.#add(site, root, field(name, typeOf(shape), operation, args.definitions), call, value, schemas);
      this.#served.push({ site, name, root, operation, args, result });
      this.#asking.push({ site, call, arguments: args.definitions });
    }
    if (streamed) {
      const { stream, accept, schema } = streamed;
      const definition = field(name, typeOf(stream.shape), operation, args.definitions);
      const call = { ...asked, accept, responses: [], stream };
      this.#add(site, 'Subscription', definition, call, stream.shape, schema ? [schema] : []);
    }
  }

  /** `schemas`: of the values, whose shape is `value`: they may have something to say of the field. */
  #add(
    site: OperationSite,
    root: RootType,
    definition: FieldDefinitionNode,
    call: OpenApiCall,
    value: Shape,
    schemas: readonly Located[],
  ): void {
    const at = coordinate(root, call.operation);
    this.#said.of(at, site.operation);
    for (const schema of schemas) this.#builder.speakOfField(at, schema, value);
    this.#fields[root].push(definition);
    this.#calls[at] = call;
  }

  /** What the backend sends by itself. */
  #inbound(): void {
    const inbound = new InboundFields(
      {
        document: this.#document,
        resolver: this.#resolver,
        source: this.#source,
        builder: this.#builder,
        isIncluded: name => this.#isIncluded(name),
      },
      this.#fields.Subscription.map(({ name }) => name.value),
    );
    inbound.webhooks();
    for (const each of this.#asking) inbound.callbacks(each);
    inbound.tell();
    this.#left.push(...inbound.left);
    for (const each of inbound.fields) {
      this.#fields.Subscription.push(each.field);
      this.#calls[coordinate('Subscription', each.call.operation)] = each.call;
    }
  }

  /** The types, with the fields that are not of their bodies; the calls are told what to give for them. */
  #withOwnFields(): ReturnType<typeof withOwnFields> {
    const finished = finish(this.#builder.drafts());
    for (const field of finished.cut) this.#report(longChain(field, this.#document));
    const own = withOwnFields(finished, {
      operations: this.#served,
      resolver: this.#resolver,
      enumName: (type, wire) => this.#builder.enumName(type, wire),
      responseHeaders: this.#source.options.responseHeaders,
    });
    for (const { root, name } of this.#served) {
      const at = coordinate(root, name);
      this.#calls[at] = { ...this.#calls[at]!, ...own.calls.get(name) };
    }
    return own;
  }
}

function ignored(): void {}

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

function longChain(field: Coordinate, { address }: OpenApiDocument): Diagnostic {
  return {
    severity: 'note',
    code: 'CONSTRUCT_NOT_SUPPORTED',
    message: `${field} may be null, though the document requires it: the chain of inputs that require one another is too long behind it.`,
    at: [address, field],
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
