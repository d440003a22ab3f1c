import type { DescriptorProto, FileDescriptorProto } from '@bufbuild/protobuf/wkt';
import type { ReflectionClient } from './reflection-client.ts';

/** What a reflection client is asked of extensions. */
type Asking = Pick<ReflectionClient, 'extensionNumbers' | 'fileOfExtension'>;

/**
 * Asks for the files of extensions that no service's file imports, until they bring nothing to extend that was not asked for. `files` grows by
 * what `add` takes. A server need not know the questions.
 */
export async function addExtensions(
  client: Asking,
  files: ReadonlyMap<string, FileDescriptorProto>,
  add: (found: readonly Uint8Array[]) => Promise<void>,
): Promise<void> {
  const asked = new Set<string>();
  const next = () => [...files.values()].flatMap(extendable).filter(type => !asked.has(type));
  for (let types = next(); types.length > 0; types = next()) {
    for (const type of types) {
      asked.add(type);
      for (const number of (await client.extensionNumbers(type)) ?? []) {
        if (isDeclared(files, type, number)) continue;
        const found = await client.fileOfExtension(type, number);
        if (found) await add(found);
      }
    }
  }
}

/** The full names of the messages of a file that have room for extensions. */
function extendable({ package: name, messageType }: FileDescriptorProto): string[] {
  return messageType.flatMap(message => extendableIn(message, name));
}

function extendableIn({ name, extensionRange, nestedType }: DescriptorProto, scope: string): string[] {
  const full = scope === '' ? name : `${scope}.${name}`;
  const nested = nestedType.flatMap(message => extendableIn(message, full));
  return extensionRange.length > 0 ? [full, ...nested] : nested;
}

function isDeclared(files: ReadonlyMap<string, FileDescriptorProto>, type: string, number: number): boolean {
  const isThat = (field: { extendee: string; number: number }) =>
    field.number === number && field.extendee === `.${type}`;
  const isIn = ({ extension, nestedType }: DescriptorProto): boolean => extension.some(isThat) || nestedType.some(isIn);
  return [...files.values()].some(({ extension, messageType }) => extension.some(isThat) || messageType.some(isIn));
}
