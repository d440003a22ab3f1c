import { isRecord } from '../base/json.ts';

/** The request that was answered. */
interface SentRequest {
  /** Origin and path; absent where it was sent to no host. */
  readonly url?: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  /** Credentials that stand in the query, encoded. */
  readonly query: string;
  /** What else it was signed in with. Default: nothing. */
  readonly others?: readonly string[];
}

/** Headers that say nothing about who asks. */
const harmless: ReadonlySet<string> = new Set([
  'accept',
  'accept-encoding',
  'accept-language',
  'content-type',
  'user-agent',
  'x-request-id',
]);

/** Shorter texts are in everything. */
const leastLength = 4;

/** What must not leave in a backend's words, though it may repeat it there: what it was signed in with, what it was sent, and where it is. */
export class Secrets {
  readonly #texts: readonly string[];

  constructor({ url, headers, query, others = [] }: SentRequest) {
    const texts = new Set<string>();
    const add = (text: string | undefined) => {
      if (text === undefined || text.length < leastLength) return;
      texts.add(text);
      texts.add(encodeURIComponent(text));
      texts.add(JSON.stringify(text).slice(1, -1));
    };
    for (const [name, value] of Object.entries(headers))
      if (!harmless.has(name)) for (const part of partsOf(value)) add(part);
    for (const other of others) add(other);
    for (const value of new URLSearchParams(query).values()) add(value);
    if (url !== undefined) for (const text of placesOf(new URL(url))) add(text);
    this.#texts = [...texts].sort((one, other) => other.length - one.length);
  }

  /** Plain JSON without them, in keys as in values. */
  without<T>(value: T): T {
    return this.#without(value) as T; // text stays text, and everything else its kind
  }

  #without(value: unknown): unknown {
    if (typeof value === 'string')
      return this.#texts.reduce((text, secret) => text.replaceAll(secret, '[redacted]'), value);
    if (Array.isArray(value)) return value.map(item => this.#without(item));
    if (!isRecord(value)) return value;
    const record: Record<string, unknown> = Object.create(null);
    for (const [key, item] of Object.entries(value)) record[this.without(key)] = this.#without(item);
    return record;
  }
}

function placesOf({ origin, host, hostname }: URL): readonly string[] {
  return [origin, host, hostname];
}

/** The value as a whole, what stands behind a scheme, what Basic encodes, and the values of cookies. */
function partsOf(value: string): readonly string[] {
  const [, scheme, rest] = /^([A-Za-z-]+) +(\S.*)$/.exec(value) ?? [];
  const basic = scheme?.toLowerCase() === 'basic' && rest ? Buffer.from(rest, 'base64').toString('utf8') : undefined;
  const password = basic?.slice(basic.indexOf(':') + 1);
  const cookies = value.split(';').map(pair => pair.slice(pair.indexOf('=') + 1).trim());
  return [value, rest, basic, password, ...cookies].flatMap(part => part ?? []);
}
