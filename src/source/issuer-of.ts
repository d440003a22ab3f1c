const openId = '/.well-known/openid-configuration';
const oauth = '/.well-known/oauth-authorization-server';

/**
 * The issuer whose metadata are at a URL, without a slash at its end: OpenID Connect puts the well-known path behind the issuer (Discovery
 * 1.0, 4), RFC 8414, 3.1 between its host and its path. Undefined where it is neither.
 */
export function issuerOf(discoveryUrl: string): string | undefined {
  if (!URL.canParse(discoveryUrl)) return undefined;
  const { origin, pathname } = new URL(discoveryUrl);
  if (pathname.endsWith(openId)) return origin + pathname.slice(0, -openId.length);
  if (pathname === oauth || pathname.startsWith(`${oauth}/`)) return origin + pathname.slice(oauth.length);
  return undefined;
}
