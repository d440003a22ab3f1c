import * as oauth from 'oauth4webapi';
import { type ErrorCode, GatewayError } from '../../base/error.ts';
import { Stop } from '../../base/stop.ts';
import type { OAuthClient, OpenIdClient, Source, TokenExchange } from '../../source/source.ts';
import { HttpClient, type HttpRequest, type HttpResponse } from '../http-client.ts';
import type { Token } from './kept-tokens.ts';
import { tokenHeader } from './token-header.ts';
import { tokenUrlOf } from './token-url-of.ts';

/** Decoded bytes of an answer. */
const maxResponse = 256 * 1024;

/** RFC 6749, 5.1 leaves the lifetime open where the server does not tell it. Seconds. */
const untoldLifetime = 60;

/** A token is not used in the last tenth of its life, half a minute at most: it must still be valid when the backend looks at it. */
const mostMargin = 30;

/** A token that can be presented: as a bearer token, or where the type does not matter (RFC 8693, 2.2.1). */
const presentable: ReadonlySet<string> = new Set(['bearer', 'n_a']);

/**
 * An authorization server's token endpoint, as one source uses it. Requests are bounded in time, by the source's `timeout`, and in size;
 * redirects are not followed. Rejects with a GatewayError: UPSTREAM_UNREACHABLE, UPSTREAM_TIMEOUT, UPSTREAM_ERROR where the server refuses,
 * UPSTREAM_MALFORMED. Its cause tells the log what the server said, and never a token or a secret.
 */
export class TokenEndpoint {
  readonly #source: Source;
  readonly #options: OAuthClient | OpenIdClient;
  readonly #http: HttpClient;
  readonly #client: oauth.Client;
  readonly #authentication: oauth.ClientAuth;
  readonly #closed = new Stop();
  /** Kept until no token comes from there: the server may have moved. */
  #discovered: Promise<string> | undefined;

  constructor(source: Source, options: OAuthClient | OpenIdClient) {
    const { tls: _, ...others } = source.options; // the backend's certificates are not the server's
    this.#source = source;
    this.#options = options;
    this.#http = new HttpClient({ ...source, options: { ...others, maxResponse } });
    this.#client = { client_id: options.clientId };
    this.#authentication =
      options.authentication === 'post'
        ? oauth.ClientSecretPost(options.clientSecret)
        : oauth.ClientSecretBasic(options.clientSecret);
  }

  /** RFC 6749, 4.4. */
  clientCredentials(): Promise<Token> {
    return this.#token((server, client, authentication, options) =>
      oauth.clientCredentialsGrantRequest(server, client, authentication, this.#target(), options),
    );
  }

  /** RFC 8693, 2.1. */
  exchanged(subjectToken: string, { subjectTokenType, requestedTokenType }: TokenExchange): Promise<Token> {
    const parameters = this.#target();
    parameters.set('subject_token', subjectToken);
    parameters.set('subject_token_type', subjectTokenType);
    if (requestedTokenType !== undefined) parameters.set('requested_token_type', requestedTokenType);
    const grant = 'urn:ietf:params:oauth:grant-type:token-exchange';
    return this.#token((server, client, authentication, options) =>
      oauth.genericTokenEndpointRequest(server, client, authentication, grant, parameters, options),
    );
  }

  async close(): Promise<void> {
    this.#closed.abort();
    await this.#http.close();
  }

  #target(): URLSearchParams {
    const { scopes, audience, resource } = this.#options;
    const parameters = new URLSearchParams();
    if (scopes.length > 0) parameters.set('scope', scopes.join(' '));
    if (audience !== undefined) parameters.set('audience', audience);
    if (resource !== undefined) parameters.set('resource', resource);
    return parameters;
  }

  async #token(
    ask: (
      server: oauth.AuthorizationServer,
      client: oauth.Client,
      authentication: oauth.ClientAuth,
      options: oauth.ClientCredentialsGrantRequestOptions,
    ) => Promise<Response>,
  ): Promise<Token> {
    const asked = await this.#tokenUrl();
    let status: number | undefined;
    const options = {
      [oauth.allowInsecureRequests]: true, // which addresses may be plain http is the configuration's to say
      [oauth.customFetch]: async (
        url: string,
        { headers, body }: oauth.CustomFetchOptions<'POST', URLSearchParams>,
      ) => {
        const response = await this.#send({ method: 'POST', url, headers, body: body.toString() });
        status = response.status;
        return responseOf(response);
      },
    };
    try {
      const server = { issuer: new URL(asked).origin, token_endpoint: asked };
      const response = await ask(server, this.#client, this.#authentication, options);
      const { token_type, access_token, expires_in } = await oauth.processGenericTokenEndpointResponse(
        server,
        this.#client,
        response,
        { recognizedTokenTypes: { n_a: () => undefined } },
      );
      if (!presentable.has(token_type)) throw new TypeError(`tokens of the type "${token_type}" cannot be presented`);
      return { headers: tokenHeader(this.#source.name, access_token), usableFor: usableFor(expires_in) };
    } catch (error) {
      this.#discovered = undefined;
      throw this.#fault(error, status, asked);
    }
  }

  #tokenUrl(): Promise<string> {
    if ('tokenUrl' in this.#options) return Promise.resolve(this.#options.tokenUrl);
    this.#discovered ??= this.#discover(this.#options);
    return this.#discovered;
  }

  async #discover(client: OpenIdClient): Promise<string> {
    const { discoveryUrl: url } = client;
    let status: number | undefined;
    try {
      const response = await this.#send({ method: 'GET', url, headers: { accept: 'application/json' } });
      status = response.status;
      if (status !== 200) throw new TypeError('there are no metadata');
      return tokenUrlOf(JSON.parse(response.body.toString('utf8')), client);
    } catch (error) {
      this.#discovered = undefined;
      throw this.#fault(error, status, url);
    }
  }

  #send(request: HttpRequest): Promise<HttpResponse> {
    const { name, options } = this.#source;
    const deadline = performance.now() + options.timeout;
    const context = { signal: this.#closed, deadline, headers: {}, requestId: '' };
    return this.#http.request(request, { source: name, operation: 'token' }, context);
  }

  #fault(error: unknown, status: number | undefined, asked: string): GatewayError {
    const { name } = this.#source;
    const code: ErrorCode =
      error instanceof GatewayError ? error.code : status === 200 ? 'UPSTREAM_MALFORMED' : 'UPSTREAM_ERROR';
    const said =
      error instanceof oauth.ResponseBodyError
        ? { error: error.error, description: error.error_description?.slice(0, mostOfDescription) }
        : { reason: reasonOf(error) };
    const { origin, pathname } = new URL(asked);
    return new GatewayError(code, `The gateway cannot sign in to the source "${name}".`, {
      details: { source: name },
      cause: { tokenEndpoint: origin + pathname, ...(status === undefined ? {} : { status }), ...said },
    });
  }
}

/** As the Fetch standard has it, with the headers that oauth4webapi reads. */
function responseOf({ status, headers, body }: HttpResponse): Response {
  const told = new Headers();
  for (const header of ['content-type', 'www-authenticate'] as const) {
    const value = headers[header];
    if (value !== undefined) told.set(header, value);
  }
  const isEmpty = status === 204 || status === 205 || status === 304; // the standard's null body statuses
  return new Response(isEmpty ? null : new Uint8Array(body), { status, headers: told });
}

/** Characters. */
const mostOfDescription = 200;

/** The cause of a GatewayError is a failure of the connection; that of oauth4webapi's errors can be the whole answer, with the token. */
function reasonOf(error: unknown): unknown {
  if (error instanceof GatewayError) return error.cause;
  return error instanceof Error ? error.message : 'no error was thrown';
}

/** Milliseconds, of a lifetime in seconds. */
function usableFor(lifetime = untoldLifetime): number {
  return (lifetime - Math.min(mostMargin, lifetime / 10)) * 1_000;
}
