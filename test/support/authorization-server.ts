import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the token endpoint was asked (RFC 6749, 4.4.2; RFC 8693, 2.1), and whom the client said it was. */
export interface TokenRequest {
  readonly client: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/** What a token stands for: nobody but the server can tell that from the token. */
interface Minted {
  readonly subject: string;
  readonly audience: string | undefined;
  readonly scope: string | undefined;
}

interface TokenAnswer {
  readonly status?: number;
  readonly body: unknown;
}

type Told = TokenAnswer | 'hang' | 'reset' | undefined;

/**
 * An authorization server with two grants: client credentials, and the exchange of a subject's token, which is `<subject>` in base64url
 * behind `in.`. Its tokens are opaque, and each is minted anew.
 */
export interface AuthorizationServer {
  readonly tokenUrl: string;
  readonly requests: TokenRequest[];
  readonly minted: ReadonlyMap<string, Minted>;
  /** Instead of its own answers; undefined: that one after all. `hang` never answers. */
  answer: ((request: TokenRequest) => Told | Promise<Told>) | undefined;
  /** Seconds; undefined: the answer does not tell. */
  lifetime: number | undefined;
  close(): Promise<void>;
}

export const clientSecret = 's3cr3t/with:odd+chars';

export function subjectToken(subject: string): string {
  return `in.${Buffer.from(subject).toString('base64url')}`;
}

export async function startAuthorizationServer(): Promise<AuthorizationServer> {
  const requests: TokenRequest[] = [];
  const minted = new Map<string, Minted>();
  const mint = (subject: string, { audience, scope }: TokenRequest['parameters']) => {
    const token = `out.${minted.size + 1}`;
    minted.set(token, { subject, audience, scope });
    return token;
  };
  const granted = ({ client, parameters }: TokenRequest): TokenAnswer => {
    if (client !== `gateway:${clientSecret}`) return { status: 401, body: { error: 'invalid_client' } };
    const lifetime = server.lifetime === undefined ? {} : { expires_in: server.lifetime };
    if (parameters['grant_type'] === 'client_credentials')
      return { body: { access_token: mint('gateway', parameters), token_type: 'Bearer', ...lifetime } };
    const [, subject] = /^in\.(.+)$/.exec(parameters['subject_token'] ?? '') ?? [];
    if (parameters['grant_type'] !== 'urn:ietf:params:oauth:grant-type:token-exchange' || subject === undefined)
      return { status: 400, body: { error: 'invalid_request', error_description: 'ORA-00942 at 10.1.2.3' } };
    const name = Buffer.from(subject, 'base64url').toString();
    const issued = { issued_token_type: 'urn:ietf:params:oauth:token-type:access_token', token_type: 'Bearer' };
    return { body: { access_token: mint(name, parameters), ...issued, ...lifetime } };
  };
  const http = createServer(async (request, response) => {
    const asked = await requestOf(request);
    requests.push(asked);
    const answer = (await server.answer?.(asked)) ?? granted(asked);
    if (answer === 'hang') return;
    if (answer === 'reset') return void request.socket.destroy();
    const { status = 200, body } = answer;
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  await new Promise<void>(resolve => http.listen(0, '127.0.0.1', resolve));
  const { port } = http.address() as AddressInfo; // it listens on a port
  const server: AuthorizationServer = {
    tokenUrl: `http://127.0.0.1:${port}/token`,
    requests,
    minted,
    answer: undefined,
    lifetime: 3_600,
    close: () =>
      new Promise(resolve => {
        http.close(() => resolve());
        http.closeAllConnections();
      }),
  };
  return server;
}

async function requestOf(request: IncomingMessage): Promise<TokenRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const parameters = Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString()));
  const [, basic] = /^Basic (.+)$/.exec(request.headers.authorization ?? '') ?? [];
  const [id = '', secret = ''] = basic
    ? Buffer.from(basic, 'base64').toString().split(':').map(formDecoded)
    : [parameters['client_id'], parameters['client_secret']];
  return { client: `${id}:${secret}`, parameters };
}

/** RFC 6749, 2.3.1: both parts of the client's password are form-encoded first. */
function formDecoded(text: string): string {
  return decodeURIComponent(text.replaceAll('+', ' '));
}
