import { isRecord } from '../base/json.ts';
import { type Asked, isReference, type Reference, readReference, referred, unescaped } from '../base/reference.ts';
import type { SourceOptions } from '../source/source.ts';

type Written = SourceOptions['headers'];

/** A source's own headers, names in lower case: what is known, and what a request says. */
interface OwnHeaders {
  readonly known: Readonly<Record<string, string>>;
  readonly read: readonly (readonly [name: string, reference: Reference])[];
}

const compiled = new WeakMap<Written, OwnHeaders>();

/** Those that are the same for every request. */
export function knownHeaders(written: Written): Readonly<Record<string, string>> {
  return ownHeaders(written).known;
}

/**
 * Adds them to `headers`, what they read filled in. What a request does not say, or what no header can carry, is left out: nothing of it can
 * end a line or begin another header. `isBinary`: does a header of this name carry bytes, in base64? Then a text of any kind does.
 */
export function addOwnHeaders(
  headers: Record<string, string>,
  written: Written,
  asked: Asked,
  isBinary?: (name: string) => boolean,
): void {
  const { known, read } = ownHeaders(written);
  Object.assign(headers, known);
  for (const [name, reference] of read) {
    const text = textOf(referred(reference, asked, {}));
    if (text === undefined) continue;
    // A header that is passed on has its bytes in base64 already.
    if (reference.kind !== 'header' && isBinary?.(name)) headers[name] = Buffer.from(text, 'utf8').toString('base64');
    else if (fieldValue.test(text)) headers[name] = text;
  }
}

/** Do they pass on what the client says of who he is? */
export function readsIdentity(written: Written): boolean {
  return ownHeaders(written).read.some(
    ([, reference]) =>
      reference.kind === 'header' && (reference.name === 'authorization' || reference.name === 'cookie'),
  );
}

/** RFC 9110, 5.5. */
const fieldValue = /^[\t\x20-\x7e\x80-\xff]*$/;

function ownHeaders(written: Written): OwnHeaders {
  const before = compiled.get(written);
  if (before) return before;
  const known: Record<string, string> = Object.create(null);
  const read: [string, Reference][] = [];
  for (const [name, value] of Object.entries(written)) {
    const reference = isReference(value) ? readReference(value) : undefined;
    if (reference && reference.kind !== 'args') read.push([name.toLowerCase(), reference]);
    else known[name.toLowerCase()] = unescaped(value);
  }
  const headers = { known, read };
  compiled.set(written, headers);
  return headers;
}

/** Of scopes and other lists of values: with spaces between (RFC 6749, 3.3). Undefined where it is no text. */
function textOf(value: unknown): string | undefined {
  if (Array.isArray(value))
    return value.some(item => isRecord(item) || Array.isArray(item)) ? undefined : value.join(' ');
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}
