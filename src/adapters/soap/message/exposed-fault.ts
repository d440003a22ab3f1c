import type { Secrets } from '../../../adapter/secrets.ts';
import type { XmlElement } from '../../../adapter/xml/tree.ts';
import { isRecord } from '../../../base/json.ts';
import type { QName } from '../qname.ts';

/** What of a fault clients may see beside its standard code. */
export interface ExposedFault {
  /** In the backend's words, in one line; absent where it has none. */
  readonly message?: string;
  /** The backend's own code, then its subcodes. */
  readonly codes: readonly QName[];
  readonly body?: unknown;
}

/** What of faults a source exposes. */
export interface FaultExposure {
  readonly secrets: Secrets;
  /** The value of an entry of the detail, with errors where it is none; undefined where the document does not declare it. */
  readonly read?: (entry: XmlElement) => { readonly name: string; readonly value: unknown } | undefined;
}

const mostOfMessage = 300;
/** Of JSON. */
const mostShown = 4 * 1024;

export function exposedFault(
  said: { readonly codes: readonly QName[]; readonly string: string; readonly entries: readonly XmlElement[] },
  { secrets, read }: FaultExposure,
): ExposedFault {
  const line = secrets
    .without(said.string)
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();
  const message = line.length > mostOfMessage ? `${line.slice(0, mostOfMessage)}…` : line;
  const body = read && bodyOf(said.entries, read, secrets);
  return {
    ...(message === '' ? {} : { message }),
    codes: secrets.without(said.codes),
    ...(body === undefined ? {} : { body }),
  };
}

/** Entries by their names; undefined where nothing of them is declared, or it is too much. */
function bodyOf(entries: readonly XmlElement[], read: NonNullable<FaultExposure['read']>, secrets: Secrets): unknown {
  const values = entries.flatMap(entry => read(entry) ?? []).map(({ name, value }) => [name, plain(value)] as const);
  if (values.length === 0) return undefined;
  const body = secrets.without(Object.fromEntries(values));
  return Buffer.byteLength(JSON.stringify(body)) > mostShown ? undefined : body;
}

/** What is no value is none to be seen. */
function plain(value: unknown): unknown {
  if (value instanceof Error) return null;
  if (Array.isArray(value)) return value.map(plain);
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, plain(each)]));
}
