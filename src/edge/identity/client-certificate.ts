import { matchesAny } from '../../base/glob.ts';
import type { Principal } from '../../base/principal.ts';
import type { ClientCertificate } from '../handler.ts';
import type { Authenticator, Credentials, Verdict } from './authenticator.ts';
import type { ClientCertificateOptions } from './identity-options.ts';
import { makePrincipal } from './make-principal.ts';

/** Mutual TLS: the certificate of the connection itself. What a header says of a certificate is never read (edge.md, J9). */
export class ClientCertificateAuthenticator implements Authenticator {
  readonly name: string;
  readonly #options: ClientCertificateOptions;
  readonly #principals = new WeakMap<ClientCertificate, Principal>();

  constructor(name: string, options: ClientCertificateOptions) {
    this.name = name;
    this.#options = options;
  }

  bears({ peer }: Credentials): boolean {
    return peer?.certificate !== undefined;
  }

  authenticate({ peer }: Credentials): Verdict {
    const certificate = peer?.certificate;
    if (!certificate) return undefined;
    const known = this.#principals.get(certificate);
    if (known) return known;
    const { subject, allow, scopes } = this.#options;
    const name = namesOf(certificate, subject).find(each => matchesAny(each, allow));
    if (name === undefined) return undefined;
    const { fingerprint } = certificate;
    const principal = makePrincipal({ subject: name, scopes, claims: { fingerprint }, via: this.name });
    this.#principals.set(certificate, principal);
    return principal;
  }
}

function namesOf(certificate: ClientCertificate, subject: ClientCertificateOptions['subject']): readonly string[] {
  switch (subject) {
    case 'commonName':
      return certificate.commonName === undefined ? [] : [certificate.commonName];
    case 'dns':
      return certificate.dns;
    case 'uri':
      return certificate.uri;
    case 'email':
      return certificate.email;
    case 'fingerprint':
      return [certificate.fingerprint];
  }
}
