import { randomBytes } from 'node:crypto';
import type { NtlmAccount, Source } from '../../source/source.ts';
import type { CallContext } from '../adapter.ts';
import type { HttpClient, HttpRequest, HttpResponse } from '../http-client.ts';
import type { HttpConnection } from '../http-connection.ts';
import { PiecewiseBody } from '../piecewise-body.ts';
import { type CallName, upstreamError } from '../upstream-error.ts';
import { authenticateMessage, negotiateMessage, readChallenge } from './ntlm-messages.ts';

/** A connection, and which of its numbers was signed in to. */
interface Kept {
  readonly connection: HttpConnection;
  signedIn: number | undefined;
}

/**
 * Requests over connections that are signed in to by NTLM ([MS-NTHT]): a connection is one request's at a time, and stays signed in until it is
 * closed. The first message goes without the body, which is sent once: with the last message, or over a connection that is signed in to.
 */
export class NtlmClient {
  readonly #http: HttpClient;
  readonly #account: NtlmAccount;
  readonly #timeout: number;
  /** By origin. */
  readonly #idle = new Map<string, Kept[]>();

  constructor(http: HttpClient, { options }: Source, account: NtlmAccount) {
    this.#http = http;
    this.#account = account;
    this.#timeout = options.timeout;
  }

  /** Rejects as `HttpClient.request` does; with UPSTREAM_ERROR where the backend does not challenge, or not on a connection that stays. */
  async request(request: HttpRequest, call: CallName, context: CallContext): Promise<HttpResponse> {
    const { origin } = new URL(request.url);
    const idle = this.#idle.get(origin) ?? [];
    this.#idle.set(origin, idle);
    const kept = idle.pop() ?? { connection: this.#http.connection(request.url), signedIn: undefined };
    const deadline = Math.min(context.deadline, performance.now() + this.#timeout);
    let isSent = false;
    const send = (headers: HttpRequest['headers'], body: HttpRequest['body']) => {
      isSent = body === request.body;
      const { connection } = kept;
      const whole = { ...request, headers: { ...request.headers, ...headers }, connection };
      return this.#http.request(body === undefined ? whole : { ...whole, body }, call, { ...context, deadline });
    };
    try {
      return await this.#through(kept, request.body, send, call);
    } finally {
      if (!isSent && typeof request.body === 'object' && 'pieces' in request.body)
        new PiecewiseBody(request.body).destroy();
      idle.push(kept);
    }
  }

  async #through(
    kept: Kept,
    body: HttpRequest['body'],
    send: (headers: HttpRequest['headers'], body: HttpRequest['body']) => Promise<HttpResponse>,
    call: CallName,
  ): Promise<HttpResponse> {
    const { connection } = kept;
    // What comes in pieces can be sent once only: not where it may be refused.
    if (kept.signedIn === connection.number && typeof body === 'string') {
      const response = await send({}, body);
      if (response.status !== 401) return response;
    }
    kept.signedIn = undefined;
    const begun = await send({ authorization: `NTLM ${negotiateMessage().toString('base64')}` }, '');
    if (begun.status !== 401) return send({}, body); // it does not ask who it is
    const challenge = readChallenge(Buffer.from(challengeIn(begun), 'base64'));
    const refuse = (reason: string) =>
      upstreamError('UPSTREAM_ERROR', call, { cause: { status: begun.status, reason }, refusesCredential: true });
    if (!challenge) throw refuse('It does not challenge by NTLM in Unicode.');
    const { number } = connection;
    if (begun.headers.connection?.toLowerCase() === 'close')
      throw refuse('It closes the connection that NTLM would sign in to.');
    const message = authenticateMessage(this.#account, challenge, randomBytes(8), Date.now());
    const response = await send({ authorization: `NTLM ${message.toString('base64')}` }, body);
    if (response.status !== 401 && connection.number === number) kept.signedIn = number;
    return response;
  }
}

/** RFC 9110, 11.6.1: there may be others beside it. */
function challengeIn({ headers }: HttpResponse): string {
  const said = [headers['www-authenticate'] ?? []].flat().join(', ');
  return /(?:^|,)\s*NTLM\s+([A-Za-z0-9+/]+=*)/i.exec(said)?.[1] ?? '';
}
