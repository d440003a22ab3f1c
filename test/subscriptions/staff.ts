import { SignJWT } from 'jose';

const secret = 'a secret of thirty-two bytes, or more';

/** A configuration's section: the staff's tokens tell who asks. */
export const identity = `identity:
  providers:
    - name: staff
      jwt: { issuer: "https://id.test", audience: gateway, secret: "${secret}", algorithms: [HS256], clockTolerance: 0s }
`;

/** A token of the staff's Ann that is over in so many seconds. */
export function token(seconds: number, claims: Record<string, unknown> = {}): Promise<string> {
  const now = Math.floor(Date.now() / 1_000);
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuer('https://id.test')
    .setAudience('gateway')
    .setSubject('ann')
    .setIssuedAt(now)
    .setExpirationTime(now + seconds)
    .sign(new TextEncoder().encode(secret));
}
