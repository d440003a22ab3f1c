import { type Checked, checked, refused } from '../../base/checked.ts';
import { GatewayError } from '../../base/error.ts';
import type { StopSignal } from '../../base/stop.ts';
import { refusal } from '../../source/refusal.ts';
import type { Source } from '../../source/source.ts';
import { signInOf } from './sign-in-of.ts';

/**
 * The headers that sign the gateway in where a source is asked for its own description. Nobody asks then but the gateway itself: a credential
 * that speaks for a caller is left out.
 */
export async function headersAtLoading(
  source: Source,
  signal: StopSignal,
): Promise<Checked<Readonly<Record<string, string>>>> {
  const { credential } = source.options;
  const signIn = credential && signInOf(source, credential);
  if (!signIn) return checked({});
  const deadline = performance.now() + source.options.timeout;
  try {
    const { headers } = await signIn.of({ signal, deadline, headers: {}, requestId: '' });
    return checked(headers);
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    if (error.code === 'UNAUTHENTICATED') return checked({});
    const hint = 'is the authorization server up, and are its URL, "clientId" and "clientSecret" right?';
    return refused(refusal('DOCUMENT_REFUSED', [source.name, 'credential'], error.message, hint));
  } finally {
    await signIn.close();
  }
}
