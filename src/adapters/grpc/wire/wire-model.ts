import { createFileRegistry, createRegistry, type FileRegistry, fromBinary, type Registry } from '@bufbuild/protobuf';
import * as wellKnown from '@bufbuild/protobuf/wkt';
import type { GrpcModel } from '../call.ts';
import { Members } from '../describe/members.ts';

/** What values are coded by: the model of a blueprint, read once. */
export interface WireModel {
  readonly registry: FileRegistry;
  /** What an Any may hold: the document's messages, and those that protoc brings along. */
  readonly known: () => Registry;
  readonly members: Members;
  /** By the full names of oneofs' members; undefined: members are fields of their own. */
  readonly unions: GrpcModel['unions'];
  /** Are NaN and the infinities texts? Otherwise they are errors. */
  readonly keepsNonFinite: boolean;
}

export function readModel(model: GrpcModel): WireModel {
  const set = fromBinary(wellKnown.FileDescriptorSetSchema, Buffer.from(model.descriptorSet, 'base64'));
  const registry = createFileRegistry(set);
  let known: Registry | undefined;
  return {
    registry,
    known: () => {
      known ??= createRegistry(...wellKnownFiles(), registry); // what stands later goes before
      return known;
    },
    members: new Members(registry, model.extensions === true),
    unions: model.unions,
    keepsNonFinite: model.nonFinite === 'TEXT',
  };
}

function wellKnownFiles() {
  return Object.values(wellKnown).flatMap(declared =>
    'kind' in declared && declared.kind === 'file' ? [declared] : [],
  );
}
