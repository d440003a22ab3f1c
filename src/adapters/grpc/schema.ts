import { clone, create, createFileRegistry, type DescMethod, type FileRegistry, toBinary } from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema, type FileDescriptorSet, FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { type DefinitionNode, type FieldDefinitionNode, Kind } from 'graphql';
import type { Description } from '../../adapter/adapter.ts';
import { field, named, objectType } from '../../adapter/definitions.ts';
import { type Checked, checked } from '../../base/checked.ts';
import { type Coordinate, coordinate } from '../../base/coordinate.ts';
import type { Diagnostic } from '../../base/diagnostic.ts';
import { matchesAny } from '../../base/glob.ts';
import type { Source } from '../../source/source.ts';
import { saysItReads, soundsLikeReading } from './annotations.ts';
import type { GrpcCall, GrpcModel } from './call.ts';
import type { GrpcDocument } from './document.ts';
import { isMessageSet, Members } from './members.ts';
import { readMaskOf } from './read-mask.ts';
import { SchemaTypes } from './schema-types.ts';
import { rootFieldNames } from './type-names.ts';

interface Operation {
  readonly method: DescMethod;
  readonly name: string;
  readonly root: 'Query' | 'Mutation';
}

/** Descriptors as a blueprint: one root field for each unary method that the source takes; every other method has a diagnostic. */
export function describe(document: GrpcDocument, source: Source): Checked<Description<GrpcCall, GrpcModel>> {
  const registry = createFileRegistry(document.set);
  const methods = document.services.flatMap(name => registry.getService(name)?.methods ?? []);
  const diagnostics: Diagnostic[] = [];
  const operations = operationsOf(methods, document.address, source, diagnostics);
  const { oneofs, nonFinite, extensions, fieldMask } = source.options;
  const members = new Members(registry, extensions);
  const types = new SchemaTypes(
    { members, oneofs, nonFinite },
    new Set(operations.map(({ method }) => method.input)),
    new Set(operations.map(({ method }) => method.output)),
    document.comments,
  );
  const calls: Record<Coordinate, GrpcCall> = {};
  const roots: Record<Operation['root'], FieldDefinitionNode[]> = { Query: [], Mutation: [] };
  for (const { method, name, root } of operations) {
    const { parent: service, input, output } = method;
    const remarks = types.remarks(`${service.typeName}.${method.name}`, method.deprecated || service.deprecated);
    roots[root].push(field(name, types.result(output), remarks, types.args(input)));
    const at = [document.address, addressOf(method)];
    const mask = fieldMask === 'FROM_SELECTION' ? readMaskOf(method, members, at, diagnostics) : undefined;
    calls[coordinate(root, name)] = {
      operation: name,
      path: `/${addressOf(method)}`,
      input: input.typeName,
      output: output.typeName,
      ...(mask ? { mask } : {}),
    };
  }
  if (methods.length + document.lostMethods === 0) {
    const message = 'No service with methods is declared, so there is nothing to call.';
    diagnostics.push({ severity: 'warning', code: 'DOCUMENT_INVALID', message, at: [document.address] });
  }
  diagnostics.push(...untoldExtensions(registry, types, document.address, extensions));
  // GraphQL 3.3.1: there must be a Query; the composer leaves this field out.
  if (roots.Query.length === 0) roots.Query.push(field('_empty', named('Boolean')));
  const definitions: DefinitionNode[] = [objectType('Query', roots.Query)];
  if (roots.Mutation.length > 0) definitions.push(objectType('Mutation', roots.Mutation));
  definitions.push(...types.definitions());
  const unions = types.unionTypes();
  const model: GrpcModel = {
    descriptorSet: Buffer.from(toBinary(FileDescriptorSetSchema, bare(document.set))).toString('base64'),
    ...(extensions ? { extensions } : {}),
    ...(unions ? { unions } : {}),
    ...(nonFinite === 'TEXT' ? { nonFinite } : {}),
  };
  return checked(
    {
      blueprint: { typeDefs: { kind: Kind.DOCUMENT, definitions }, calls, model, projects: true },
      operations: { total: methods.length + document.lostMethods, imported: operations.length },
    },
    diagnostics,
  );
}

function operationsOf(
  methods: readonly DescMethod[],
  address: string,
  source: Source,
  diagnostics: Diagnostic[],
): Operation[] {
  const { include, exclude } = source.options.operations;
  const names = rootFieldNames(
    methods.map(method => ({ key: addressOf(method), service: method.parent.typeName, method: method.name })),
  );
  return methods.flatMap(method => {
    const at = [address, addressOf(method)];
    const name = names.get(addressOf(method))!;
    if (!matchesAny(name, include) || matchesAny(name, exclude)) {
      diagnostics.push({
        severity: 'note',
        code: 'OPERATION_EXCLUDED',
        message: `"${name}" is left out by the source's options.`,
        at,
      });
      return [];
    }
    if (method.methodKind !== 'unary') {
      const kind = method.methodKind.replace('_', ' ').replace('bidi', 'bidirectional');
      diagnostics.push({
        severity: 'warning',
        code: 'OPERATION_NOT_SUPPORTED',
        message: `${kind} calls are not supported yet.`,
        at,
      });
      return [];
    }
    return [{ method, name, root: rootOf(method, name, source, at, diagnostics) }];
  });
}

function rootOf(
  method: DescMethod,
  name: string,
  source: Source,
  at: readonly string[],
  diagnostics: Diagnostic[],
): Operation['root'] {
  if (matchesAny(name, source.options.queries) || saysItReads(method)) return 'Query';
  if (!soundsLikeReading(method)) return 'Mutation';
  diagnostics.push({
    severity: 'note',
    code: 'OPERATION_KIND_GUESSED',
    message: `"${name}" is taken for a query, by its name.`,
    at,
    hint: 'Set "idempotency_level = NO_SIDE_EFFECTS" in the .proto file, or list it under "queries".',
  });
  return 'Query';
}

/** Extensions of what is in the schema that are no fields there: their values are passed over like unknown fields. */
function untoldExtensions(registry: FileRegistry, types: SchemaTypes, address: string, taken: boolean): Diagnostic[] {
  return [...registry].flatMap((desc): Diagnostic[] => {
    if (desc.kind !== 'extension' || !types.has(desc.extendee)) return [];
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

/** `pkg.Service/Method` */
function addressOf(method: DescMethod): string {
  return `${method.parent.typeName}/${method.name}`;
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
