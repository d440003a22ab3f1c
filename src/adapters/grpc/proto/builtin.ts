import * as wellKnown from '@bufbuild/protobuf/wkt';
import type { ParsedFile } from './declared-file.ts';
import { googleApi } from './google-api.ts';
import { parseProto } from './parser.ts';

/** The files that protoc brings along, by the path they are imported under. */
export const wellKnownFiles: ReadonlyMap<string, wellKnown.FileDescriptorProto> = new Map(
  Object.values(wellKnown).flatMap(declared =>
    'kind' in declared && declared.kind === 'file' ? [[declared.proto.name, declared.proto] as const] : [],
  ),
);

/** Files of googleapis, for trees that import but do not hold them. */
export function bundledFile(path: string): ParsedFile | undefined {
  const text = googleApi.get(path);
  return text === undefined ? undefined : parseProto(text, path);
}
