import type { FieldDefinitionNode } from 'graphql';
import type { Description } from '../../../adapter/adapter.ts';
import { field } from '../../../adapter/definitions.ts';
import { type Coordinate, coordinate } from '../../../base/coordinate.ts';
import type { Diagnostic } from '../../../base/diagnostic.ts';
import { matchesAny } from '../../../base/glob.ts';
import type { Source } from '../../../source/source.ts';
import type { OpenApiCall } from '../call/call.ts';
import type { Model, Shape } from '../call/shape.ts';
import type { Located, OpenApiDocument } from '../document/document.ts';
import { isStream } from '../document/media-types.ts';
import type { OperationSite } from '../document/operation.ts';
import { Said } from '../document/said.ts';
import { Security } from '../document/security.ts';
import { Servers } from '../document/servers.ts';
import { ConstraintReader } from '../schemas/constraints.ts';
import { NormalForm } from '../schemas/normal-form.ts';
import { isUntyped } from '../schemas/scalar-shapes.ts';
import { describeStream } from '../stream/describe-stream.ts';
import { fieldNaming } from '../types/field-naming.ts';
import { speakOfField } from '../types/speak-of-field.ts';
import { TypeBuilder } from '../types/type-builder.ts';
import { finish } from '../types/type-drafts.ts';
import { TypeNames } from '../types/type-names.ts';
import { typeOf } from '../types/type-of.ts';
import type { TypeRenaming } from '../types/type-renaming.ts';
import { ArgumentDescriber } from './describe-arguments.ts';
import { type FailureReader, failureReader } from './describe-failures.ts';
import type { ServedOperation } from './describe-links.ts';
import { describeResult, successfulContents } from './describe-response.ts';
import type { Groundwork } from './groundwork.ts';
import { type Asking, InboundFields } from './inbound-fields.ts';
import { withOwnFields } from './own-fields.ts';
import { renamedOperation } from './renamed-operation.ts';
import { rootTypeOf } from './root-type-of.ts';
import { type RootType, typeDefsOf } from './root-types.ts';
import { tagGroups } from './tag-groups.ts';
import { Withheld } from './withheld.ts';

export type OpenApiDescription = Description<OpenApiCall, Model>;

/** More types than this make composing slow. */
const manyTypes = 3_000;

/** The reading of a document, from its operations to the blueprint. */
export class Reading {
  readonly #ground: Groundwork;
  readonly #source: Source;
  readonly #report: (diagnostic: Diagnostic) => void;
  readonly #said: Said;
  readonly #builder: TypeBuilder;
  readonly #arguments: ArgumentDescriber;
  /** Of failures that are told as data: their types are no client's, and have nothing to say. Undefined: none are. */
  readonly #hidden: TypeBuilder | undefined;
  readonly #failures: FailureReader | undefined;
  readonly #security: Security;
  readonly #servers: Servers;
  readonly #withheld: Withheld;

  #calls: Record<Coordinate, OpenApiCall> = {};
  readonly #fields: Record<RootType, FieldDefinitionNode[]> = { Query: [], Mutation: [], Subscription: [] };
  #served: ServedOperation[] = [];
  readonly #asking: Asking[] = [];
  /** What is not served. */
  readonly #left: Located[] = [];
  #imported = 0;

  constructor(ground: Groundwork, source: Source) {
    this.#ground = ground;
    this.#source = source;
    const { options } = source;
    const { document, resolver, components, sites, inheritance, operationTypes, standing } = ground;
    const { report } = ground.log;
    this.#report = report;
    this.#said = new Said(document.said, ground.written);
    const named = { address: document.address, components, operations: operationTypes.byPointer, standing };
    this.#builder = new TypeBuilder(new TypeNames(named, report), ground, this.#said, options, report);
    this.#arguments = new ArgumentDescriber(this.#builder, options.bodies);
    if (options.exposeErrors === 'BODY') {
      const normal = new NormalForm(resolver, inheritance, ignored, ignored);
      const schemas = { inheritance, normal, constraints: new ConstraintReader(normal, ignored) };
      const unsaid = new Said([], ground.written);
      this.#hidden = new TypeBuilder(new TypeNames(named, ignored), schemas, unsaid, options, ignored);
    }
    this.#failures = failureReader(options, this.#hidden);
    this.#security = new Security(document, resolver, source);
    const included = sites.filter(site => this.#isIncluded(ground.nameOf(site)));
    this.#servers = new Servers(document, resolver, source, included);
    this.#withheld = new Withheld(source);
  }

  description(): OpenApiDescription {
    for (const site of this.#ground.sites) this.#operation(site);
    this.#security.tell();
    this.#servers.tell();
    for (const diagnostic of this.#withheld.diagnostics()) this.#report(diagnostic);
    this.#inbound();
    const renaming = this.#builder.settle();
    if (!renaming.isEmpty) this.#rename(renaming);
    return this.#assembled();
  }

  /** What was read before the names of types were settled is written by them. */
  #rename(renaming: TypeRenaming): void {
    for (const root of ['Query', 'Mutation', 'Subscription'] as const)
      this.#fields[root] = this.#fields[root].map(each => renaming.field(each));
    this.#calls = Object.fromEntries(Object.entries(this.#calls).map(([at, call]) => [at, renaming.call(call)]));
    this.#served = this.#served.map(each => renamedOperation(each, renaming));
    this.#said.rename(renaming);
  }

  #assembled(): OpenApiDescription {
    const { document, resolver, sites, met } = this.#ground;
    const own = this.#withOwnFields();
    for (const misplaced of this.#said.misplaced(this.#left, met, at => resolver.follow(`#${at.pointer}`, at)?.value))
      this.#report(misplaced);
    if (own.definitions.length > manyTypes) this.#report(manyTypesNote(own.definitions.length, document));
    if (sites.length === 0 && this.#fields.Subscription.length === 0) this.#report(nothingToCall(document));
    const { annotations } = this.#said;
    const places = this.#builder.places.types();
    const failures = { ...finish(this.#hidden?.drafts() ?? []).types, ...this.#hidden?.places.types() };
    const tables = Object.entries({ failures, places }).filter(([, table]) => Object.keys(table).length > 0);
    const blueprint = {
      typeDefs: typeDefsOf(this.#fields, own.definitions),
      calls: this.#calls,
      model: { types: own.types, ...Object.fromEntries(tables) },
      ...(annotations.length > 0 ? { annotations } : {}),
      ...(this.#source.options.namespace === 'TAG' ? { groups: tagGroups(this.#ground, this.#served) } : {}),
      ...own.blueprint,
    };
    return { blueprint, operations: { total: sites.length, imported: this.#imported } };
  }

  #isIncluded(name: string): boolean {
    const { include, exclude } = this.#source.options.operations;
    return matchesAny(name, include) && !matchesAny(name, exclude);
  }

  #operation(site: OperationSite): void {
    const name = this.#ground.nameOf(site);
    if (!this.#isIncluded(name)) {
      this.#report(excluded(name, site));
      this.#left.push(site.operation);
      return;
    }
    const { version } = this.#ground.document;
    const { envelope: enveloped } = this.#source.options;
    const operation = this.#ground.operation(site);
    const { credentials, keys } = this.#security.of(site);
    const typeName = this.#ground.operationTypes.nameOf(site);
    const args = this.#arguments.describe(site, operation, typeName, keys);
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
    for (const schema of schemas) speakOfField(at, schema, value, this.#builder);
    this.#fields[root].push(definition);
    this.#calls[at] = call;
  }

  /** What the backend sends by itself. */
  #inbound(): void {
    const inbound = new InboundFields(
      {
        document: this.#ground.document,
        resolver: this.#ground.resolver,
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
    for (const field of finished.cut) this.#report(longChain(field, this.#ground.document));
    const own = withOwnFields(finished, {
      operations: this.#served,
      resolver: this.#ground.resolver,
      naming: fieldNaming(this.#source.options),
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
