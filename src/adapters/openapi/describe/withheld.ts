import type { Diagnostic } from '../../../base/diagnostic.ts';
import type { Source } from '../../../source/source.ts';
import type { CallCredential } from '../call/call.ts';
import type { OperationSite } from '../document/operation.ts';

/** What is kept from servers that are not the source's own: told once for each. */
export class Withheld {
  readonly #source: Source;
  readonly #sites = new Map<string, OperationSite[]>();

  constructor(source: Source) {
    this.#source = source;
  }

  /** `credentials`: what would sign the operation in, as `OpenApiCall` has it. */
  from(server: string, credentials: readonly CallCredential[] | undefined, site: OperationSite): void {
    const { credential, headers, forward, tls } = this.#source.options;
    const isSigned = credentials ? credentials.length > 0 : credential !== undefined;
    const hasCertificate = typeof tls === 'object' && tls.cert !== undefined;
    if (!isSigned && !hasCertificate && Object.keys(headers).length === 0 && forward.length === 0) return;
    const { origin } = new URL(server);
    const sites = this.#sites.get(origin) ?? [];
    this.#sites.set(origin, sites);
    sites.push(site);
  }

  diagnostics(): Diagnostic[] {
    const { trustedOrigins } = this.#source.options;
    return [...this.#sites].map(([origin, sites]) => {
      const [{ at }] = sites as [OperationSite]; // none without one
      const who = sites.length === 1 ? 'An operation is' : `${sites.length} operations are`;
      return {
        severity: 'warning',
        code: 'CREDENTIAL_WITHHELD',
        message: `${who} asked at ${origin}, which is not where the source itself runs: neither its headers nor its credentials go there.`,
        at,
        hint: `trustedOrigins: ${JSON.stringify([...trustedOrigins, origin]).replaceAll('","', '", "')}`,
      };
    });
  }
}
