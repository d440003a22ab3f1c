import { isDeepStrictEqual } from 'node:util';
import { type Document, isMap, isScalar, type Pair, parse, parseDocument, stringify, type YAMLMap } from 'yaml';

/** A source as it is written into `selvage.yaml`. */
export type SourceEntry = Readonly<Record<string, string | boolean>>;

/**
 * The configuration's text with one more source. All else stays as it is, byte for byte: comments, order, indentation. Only where
 * `sources` is written in a way that nothing can be put behind (`{ … }`), the text is written anew, comments kept.
 */
export function insertSource(text: string, name: string, entry: SourceEntry): string {
  const document = parseDocument(text);
  const inserted = insertText(text, document, name, entry);
  if (inserted !== undefined && isWhatWasMeant(text, inserted, name, entry)) return inserted;
  document.setIn(['sources', name], document.createNode(entry));
  return document.toString({ lineWidth: 0 });
}

/** The lines of one source. */
export function sourceLines(name: string, entry: SourceEntry, indent = '  '): string {
  return stringify({ [name]: entry }, { lineWidth: 0 }).replace(/^(?=.)/gm, indent);
}

function insertText(text: string, document: Document, name: string, entry: SourceEntry): string | undefined {
  const separated = text === '' || text.endsWith('\n') ? text : `${text}\n`;
  const pair = isMap(document.contents) ? pairOf(document.contents, 'sources') : undefined;
  if (!pair)
    return document.contents === null || isMap(document.contents)
      ? `${separated}sources:\n${sourceLines(name, entry)}`
      : undefined;
  if (!isMap(pair.value))
    return isEmpty(pair) ? insertAt(separated, lineAfter(separated, endOf(pair)), sourceLines(name, entry)) : undefined;
  if (pair.value.flow) return undefined;
  const last = pair.value.items.at(-1);
  const first = pair.value.items[0];
  if (!last || !first) return undefined;
  const start = startOf(first);
  const indent = separated.slice(separated.lastIndexOf('\n', start - 1) + 1, start);
  return insertAt(separated, lineAfter(separated, endOf(last)), sourceLines(name, entry, indent));
}

function pairOf(map: YAMLMap, key: string): Pair | undefined {
  return map.items.find(item => isScalar(item.key) && item.key.value === key);
}

function isEmpty({ value }: Pair): boolean {
  return value === null || (isScalar(value) && value.value === null);
}

function startOf({ key }: Pair): number {
  return (isScalar(key) ? key.range?.[0] : undefined) ?? 0;
}

function endOf(pair: Pair): number {
  const { key, value } = pair as Pair<{ range?: number[] | null }, { range?: number[] | null } | null>; // a parsed pair holds nodes
  return Math.max(key.range?.[1] ?? 0, value?.range?.[1] ?? 0);
}

/** Where the line after a position begins. A block scalar ends with its line. */
function lineAfter(text: string, position: number): number {
  if (text[position - 1] === '\n') return position;
  const end = text.indexOf('\n', position);
  return end < 0 ? text.length : end + 1;
}

function insertAt(text: string, position: number, lines: string): string {
  return text.slice(0, position) + lines + text.slice(position);
}

function isWhatWasMeant(before: string, after: string, name: string, entry: SourceEntry): boolean {
  try {
    const was = (parse(before) ?? {}) as { sources?: object | null }; // the caller has checked that it is a configuration
    return isDeepStrictEqual(parse(after), { ...was, sources: { ...was.sources, [name]: entry } });
  } catch {
    return false;
  }
}
