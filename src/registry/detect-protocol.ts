import type { Adapter } from '../adapter/adapter.ts';
import { type Checked, checked, refused } from '../base/checked.ts';
import type { DocumentReader } from '../source/reader.ts';

/** The protocols, by name; each is loaded when it is first needed. */
export type Adapters = Readonly<Record<string, () => Promise<Adapter>>>;

/** Which protocol's document is this? The first adapter that recognises it, in the order of the table; of a folder, its first file. */
export async function detectProtocol(
  document: string,
  reader: DocumentReader,
  adapters: Adapters,
): Promise<Checked<string>> {
  const sample = await sampleOf(document, reader);
  if (!sample.ok) return sample;
  const { text, address } = sample.value;
  if (text.trim() === '') {
    const message = 'The document is empty.';
    return refused({
      severity: 'error',
      code: 'DOCUMENT_INVALID',
      message,
      at: [address],
      hint: 'is it the right file?',
    });
  }
  for (const [protocol, load] of Object.entries(adapters)) {
    if ((await load()).recognises(text, address)) return checked(protocol);
  }
  return refused({
    severity: 'error',
    code: 'PROTOCOL_UNKNOWN',
    message: `This is no document of a protocol that is known: ${Object.keys(adapters).join(', ')}.`,
    at: [address],
    hint: 'is it the right file? If so, name its protocol',
  });
}

async function sampleOf(document: string, reader: DocumentReader) {
  if (!(await reader.isFolder(document))) return reader.read(document);
  for (const extension of ['.proto', '.graphql', '.graphqls', '.gql']) {
    const files = await reader.list(document, extension);
    if (!files.ok) return files;
    const [first] = files.value;
    if (first !== undefined) return reader.read(first);
  }
  return refused({
    severity: 'error',
    code: 'PROTOCOL_UNKNOWN',
    message: 'The folder holds neither .proto nor .graphql files.',
    at: [document],
    hint: 'name the file of an OpenAPI or WSDL document, not its folder',
  });
}
