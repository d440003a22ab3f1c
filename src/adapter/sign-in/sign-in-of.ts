import type { Source } from '../../source/source.ts';
import { OAuthSignIn } from './oauth-sign-in.ts';
import { passingThrough } from './pass-through.ts';
import { PrincipalSignIn } from './principal-sign-in.ts';
import type { SignIn } from './sign-in.ts';

/** Undefined where the configuration alone holds the credential, or there is none. */
export function signInOf(source: Source): SignIn | undefined {
  const { credential } = source.options;
  if (!credential) return undefined;
  if ('passThrough' in credential) return passingThrough(source.name, credential.passThrough);
  if ('signedPrincipal' in credential) return new PrincipalSignIn(source.name, credential.signedPrincipal);
  if ('tokenExchange' in credential) return new OAuthSignIn(source, credential.tokenExchange, credential.tokenExchange);
  return 'oauth2' in credential ? new OAuthSignIn(source, credential.oauth2) : undefined;
}
