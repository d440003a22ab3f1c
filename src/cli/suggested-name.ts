import { type LoadedSource, readerOf } from '../registry/load-source.ts';
import { sourceName } from './source-name.ts';

/** What a source is called that was given no name: `selvage add` writes it so. */
export async function suggestedName({ source }: Pick<LoadedSource, 'source'>, pointedAt: string): Promise<string> {
  const read = source.document === undefined ? undefined : await readerOf(source).read(source.document);
  return sourceName(source.protocol, read?.ok ? read.value.text : '', source.document ?? source.endpoint ?? pointedAt);
}
