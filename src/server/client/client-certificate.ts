import type { Socket } from 'node:net';
import { type PeerCertificate, TLSSocket } from 'node:tls';
import type { ClientCertificate } from '../../edge/handler.ts';

const known = new WeakMap<TLSSocket, ClientCertificate | null>();

/** The certificate that the client has proved to own, read once for each connection; undefined where it has shown none. */
export function clientCertificate(socket: Socket): ClientCertificate | undefined {
  if (!(socket instanceof TLSSocket) || !socket.authorized) return undefined;
  const read = known.get(socket);
  if (read !== undefined) return read ?? undefined;
  const certificate = socket.getPeerCertificate();
  const told = isThere(certificate) ? namesIn(certificate) : null;
  known.set(socket, told);
  return told ?? undefined;
}

/** A client that shows a certificate which no authority of ours vouches for gets no connection; one that shows none does. */
export function isForged(socket: TLSSocket): boolean {
  return !socket.authorized && isThere(socket.getPeerCertificate());
}

/** Node.js tells of a certificate that is not there as an empty object, and of a connection that has ended as null. */
function isThere(certificate: PeerCertificate | null): certificate is PeerCertificate {
  return certificate !== null && Object.keys(certificate).length > 0;
}

function namesIn({ subject, subjectaltname = '', fingerprint256 }: PeerCertificate): ClientCertificate {
  const { CN } = subject as { CN?: unknown }; // several of one kind are a list, whatever the types say
  const alternative = (kind: string) =>
    alternativeNames(subjectaltname).flatMap(([type, name]) => (type === kind ? [name] : []));
  return {
    ...(typeof CN === 'string' ? { commonName: CN } : {}),
    dns: alternative('DNS'),
    uri: alternative('URI'),
    email: alternative('email'),
    fingerprint: fingerprint256.replaceAll(':', '').toLowerCase(),
  };
}

/** `DNS:a.example, URI:"a\u002c b"`: what could be taken for the end of a name stands in quotes, as a JSON text. */
function alternativeNames(text: string): readonly (readonly [kind: string, name: string])[] {
  return [...text.matchAll(/(?:^|, )([A-Za-z ]+):("(?:[^"\\]|\\.)*"|[^,"]*)(?=, |$)/g)].map(
    ([, kind = '', name = '']) => [kind, name.startsWith('"') ? String(JSON.parse(name)) : name],
  );
}
