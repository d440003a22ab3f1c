import type { Blueprint, CallContext, CallItem, Outcome, Subschema } from '../../adapter/adapter.ts';
import { Turnstile } from '../../adapter/concurrency.ts';
import { HttpClient, type HttpResponse } from '../../adapter/http-client.ts';
import { outgoingHeaders } from '../../adapter/outgoing-headers.ts';
import { sendEach } from '../../adapter/send-each.ts';
import { type CallName, upstreamError } from '../../adapter/upstream-error.ts';
import { credentialHeaders, credentialQuery } from '../../source/credential.ts';
import type { Source } from '../../source/source.ts';
import type { CallResponse, OpenApiCall } from './call.ts';
import { Decoder, named } from './decode.ts';
import { Encoder } from './encode.ts';
import { malformed, statusFault, unreadable } from './fault.ts';
import { httpFile, utf8 } from './http-file.ts';
import { parseJson } from './json-text.ts';
import { isText } from './media-types.ts';
import { encodeStrictly } from './parameters.ts';
import { type PreparedRequest, prepare } from './request.ts';
import { baseUrl } from './server.ts';
import type { Model } from './shape.ts';

type OpenApiBlueprint = Blueprint<OpenApiCall, Model>;

/** One request for each item; nothing is opened before the first. */
export function connect(blueprint: OpenApiBlueprint, source: Source): Subschema<OpenApiCall, Model> {
  const backend = new Backend(blueprint, source);
  const turnstile = new Turnstile(source.options.concurrency);
  return {
    blueprint,
    selective: false,
    send: (call, batch, context) => sendEach(batch, context, turnstile, item => backend.ask(call, item, context)),
    close: () => backend.close(),
  };
}

class Backend {
  readonly #source: Source;
  readonly #client: HttpClient;
  readonly #encoder: Encoder;
  readonly #decoder: Decoder;
  /** Headers that the configuration sets: no argument overrides them. */
  readonly #ours: ReadonlySet<string>;

  constructor(blueprint: OpenApiBlueprint, source: Source) {
    this.#source = source;
    this.#client = new HttpClient(source);
    this.#encoder = new Encoder(blueprint.model);
    this.#decoder = new Decoder(blueprint.model);
    const { headers, credential } = source.options;
    this.#ours = new Set(
      [...Object.keys(headers), ...Object.keys(credential ? credentialHeaders(credential) : {})].map(name =>
        name.toLowerCase(),
      ),
    );
  }

  async ask(call: OpenApiCall, item: CallItem, context: CallContext): Promise<Outcome> {
    const name = { source: this.#source.name, operation: call.operation };
    const base = baseUrl(this.#source.endpoint ?? call.server ?? '');
    if (base === undefined)
      throw upstreamError('UPSTREAM_UNREACHABLE', name, { cause: 'neither endpoint nor server is known' });
    const prepared = prepare(call, item.args, this.#encoder);
    const request = {
      method: call.method,
      url: base + this.#signed(prepared.target),
      headers: this.#headers(prepared, context),
      ...(prepared.body === undefined ? {} : { body: prepared.body }),
    };
    const response = await this.#client.request(request, name, context);
    return { value: this.#read(call, response, name) };
  }

  close(): Promise<void> {
    return this.#client.close();
  }

  #signed(target: string): string {
    const key = credentialQuery(this.#source.options.credential);
    if (!key) return target;
    return `${target}${target.includes('?') ? '&' : '?'}${key.map(encodeStrictly).join('=')}`;
  }

  #headers(prepared: PreparedRequest, context: CallContext): Record<string, string> {
    const headers = outgoingHeaders(this.#source, context);
    for (const [name, value] of Object.entries(prepared.headers)) if (!this.#ours.has(name)) headers[name] = value;
    const cookies = [headers['cookie'], ...prepared.cookies].filter(cookie => cookie !== undefined && cookie !== '');
    if (cookies.length > 0) headers['cookie'] = cookies.join('; ');
    return headers;
  }

  #read(call: OpenApiCall, response: HttpResponse, name: CallName): unknown {
    const isSuccess = response.status >= 200 && response.status < 300;
    if (call.method === 'HEAD' && (isSuccess || response.status === 404)) return isSuccess;
    if (!isSuccess) throw statusFault(response, name, this.#source);
    const expected = expectedResponse(call.responses, response.status);
    const isSilent = call.responses.every(({ kind }) => kind === 'none');
    const value = this.#value(expected, response, name, isSilent);
    const { member } = expected;
    if (!member || value === null) return value;
    return member.boxed === undefined ? named(value, member.type) : { __typename: member.type, [member.boxed]: value };
  }

  #value(expected: CallResponse, response: HttpResponse, name: CallName, isSilent: boolean): unknown {
    const { body, headers, status } = response;
    if (expected.kind !== 'none' && (status === 204 || status === 205)) return null;
    switch (expected.kind) {
      case 'none':
        return isSilent ? true : null;
      case 'file':
        return httpFile(headers, body);
      case 'text':
        return utf8(body, charsetOf(headers['content-type'])) ?? body.toString('latin1');
      case 'json': {
        if (body.length === 0) return null;
        const parsed = parseJson(body);
        if ('problem' in parsed) {
          if (isPlainText(expected, headers['content-type'])) return body.toString('utf8');
          throw unreadable(response, name, parsed.problem);
        }
        const value = this.#decoder.decode(expected.shape ?? { kind: 'scalar', scalar: 'JSON' }, parsed.value, reason =>
          malformed(name, reason),
        );
        if (value instanceof Error) throw value;
        return value;
      }
    }
  }
}

/** OpenAPI 3.2, 4.16: the status itself, its class, or the default; a success that none of them names is as good as the first. */
function expectedResponse(responses: readonly CallResponse[], status: number): CallResponse {
  const named = responses.find(response => response.status === String(status));
  return (
    named ??
    responses.find(response => response.status === '2XX') ??
    responses.find(({ status: text }) => text === 'default') ??
    fallback(responses)
  );
}

function fallback(responses: readonly CallResponse[]): CallResponse {
  return responses.find(response => response.kind !== 'none') ?? responses[0] ?? { status: 'default', kind: 'none' };
}

/** Where JSON text was promised, many backends answer with the text itself and say so. */
function isPlainText({ shape }: CallResponse, contentType = ''): boolean {
  return shape?.kind === 'scalar' && shape.scalar === 'String' && isText(contentType);
}

function charsetOf(contentType: string | undefined): string {
  return /;\s*charset\s*=\s*"?([^\s;"]+)/i.exec(contentType ?? '')?.[1] ?? 'utf-8';
}
