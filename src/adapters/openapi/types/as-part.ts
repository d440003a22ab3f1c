import type { Located } from '../document/document.ts';
import { keywordsOf, type NormalForm } from '../schemas/normal-form.ts';
import { typesOf } from '../schemas/scalar-shapes.ts';
import type { Manner } from './manner.ts';
import { partsKey } from './part-files.ts';

/** A part that is an object is JSON, where no file can be, unless it has parts itself. What has no files as a part is as it always is. */
export function asPart(schema: Located, manner: Manner, normal: NormalForm): Manner {
  const { files } = manner;
  if (!files) return manner;
  const isWhole = isWholePart(schema, manner, normal);
  if (isWhole && files !== 'nested') return withoutFiles(manner);
  const part = isWhole ? { ...manner, files: 'parts' as const } : manner;
  return partsKey(schema, part, normal) === undefined ? withoutFiles(part) : part;
}

function isWholePart(schema: Located, { files }: Manner, normal: NormalForm): boolean {
  if (!files || files === 'parts') return false;
  const keywords = keywordsOf(schema);
  if (Object.hasOwn(keywords, 'allOf') || Object.hasOwn(keywords, '$ref')) {
    const flat = normal.flatten(schema);
    return flat.properties.size > 0 || flat.additional !== undefined;
  }
  return typesOf(keywords)[0] === 'object' && normal.alternatives(schema).length < 2;
}

function withoutFiles({ files: _, parts: __, ...manner }: Manner): Manner {
  return manner;
}
