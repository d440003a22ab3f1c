import type { WSSecurity, WSSecurityCert } from 'soap';
import type { WsSecurity } from '../../../source/source.ts';
import type { Addressing } from '../model/call.ts';

type Classes = { readonly WSSecurity: typeof WSSecurity; readonly WSSecurityCert: typeof WSSecurityCert };

const secext = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd';
const utility = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd';

export const securityNamespace = secext;

/**
 * WS-Security by the `soap` package's classes, on an envelope that is written already (docs/adr/0018-ws-security.md): a block with a
 * UsernameToken and a Timestamp, and a signature of the body, the timestamp and the addresses. Every message gets objects of its own, since
 * those of the package keep what they signed.
 */
export class MessageSecurity {
  readonly #wsse: WsSecurity;
  readonly #classes: Classes;

  /** The package's classes are loaded by the first message: signing brings an XML parser with it. */
  static async load(wsse: WsSecurity): Promise<MessageSecurity> {
    const [{ WSSecurity }, { WSSecurityCert }] = await Promise.all([
      import('soap/lib/security/WSSecurity.js'),
      import('soap/lib/security/WSSecurityCert.js'),
    ]);
    return new MessageSecurity(wsse, { WSSecurity, WSSecurityCert });
  }

  private constructor(wsse: WsSecurity, classes: Classes) {
    this.#wsse = wsse;
    this.#classes = classes;
  }

  /**
   * The block, which is the first of its header: the package looks for the first of that name in the text of the message, and what a client
   * gives stands behind it.
   */
  block(): string {
    const { username, password, digest, timestamp } = this.#wsse;
    if (username === undefined || password === undefined)
      return `<wsse:Security xmlns:wsse="${secext}" xmlns:wsu="${utility}" soap:mustUnderstand="1"></wsse:Security>`;
    return new this.#classes.WSSecurity(username, password, {
      passwordType: digest ? 'PasswordDigest' : 'PasswordText',
      hasNonce: digest,
      hasTokenCreated: digest,
      hasTimeStamp: timestamp && !this.#signs,
      mustUnderstand: true,
    }).toXML();
  }

  /** The whole message, signed where there is a certificate. */
  finish(message: string, addressing: Addressing | undefined): string {
    const { cert, key, timestamp } = this.#wsse;
    if (cert === undefined || key === undefined) return message;
    const signer = new this.#classes.WSSecurityCert(key, leafOf(cert), '', {
      hasTimeStamp: timestamp,
      signatureTransformations: ['http://www.w3.org/2001/10/xml-exc-c14n#'],
      additionalReferences: addressing ? ['wsa:Action', 'wsa:MessageID', 'wsa:To', 'wsa:ReplyTo'] : [],
      signerOptions: { prefix: 'ds', idMode: 'wssecurity', existingPrefixes: { wsse: secext } },
    });
    return signer.postProcess(message, 'soap');
  }

  get #signs(): boolean {
    return this.#wsse.cert !== undefined;
  }
}

/** The first certificate of a chain: the token holds one (X.509 Certificate Token Profile 1.1, 3.1). */
function leafOf(pem: string): string {
  return /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/.exec(pem)?.[0] ?? pem;
}
