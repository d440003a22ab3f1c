import { createHmac, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** MD4 of `pass<wörd` in UTF-16, by Python's own hashlib (`hashlib.new('md4', …)`): the server keeps no password, as Windows does. */
export const account = {
  username: 'änn',
  domain: 'CORP',
  password: 'pass<wörd',
  hash: 'c9df094b323c6e69186abd0f7c8991d7',
};

interface Options {
  /** What else it challenges by, before NTLM. */
  readonly others?: readonly string[];
  /** Instead of a challenge. */
  readonly challenge?: string;
  /** Does it close the connection with its challenge? */
  readonly closes?: boolean;
  /** Does it tell the time, so that messages must be sealed? */
  readonly timed?: boolean;
  /** After how many answers a connection is signed in to no more. */
  readonly lasts?: number;
}

interface Seen {
  readonly connection: number;
  readonly authorization: 'none' | 'negotiate' | 'authenticate';
  readonly length: number;
}

interface Session {
  readonly number: number;
  negotiate?: Buffer;
  challenge?: Buffer;
  user?: string;
  answers: number;
}

/**
 * An HTTP server that signs connections in by NTLM version 2 as [MS-NLMP] 3.3.2 has a server do it, and then has `answer` do the rest. It shares
 * nothing with the client but the specification.
 */
export async function ntlmServer(answer: RequestListener, options: Options = {}) {
  const { others = [], closes = false, timed = false, lasts = Number.POSITIVE_INFINITY } = options;
  const sessions = new Map<Socket, Session>();
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    const session = sessions.get(request.socket) ?? { number: sessions.size + 1, answers: 0 };
    sessions.set(request.socket, session);
    const sent = messageIn(request);
    const kind = sent === undefined ? 'none' : sent[8] === 1 ? 'negotiate' : 'authenticate';
    seen.push({
      connection: session.number,
      authorization: kind,
      length: Number(request.headers['content-length'] ?? Number.NaN),
    });
    const refuse = (...challenges: readonly string[]) => {
      request.resume();
      const headers = { 'www-authenticate': [...others, ...challenges], ...(closes ? { connection: 'close' } : {}) };
      response.writeHead(401, headers).end('<p>401</p>');
    };
    if (sent && kind === 'negotiate') {
      session.negotiate = sent;
      session.challenge = challengeMessage(timed);
      delete session.user;
      refuse(options.challenge ?? `NTLM ${session.challenge.toString('base64')}`);
      return;
    }
    if (sent && session.negotiate && session.challenge && proves(session.negotiate, session.challenge, sent, timed)) {
      session.user = account.username;
      session.answers = 0;
    }
    if (session.user === undefined || session.answers >= lasts) {
      refuse('NTLM');
      return;
    }
    session.answers += 1;
    answer(request, response);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // a TCP server has one
  return {
    url: `http://127.0.0.1:${port}/soap`,
    seen,
    /** Ends the connections that are open; resolves when their clients have, too. */
    async disconnect() {
      const open = [...sessions.keys()].filter(({ closed }) => !closed);
      await Promise.all(open.map(socket => once(socket.end(), 'close')));
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    },
  };
}

function messageIn({ headers: { authorization = '' } }: IncomingMessage): Buffer | undefined {
  const [, text] = /^NTLM (.+)$/.exec(authorization) ?? [];
  return text === undefined ? undefined : Buffer.from(text, 'base64');
}

function challengeMessage(timed: boolean): Buffer {
  const attribute = (id: number, value: Buffer) => Buffer.concat([Buffer.from([id, 0, value.length, 0]), value]);
  const info = Buffer.concat([
    attribute(2, Buffer.from('CORP', 'utf16le')),
    ...(timed ? [attribute(7, Buffer.from('00a0f1b7c5e9da01', 'hex'))] : []),
    attribute(0, Buffer.alloc(0)),
  ]);
  const head = Buffer.alloc(48);
  head.write('NTLMSSP\0', 'latin1');
  head.writeUInt32LE(2, 8);
  head.writeUInt32LE(48, 16);
  head.writeUInt32LE(0x00888205, 20);
  randomBytes(8).copy(head, 24);
  head.writeUInt16LE(info.length, 40);
  head.writeUInt16LE(info.length, 42);
  head.writeUInt32LE(48, 44);
  return Buffer.concat([head, info]);
}

function proves(negotiate: Buffer, challenge: Buffer, sent: Buffer, timed: boolean): boolean {
  const field = (index: number) => {
    const offset = sent.readUInt32LE(16 + index * 8);
    return sent.subarray(offset, offset + sent.readUInt16LE(12 + index * 8));
  };
  const hmac = (key: Buffer, message: Buffer) => createHmac('md5', key).update(message).digest();
  const [user, domain] = [field(3).toString('utf16le'), field(2).toString('utf16le')];
  if (user !== account.username || domain !== account.domain) return false;
  const key = hmac(Buffer.from(account.hash, 'hex'), Buffer.from(user.toUpperCase() + domain, 'utf16le'));
  const response = field(1);
  const proof = hmac(key, Buffer.concat([challenge.subarray(24, 32), response.subarray(16)]));
  if (!proof.equals(response.subarray(0, 16))) return false;
  if (!timed) return true;
  const unsealed = Buffer.from(sent);
  unsealed.fill(0, 72, 88);
  return hmac(hmac(key, proof), Buffer.concat([negotiate, challenge, unsealed])).equals(sent.subarray(72, 88));
}
