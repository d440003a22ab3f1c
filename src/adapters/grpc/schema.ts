import { clone, create, createFileRegistry, type DescMethod, type FileRegistry, toBinary } from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema, type FileDescriptorSet, FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import {
  type DefinitionNode,
  type FieldDefinitionNode,
  type InputValueDefinitionNode,
  Kind,
  type TypeNode,
} from 'graphql';
import type { Description } from '../../adapter/adapter.ts';
import { field, named, objectType } from '../../adapter/definitions.ts';
import { type Checked, checked } from '../../base/checked.ts';
import { type Coordinate, coordinate } from '../../base/coordinate.ts';
import type { Diagnostic } from '../../base/diagnostic.ts';
import type { Source } from '../../source/source.ts';
import type { GrpcCall, GrpcModel, ReadMask } from './call.ts';
import { serviceConfigDiagnostics } from './calls/service-config.ts';
import { isMessageSet, Members } from './describe/members.ts';
import { addressOf, type Operation, operationsOf } from './describe/operations.ts';
import { readMaskOf } from './describe/read-mask.ts';
import { SchemaTypes } from './describe/schema-types.ts';
import { TypeTable } from './describe/type-table.ts';
import type { GrpcDocument } from './descriptors/document.ts';

type Roots = Record<Operation['root'], FieldDefinitionNode[]>;

/** Descriptors as a blueprint: a root field for each method that the source takes; every other method has a diagnostic. */
export function describe(document: GrpcDocument, source: Source): Checked<Description<GrpcCall, GrpcModel>> {
  const registry = createFileRegistry(document.set);
  const methods = document.services.flatMap(name => registry.getService(name)?.methods ?? []);
  const diagnostics: Diagnostic[] = [];
  const operations = operationsOf(methods, document.address, source, diagnostics);
  const { oneofs, nonFinite, extensions, fieldMask } = source.options;
  const members = new Members(registry, extensions);
  const telling = { members, oneofs, nonFinite, comments: document.comments };
  const table = new TypeTable(
    telling,
    new Set(operations.flatMap(({ method }) => (sendsMany(method) ? [] : [method.input]))),
    new Set(operations.map(({ method }) => method.output)),
    new Set(operations.flatMap(({ method }) => (sendsMany(method) ? [method.input] : []))),
  );
  const types = new SchemaTypes(telling, table);
  const calls: Record<Coordinate, GrpcCall> = {};
  const roots: Roots = { Query: [], Mutation: [], Subscription: [] };
  for (const operation of operations) {
    const { method, name, root } = operation;
    const { parent: service } = method;
    const description = document.comments.get(`${service.typeName}.${method.name}`);
    const remarks = { description, deprecated: method.deprecated || service.deprecated };
    roots[root].push(field(name, resultOf(operation, types), remarks, argumentsOf(operation, types)));
    const masks = fieldMask === 'FROM_SELECTION' && !sendsMany(method);
    const at = [document.address, addressOf(method)];
    calls[coordinate(root, name)] = callOf(operation, masks ? readMaskOf(method, members, at, diagnostics) : undefined);
  }
  if (methods.length + document.lostMethods === 0) {
    const message = 'No service with methods is declared, so there is nothing to call.';
    diagnostics.push({ severity: 'warning', code: 'DOCUMENT_INVALID', message, at: [document.address] });
  }
  const { serviceConfig } = source.options;
  if (serviceConfig)
    diagnostics.push(...serviceConfigDiagnostics(serviceConfig, Object.values(calls), document.address));
  diagnostics.push(...untoldExtensions(registry, table, document.address, extensions));
  const definitions = [...rootTypes(roots), ...types.definitions()];
  const unions = table.unionTypes();
  const model: GrpcModel = {
    descriptorSet: Buffer.from(toBinary(FileDescriptorSetSchema, bare(document.set))).toString('base64'),
    ...(extensions ? { extensions } : {}),
    ...(unions ? { unions } : {}),
    ...(nonFinite === 'TEXT' ? { nonFinite } : {}),
  };
  return checked(
    {
      blueprint: { typeDefs: { kind: Kind.DOCUMENT, definitions }, calls, model, projects: true },
      ...(document.fingerprint === undefined ? {} : { fingerprint: document.fingerprint }),
      operations: {
        total: methods.length + document.lostMethods,
        imported: new Set(operations.map(({ method }) => method)).size,
      },
    },
    diagnostics,
  );
}

/** GraphQL 3.3.1: there must be a Query; the composer leaves its field out. */
function rootTypes(roots: Roots): DefinitionNode[] {
  const query = roots.Query.length > 0 ? roots.Query : [field('_empty', named('Boolean'))];
  const others = (['Mutation', 'Subscription'] as const).filter(root => roots[root].length > 0);
  return [objectType('Query', query), ...others.map(root => objectType(root, roots[root]))];
}

function argumentsOf({ method }: Operation, types: SchemaTypes): InputValueDefinitionNode[] {
  return sendsMany(method) ? types.argsOfMany(method.input) : types.args(method.input);
}

function resultOf({ method, collects }: Operation, types: SchemaTypes): TypeNode {
  return collects === undefined ? types.result(method.output) : types.resultList(method.output);
}

function callOf({ method, name, collects, idempotent }: Operation, mask: ReadMask | undefined): GrpcCall {
  return {
    operation: name,
    path: `/${addressOf(method)}`,
    input: method.input.typeName,
    output: method.output.typeName,
    ...(mask ? { mask } : {}),
    ...(sendsMany(method) ? { sendsMany: true } : {}),
    ...(collects === undefined ? {} : { collects }),
    ...(idempotent ? { idempotent } : {}),
  };
}

function sendsMany({ methodKind }: DescMethod): boolean {
  return methodKind === 'client_streaming' || methodKind === 'bidi_streaming';
}

/** Extensions of what is in the schema that are no fields there: their values are passed over like unknown fields. */
function untoldExtensions(registry: FileRegistry, table: TypeTable, address: string, taken: boolean): Diagnostic[] {
  return [...registry].flatMap((desc): Diagnostic[] => {
    if (desc.kind !== 'extension' || !table.has(desc.extendee)) return [];
    const at = [address, desc.typeName];
    const message = `The extension "${desc.name}" is left out of ${desc.extendee.typeName}.`;
    if (!taken) {
      return [{ severity: 'note', code: 'CONSTRUCT_NOT_SUPPORTED', message, at, hint: 'set extensions: true' }];
    }
    if (!isMessageSet(desc.extendee)) return [];
    const reason = `${message.slice(0, -1)}, which is a message set.`;
    return [{ severity: 'note', code: 'CONSTRUCT_NOT_SUPPORTED', message: reason, at }];
  });
}

/** Without comments: they are in the SDL. */
function bare(set: FileDescriptorSet): FileDescriptorSet {
  const file = set.file.map(descriptor => {
    if (descriptor.sourceCodeInfo === undefined) return descriptor;
    const copy = clone(FileDescriptorProtoSchema, descriptor);
    delete copy.sourceCodeInfo;
    return copy;
  });
  return create(FileDescriptorSetSchema, { file });
}
