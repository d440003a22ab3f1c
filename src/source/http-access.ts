import { type Checked, checked, refused } from '../base/checked.ts';
import { credentialHeaders, credentialQuery } from './credential.ts';
import { documentTls } from './document-tls.ts';
import type { SourceBytes } from './reader.ts';
import { isUrl, refusal, systemCode } from './refusal.ts';
import type { Source } from './source.ts';

/**
 * Reads a document from the document's own origin or from a host of `allowHosts`. Redirects are refused, compression is not asked for, and
 * the source's credential for loading, and its TLS, are for the document's own origin alone.
 */
export async function readFromAllowedHost(
  url: URL,
  source: Source,
  limits: { readonly bytes: number; readonly timeout: number },
): Promise<Checked<SourceBytes>> {
  const ownOrigin =
    source.document !== undefined && isUrl(source.document) && new URL(source.document).origin === url.origin;
  const address = shown(url);
  if (!ownOrigin && !isAllowed(url, source.options.allowHosts)) {
    return refused(
      refusal(
        'DOCUMENT_HOST_NOT_ALLOWED',
        [address],
        `The host "${url.host}" is not one that documents may be loaded from.`,
        `add it to \`allowHosts\` if it is trusted`,
      ),
    );
  }
  const credential = ownOrigin ? source.options.documentCredential : undefined;
  const target = new URL(url);
  const parameter = credentialQuery(credential);
  if (parameter) target.searchParams.append(...parameter);
  const { Client, request } = await import('undici'); // many modules, which a gateway whose documents are files does without
  const signal = AbortSignal.timeout(limits.timeout);
  const connect = ownOrigin ? await documentTls(url, source) : undefined;
  const dispatcher = connect && new Client(url.origin, { connect });
  try {
    const response = await request(target, {
      signal,
      ...(dispatcher ? { dispatcher } : {}),
      headers: {
        accept: '*/*',
        'accept-encoding': 'identity',
        ...(credential ? credentialHeaders(credential) : {}),
      },
    });
    if (response.statusCode !== 200) {
      response.body.on('error', () => {}).destroy();
      return refused(statusRefusal(address, response.statusCode));
    }
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of response.body as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > limits.bytes) {
        return refused(refusal('DOCUMENT_TOO_LARGE', [address], `The document has more than ${limits.bytes} bytes.`));
      }
      chunks.push(chunk);
    }
    return checked({ address: url.href, bytes: Buffer.concat(chunks, size) });
  } catch (error) {
    if (signal.aborted) {
      const message = `No answer within ${limits.timeout / 1000} s.`;
      return refused(refusal('DOCUMENT_TIMEOUT', [address], message, 'is the host up, and reachable from here?'));
    }
    const message = `The host cannot be reached (${systemCode(error)}).`;
    return refused(refusal('DOCUMENT_UNREACHABLE', [address], message, 'is it up, and the address right?'));
  } finally {
    await dispatcher?.destroy();
  }
}

function isAllowed(url: URL, allowHosts: readonly string[]): boolean {
  return allowHosts.some(host => host.toLowerCase() === url.host || host.toLowerCase() === url.hostname);
}

function statusRefusal(address: string, status: number) {
  const message = `The host answered with status ${status}.`;
  if (status >= 300 && status < 400) {
    return refusal('DOCUMENT_REFUSED', [address], message, 'redirects are not followed: give the final address');
  }
  if (status === 404) return refusal('DOCUMENT_NOT_FOUND', [address], message, 'check the address');
  const signIn = status === 401 || status === 403;
  const hint = signIn ? 'set `documentCredential:` if the host wants one' : "the host's own log may say why";
  return refusal('DOCUMENT_REFUSED', [address], message, hint);
}

/** Without query and user information: both can hold secrets. */
function shown(url: URL): string {
  return `${url.origin}${url.pathname}`;
}
