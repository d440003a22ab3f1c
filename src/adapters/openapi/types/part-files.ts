import { pascalName } from '../../../base/names.ts';
import type { Located } from '../document/document.ts';
import { child } from '../document/resolver.ts';
import { keywordsOf, type NormalForm } from '../schemas/normal-form.ts';
import { typesOf } from '../schemas/scalar-shapes.ts';
import { isBinary, isBinaryPart } from './binary.ts';
import type { Manner, PartManner } from './manner.ts';

/** Alternatives and lists in one another, beyond which no file is looked for. */
const maxDepth = 5;

/** Where a body of parts has files, by the ways there: what makes its type another than the same schema's in JSON. */
function filesOf(schema: Located, part: PartManner, normal: NormalForm, depth = 0): readonly string[] {
  const { schema: reduced } = normal.reduce(schema);
  const keywords = keywordsOf(reduced);
  if (part.files === 'parts' || (part.files === 'nested' && typesOf(keywords)[0] === 'object'))
    return propertiesOf(reduced, normal).flatMap(([wire, property]) =>
      filesOf(property, part.parts?.get(wire) ?? { files: 'part' }, normal).map(way => `${wire}${way}`),
    );
  if (isBinaryPart(keywords, part.files)) return [''];
  if (depth === maxDepth) return [];
  const items = child(reduced, 'items');
  if (items && typesOf(keywords)[0] === 'array')
    return filesOf(items, part, normal, depth + 1).map(way => (way === '' ? way : `.${way}`));
  const branches = normal.alternatives(reduced);
  if (branches.some(branch => filesOf(branch, part, normal, depth + 1).length > 0)) return [''];
  const isOfOneOrMany = branches.length > 1 && branches.some(branch => isList(branch, normal));
  return isOfOneOrMany ? ['[]'] : []; // of one or several, a body of parts makes a list
}

/** Properties that are bytes wherever the schema is used. */
function bytesIn(schema: Located, normal: NormalForm): readonly string[] {
  return propertiesOf(schema, normal).flatMap(([wire, property]) => (isOfBytes(property, normal, 0) ? [wire] : []));
}

function isOfBytes(schema: Located, normal: NormalForm, depth: number): boolean {
  const { schema: reduced } = normal.reduce(schema);
  if (isBinary(keywordsOf(reduced))) return true;
  if (depth === maxDepth) return false;
  const items = child(reduced, 'items');
  if (items) return isOfBytes(items, normal, depth + 1);
  return normal.alternatives(reduced).some(branch => isOfBytes(branch, normal, depth + 1));
}

function propertiesOf(schema: Located, normal: NormalForm): readonly (readonly [string, Located])[] {
  return [...normal.flatten(schema).properties];
}

function isList(schema: Located, normal: NormalForm): boolean {
  return typesOf(keywordsOf(normal.reduce(schema).schema))[0] === 'array';
}

/** What tells a reading of a schema as parts from others: equal keys are equal types. Undefined where it has no files: it is as it always is. */
export function partsKey(schema: Located, { files = 'parts', parts }: Manner, normal: NormalForm): string | undefined {
  const found = filesOf(schema, parts ? { files, parts } : { files }, normal);
  return found.length > 0 ? JSON.stringify([...found].sort()) : undefined;
}

/**
 * What is added to the name of a schema that several may use, where it is read otherwise than it usually is: so neither reading is called
 * after which of them was met first. As parts, its bytes are files; as anything else (`Json`) they are text; and the body's encodings can make
 * files of others.
 */
export function variantOf(schema: Located, manner: Manner, normal: NormalForm): string {
  const bytes = bytesIn(schema, normal);
  if (manner.files !== 'parts') return bytes.length > 0 ? 'Json' : '';
  const files = filesOf(schema, manner.parts ? { files: 'parts', parts: manner.parts } : { files: 'parts' }, normal);
  const more = files.filter(way => !bytes.includes(way));
  const fewer = bytes.filter(way => !files.some(file => file === way || file.startsWith(`${way}.`)));
  const spoken = (word: string, ways: readonly string[]) =>
    [...ways].sort().map(way => `${word}${pascalName(way.replace('[]', ' list'))}`);
  return [...spoken('With', more), ...spoken('Without', fewer)].join('');
}
