import type { CallItem, Outcome } from '../../adapter/adapter.ts';
import type { CallObserver } from '../../adapter/call-observer.ts';
import type { HttpRequest, HttpResponse } from '../../adapter/http-client.ts';
import type { BodyPieces } from '../../adapter/piecewise-body.ts';
import type { Coordinate } from '../../base/coordinate.ts';
import { credentialHeaders } from '../../source/credential.ts';
import type { Credential, SchemeCredential, Source } from '../../source/source.ts';
import type { Origins } from '../../supergraph/origins.ts';
import { Mask } from './mask.ts';
import type { SecretName } from './secret-names.ts';

/** A batch that a source was asked: in GraphQL's terms, whatever its protocol. Masked. */
export interface CallTrace {
  readonly source: string;
  /** In the source's own names. */
  readonly call: Coordinate;
  /** By item; the outcome is there once it has come. */
  readonly items: { readonly args: unknown; outcome?: unknown }[];
  /** Items that are not told: there are too many. */
  readonly more?: number;
  milliseconds?: number;
}

/** An HTTP request to a backend and its answer, as they were on the wire but for decoding. Masked. */
export interface ExchangeTrace {
  readonly source: string;
  readonly request: {
    readonly method: string;
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body?: string;
  };
  response?: { readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly body: string };
  failure?: string;
  milliseconds?: number;
}

/** Of one request: more would only fill memory. Characters, calls (and exchanges), and items of a call. */
const maxText = 256 * 1024;
const maxCalls = 100;
const maxItems = 20;

/** Keeps what a request's calls asked and got. */
export class CallTraces implements CallObserver {
  readonly calls: CallTrace[] = [];
  readonly exchanges: ExchangeTrace[] = [];
  readonly #members: Origins['members'];
  readonly #isSecret: SecretName;
  readonly #theirs: readonly string[];
  readonly #masks = new Map<Source | undefined, Mask>();
  #left = maxText;

  /** `theirs`: the credentials that the client has sent. */
  constructor(members: Origins['members'], isSecret: SecretName, theirs: readonly string[]) {
    this.#members = members;
    this.#isSecret = isSecret;
    this.#theirs = theirs;
  }

  asked(subschema: object, at: Coordinate, items: readonly CallItem[]): (outcomes: readonly Outcome[]) => void {
    const member = this.#members.find(origin => origin.member.subschema === subschema)?.member;
    const mask = this.#maskOf(member?.source);
    const start = performance.now();
    const told = items.slice(0, maxItems);
    const trace: CallTrace = {
      source: member?.name ?? '',
      call: at,
      items: told.map(({ args }) => ({ args: this.#within(mask.value(args)) })),
      ...(items.length > told.length ? { more: items.length - told.length } : {}),
    };
    if (this.calls.length < maxCalls) this.calls.push(trace);
    return outcomes => {
      trace.milliseconds = since(start);
      for (const [index, item] of trace.items.entries()) {
        const outcome = outcomes[index];
        if (outcome) item.outcome = this.#within(mask.value('fault' in outcome ? outcome.fault : outcome.value));
      }
    };
  }

  sent(source: Source, request: HttpRequest): (came: HttpResponse | Error) => void {
    const mask = this.#maskOf(source);
    const start = performance.now();
    const { method, url, target = '', headers, body } = request;
    const trace: ExchangeTrace = {
      source: source.name,
      request: {
        method,
        url: this.#cut(mask.text(url + target)),
        headers: mask.headers(headers),
        ...(body === undefined ? {} : { body: this.#cut(textOf(body, mask)) }),
      },
    };
    if (this.exchanges.length < maxCalls) this.exchanges.push(trace);
    return came => {
      trace.milliseconds = since(start);
      if (came instanceof Error) trace.failure = mask.text(came.message);
      else {
        const answer = this.#cut(textOf(came.body, mask));
        trace.response = { status: came.status, headers: mask.headers(came.headers), body: answer };
      }
    };
  }

  #maskOf(source: Source | undefined): Mask {
    const known = this.#masks.get(source);
    if (known) return known;
    const mask = new Mask(this.#isSecret, [...this.#theirs, ...(source ? secretsOf(source, this.#isSecret) : [])]);
    this.#masks.set(source, mask);
    return mask;
  }

  /** What there is room for. */
  #cut(text: string): string {
    const kept = text.slice(0, this.#left);
    this.#left -= kept.length;
    return kept.length < text.length ? `${kept}…` : kept;
  }

  #within(value: unknown): unknown {
    const size = JSON.stringify(value)?.length ?? 0;
    if (size > this.#left) return '…';
    this.#left -= size;
    return value;
  }
}

/** What the gateway signs in with, and the headers of the configuration whose names say that they hold a secret. */
function secretsOf({ options: { credential, credentials, headers } }: Source, isSecret: SecretName): readonly string[] {
  const all = [...(credential ? [credential] : []), ...Object.values(credentials)];
  const named = Object.entries(headers).flatMap(([name, value]) => (isSecret(name) ? [value] : []));
  return [...named, ...all.flatMap(secretsOfCredential)];
}

function secretsOfCredential(credential: Credential | SchemeCredential): readonly string[] {
  if ('apiKey' in credential) {
    const { value } = credential.apiKey;
    return [value, value.replace(/^\w+ /, '')];
  }
  if ('ntlm' in credential) return [credential.ntlm.password];
  if ('wsse' in credential) return credential.wsse.password === undefined ? [] : [credential.wsse.password];
  const sent = Object.values(credentialHeaders(credential)).flatMap(value => [value, value.replace(/^\w+ /, '')]);
  return 'basic' in credential ? [...sent, credential.basic.password] : sent;
}

function textOf(body: string | Uint8Array | BodyPieces, mask: Mask): string {
  if (typeof body === 'string') return mask.text(body);
  if ('pieces' in body) return body.size === undefined ? '(bytes)' : `(${body.size} bytes)`; // files are in it
  const { length } = body;
  const near = Buffer.from(body.buffer, body.byteOffset, Math.min(length, mask.reach));
  return near.includes(0) ? `(${length} bytes)` : mask.text(near.toString('utf8'), length);
}

function since(start: number): number {
  return Math.round((performance.now() - start) * 100) / 100;
}
