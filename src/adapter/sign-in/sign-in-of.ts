import type { Credential, Source } from '../../source/source.ts';
import { OAuthSignIn } from './oauth-sign-in.ts';
import { passingThrough } from './pass-through.ts';
import { PrincipalSignIn } from './principal-sign-in.ts';
import type { SignIn } from './sign-in.ts';

/** How a source is signed in to with one of its credentials. Undefined where the configuration alone holds it. */
export function signInOf(source: Source, credential: Credential): SignIn | undefined {
  if ('passThrough' in credential) return passingThrough(source.name, credential.passThrough);
  if ('signedPrincipal' in credential) return new PrincipalSignIn(source.name, credential.signedPrincipal);
  if ('tokenExchange' in credential) return new OAuthSignIn(source, credential.tokenExchange, credential.tokenExchange);
  if ('openIdConnect' in credential) return new OAuthSignIn(source, credential.openIdConnect);
  return 'oauth2' in credential ? new OAuthSignIn(source, credential.oauth2) : undefined;
}
