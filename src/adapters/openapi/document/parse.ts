import { CORE_SCHEMA, type LoadOptions, load as parseYaml, Type, YAMLException } from 'js-yaml';
import { type Checked, checked, refused } from '../../../base/checked.ts';
import type { SourceText } from '../../../source/reader.ts';

/** YAML 1.2's core schema, so that dates stay strings; with the merge keys of 1.1 that many documents use. */
const merge = new Type('tag:yaml.org,2002:merge', { kind: 'scalar', resolve: data => data === '<<' || data === null });
/** What YAML 1.1 has tags for, and JSON no types: the text as it is written. */
const texts = ['binary', 'timestamp'].map(name => new Type(`tag:yaml.org,2002:${name}`, { kind: 'scalar' }));
const schema = CORE_SCHEMA.extend({ implicit: [merge], explicit: texts });

/**
 * JSON or YAML as data. Both make `__proto__` an ordinary own key, and YAML's aliases share one object, so that neither can do more than
 * its size allows.
 */
export function parseText(source: SourceText): Checked<unknown> {
  const text = source.text.replace(/^\uFEFF/, '');
  if (/^\s*[{[]/.test(text)) {
    try {
      return checked(JSON.parse(text));
    } catch {
      // YAML's flow style looks like JSON; what is neither, YAML reports with a line.
    }
  }
  try {
    // js-yaml bounds how many keys merges may copy. That bound is the document's own size here: its types do not know it.
    const options: LoadOptions & { readonly maxTotalMergeKeys: number } = {
      schema,
      json: true,
      maxTotalMergeKeys: Math.max(10_000, text.length),
    };
    return checked(parseYaml(text, options));
  } catch (error) {
    return refused({
      severity: 'error',
      code: 'DOCUMENT_SYNTAX',
      message: `The document is neither JSON nor YAML: ${reasonOf(error)}.`,
      at: [error instanceof YAMLException ? placeOf(source.address, error) : source.address],
      hint:
        error instanceof YAMLException && !isMarked(error)
          ? 'Leave one document in the file.'
          : 'Correct the syntax there.',
    });
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof YAMLException) return error.reason;
  return error instanceof RangeError ? 'it is nested too deeply' : 'it cannot be read';
}

function placeOf(address: string, error: YAMLException): string {
  return isMarked(error) ? `${address}:${error.mark.line + 1}:${error.mark.column + 1}` : address;
}

/** Its types promise a mark; that a file has several documents is told without. */
function isMarked({ mark }: Partial<YAMLException>): boolean {
  return mark !== undefined;
}
